"""Types into a real pty and writes down what it echoes and what a program then reads: line-discipline.json."""
import fcntl, json, os, pty, select, sys, termios, time, tty

CASES = [
    b'hello\r', b'hello\n', b'helx\x7flo\r', b'abc\x7f\x7f\x7f\x7f\r', b'abc\x08d\r', b'abc\x15def\r',
    b'one two\x17three\r', b'one two  \x17three\r', b'one-two_3!!\x17x\r', b'a\x01b\x7f\x7fc\r', b'a\tb\x7f\x7fc\r',
    b'\ta\tb\x7f\x7f\x7fc\r', b'abcdefgh\t\x7fx\r', b'a\x01\tb\x7f\x7f\x7fc\r', b'abc\x12def\r', b'a\x16\x03b\r',
    b'a\x16\x7fb\x7f\x7fc\r', b'a\x16\rb\r', b'\x16\x04\r', b'abc\x04', b'\x04', b'abc\x04\x04', b'one\rtwo\rthr',
    b'ab\x03cd\r', b'ab\x1ccd\r', b'ab\x1acd\r', b'\x03', b'caf\xc3\xa9\x7fe\r', b'\xe6\x97\xa5\xe6\x9c\xac\x7f\x7fx\r',
    b'\xa9\xa9\x7f\x7fa\r', b'a\x1b[Ab\r', b'\x00a\r', b'a\x07b\r', b'a\x0cb\r', b'\x7f\r', b'\x15\r', b'\x17\r',
    b'a\x13b\r', b'\xff\xfe\x7f\r', b'\xc3\x7f\r', b'x' * 200 + b'\x15y\r', b'a\x16\tb\x7f\x7f\x7fc\r',
    b'caf\xc3\xa9 d\xc3\xa9j\xc3\xa0\x17x\r', b'caf\xc3\xa9\tb\x7f\x7fc\r', b'a\rb\x03c\r', b'\x1a\x1a\r',
    b'\x16\x16\r', b'a\x0eb\r', b'\x16\x16\x7f\r', b'x' * 4100 + b'\r', b'x' * 4094 + b'\r', b'x' * 4095 + b'yz\r',
]
MODES = {'cooked': {}, 'no echo': {'echo': False}, 'no canon': {'lines': False}, 'raw': {'lines': False, 'echo': False, 'signals': False, 'returnIsNewline': False}}


def drain(fd, wait=0.03):
    out = b''
    while select.select([fd], [], [], wait)[0]:
        try:
            part = os.read(fd, 65536)
        except OSError:
            break
        if not part:
            break
        out += part
    return out


def run(keys, changes):
    master, slave = pty.openpty()
    attributes = termios.tcgetattr(slave)
    attributes[0] |= termios.ICRNL | termios.IXON | 0o40000  # IUTF8
    attributes[3] |= termios.ECHO | termios.ECHOE | termios.ECHOK | termios.ECHOKE | termios.ECHOCTL | termios.ICANON | termios.ISIG | termios.IEXTEN
    if changes.get('echo') is False:
        attributes[3] &= ~termios.ECHO
    if changes.get('lines') is False:
        attributes[3] &= ~termios.ICANON
    if changes.get('signals') is False:
        attributes[3] &= ~termios.ISIG
        attributes[0] &= ~termios.IXON
    if changes.get('returnIsNewline') is False:
        attributes[0] &= ~termios.ICRNL
    termios.tcsetattr(slave, termios.TCSANOW, attributes)
    echo = b''
    # One after the other, as a person does: a signal throws away what was not echoed yet.
    step = 1 if len(keys) < 50 else 512
    for i in range(0, len(keys), step):
        os.write(master, keys[i:i + step])
        echo += drain(master, 0.004 if step == 1 else 0.02)
    os.set_blocking(slave, False)
    reads = []
    while len(reads) < 20:
        try:
            part = os.read(slave, 65536)
        except BlockingIOError:
            break
        reads.append(part.decode('latin1'))
        if part == b'' and len(reads) > 4:
            break
    os.close(master)
    os.close(slave)
    return {'keys': keys.decode('latin1'), 'echo': echo.decode('latin1'), 'reads': reads}


print(json.dumps({name: [run(keys, changes) for keys in CASES] for name, changes in MODES.items()}, indent=1))
