"""Types into a real interactive bash under a pty and writes down what it draws, key by key: readline.json."""
import fcntl, json, os, pty, select, signal, struct, sys, tempfile, termios, time

UP, DOWN, RIGHT, LEFT, HOME, END, DEL = '\x1b[A', '\x1b[B', '\x1b[C', '\x1b[D', '\x1b[H', '\x1b[F', '\x1b[3~'
CR, BS = '\r', '\x7f'
A, B, C, D, E_, F, G, H, K, L, N, P, R, T, U, W, Y = (chr(ord(c) - 64) for c in 'ABCDEFGHKLNPRTUWY')
M = '\x1b'


def keys(text):
    return list(text)


CASES = {
    'a command': keys('echo hi') + [CR],
    'an empty line': [CR, CR],
    'backspace at the end': keys('echo hix') + [BS, BS, 'i', CR],
    'backspace on nothing': [BS, 'x', BS, BS],
    'control h': keys('ab') + [H, 'c', CR],
    'left and insert': keys('echo hello') + [LEFT, LEFT, 'X', 'Y', CR],
    'left and backspace': keys('echo hello') + [LEFT, LEFT, BS, BS, CR],
    'left and delete': keys('echo hello') + [LEFT] * 3 + [DEL, DEL, D, D, CR],
    'left too far': keys('ab') + [LEFT, LEFT, LEFT, 'c'],
    'right too far': keys('ab') + [RIGHT, LEFT, RIGHT, RIGHT],
    'home and end': keys('echo hello world') + [HOME, 'x', END, 'y', CR],
    'application home and end': keys('echo hello') + ['\x1bOH', 'x', '\x1bOF', 'y', '\x1b[1~', 'z', '\x1b[4~', 'w'],
    'application arrows': keys('abc') + ['\x1bOD', '\x1bOD', 'x', '\x1bOC', 'y'],
    'control a and e': keys('ls -la /tmp') + [A, E_, A, 'x', E_],
    'control b and f': keys('abc') + [B, B, F, 'x'],
    'home of a short line': keys('ab') + [A, E_],
    'kill to the end': keys('echo one two three') + [LEFT] * 9 + [K, 'x', Y, CR],
    'kill to the start': keys('echo one two') + [LEFT] * 4 + [U, Y, CR],
    'kill all': keys('echo one two') + [U, 'x', Y],
    'kill a word backward': keys('echo one/two three') + [W, W, Y, CR],
    'word backspace': keys('echo one/two three') + [M + BS, M + BS, Y],
    'kill a word forward': keys('echo one two three') + [A, M + 'd', M + 'd', Y, CR],
    'by words': keys('echo one-two three') + [M + 'b', M + 'b', M + 'b', M + 'f', 'X'],
    'by words with control arrows': keys('one two three') + ['\x1b[1;5D', '\x1b[1;5D', '\x1b[1;5C', 'x'],
    'transpose': keys('ecoh') + [T, LEFT, LEFT, T, T],
    'transpose at the start': keys('ab') + [A, T],
    'upcase and downcase': keys('hello world') + [A, M + 'u', M + 'c', A, M + 'l'],
    'history': keys('echo one') + [CR] + keys('echo two') + [CR, UP, UP, UP, DOWN, DOWN, DOWN],
    'history edits': keys('echo one') + [CR] + keys('echo twelve') + [CR] + keys('half') + [UP, UP, BS, BS, DOWN, DOWN, CR],
    'control p and n': keys('true') + [CR, P, N, P, CR],
    'beginning and end of history': keys('echo a') + [CR] + keys('echo bb') + [CR] + [M + '<', M + '>'],
    'last argument': keys('echo one two') + [CR] + keys('cat ') + [M + '.', CR],
    'last argument twice': keys('echo one two') + [CR] + keys('echo three four') + [CR] + keys('cat ') + [M + '.', M + '.', M + '_'],
    'clear': keys('echo hi') + [LEFT, L, 'x'],
    'interrupt': keys('echo hi') + [C, 'x'],
    'interrupt in the middle': keys('echo hello') + [LEFT, LEFT, C],
    'end of file with text': keys('ab') + [D, LEFT, D],
    'search': keys('echo one') + [CR] + keys('echo two') + [CR, R, 'e', 'c', 'o', 'n', CR],
    'search again': keys('echo one') + [CR] + keys('echo two') + [CR, R, 'e', R, R, G, 'x'],
    'search and edit': keys('echo one') + [CR] + keys('ls two') + [CR, R, 'o', 'n', LEFT, 'x', CR],
    'search backspace': keys('echo one') + [CR] + keys('ls two') + [CR, R, 'o', 'n', 'x', BS, BS, '\x1b'],
    'search interrupted': keys('echo one') + [CR, R, 'o', C],
    'undo': keys('echo hi') + ['\x1f', 'x', '\x1f'],
    'quoted insert': keys('ab') + ['\x16', '\x01', '\x16', '\x1b', BS, BS],
    'tab character': keys('ab') + ['\x16', '\t', 'c', BS, BS, 'd'],
    'utf-8': keys('echo café') + [LEFT, 'x', BS, BS, CR],
    'wide': keys('echo 日本') + [LEFT, 'x', BS, BS, E_, BS],
    'wide in the middle': keys('a日b') + [LEFT, LEFT, LEFT, RIGHT, RIGHT, DEL],
    'combining': keys('cafe\u0301s') + [LEFT, LEFT, BS],
    'bytes that are no character': ['\udcff', 'a', BS, BS],
    'paste': ['\x1b[200~echo pasted\x1b[201~', 'x', CR],
    'paste of lines': ['\x1b[200~echo a\necho b\x1b[201~', CR],
    'wrap': keys('x' * 76) + ['a', 'b', 'c', 'd', BS, BS, BS, BS],
    'wrap at the margin': keys('y' * 78) + [LEFT, RIGHT, 'z'],
    'wrap and go': keys('x' * 85) + [A, E_, LEFT] + [B] * 8 + ['Q', BS],
    'wrap and insert at the start': keys('abc' * 30) + [A, 'Z', DEL, K],
    'wrap and kill': keys('abc' * 30) + [U, Y],
    'wrap a wide character': keys('x' * 77) + ['日', '本', BS, BS],
    'three lines': keys('0123456789' * 17) + [A, E_, M + 'b', CR],
    'long history line and back': ['x' * 100, CR] + keys('echo s') + [CR, UP, UP, DOWN, DOWN],
    'digit argument': keys('abcdef') + [M + '3', LEFT, M + '2', 'x'],
    'comment': keys('echo hi') + [M + '#'],
    'revert': keys('echo one') + [CR, UP, BS, M + 'r'],
    'delete spaces': keys('a   b') + [LEFT, M + '\\'],
    'yank pop': keys('one') + [U] + keys('two') + [U, Y, M + 'y'],
    'kills join': keys('one two three') + [W, W, 'x', Y],
    'unknown keys': keys('ab') + ['\x1b[5~', '\x1b[15~', '\x1bz', 'c'],
    'insert key': keys('ab') + ['\x1b[2~', 'c'],
    'multi-line command': keys('for i in 1; do') + [CR] + keys('echo $i') + [CR] + keys('done') + [CR, UP],
    'open quote': keys("echo 'a") + [CR] + keys("b'") + [CR, UP],
    'event': keys('echo one') + [CR] + keys('!!') + [CR] + keys('echo x !$') + [CR, UP],
    'event not found': keys('!nosuch') + [CR],
    'quick substitution': keys('echo one') + [CR] + keys('^one^two') + [CR, UP],
    'literal newline': keys('ab') + ['\x16', '\n', 'c', LEFT, LEFT, BS],
    'mark': keys('abcdef') + ['\x00', LEFT, LEFT, '\x18\x18', 'x'],
    'character search': keys('abcabc') + [A, '\x1d', 'c', 'x'],
    'repeat insert then home': keys('ab cd ef gh') + [A, RIGHT, RIGHT, 'x', 'y', 'z', E_],
    'replace by shorter history': keys('echo a long one here') + [CR] + keys('ls') + [CR, UP, UP, DOWN],
    'kill in the middle': keys('aaaa bbbb cccc dddd') + [M + 'b', M + 'b', M + 'd', M + BS],
    'insert many in the middle': keys('hello world') + [M + 'b'] + keys('big '),
    'delete at the end of a wrapped line': keys('z' * 79) + [LEFT, DEL, DEL],
}
COMPLETIONS = {
    'a file': keys('cat al') + ['\t', CR],
    'a folder': keys('ls sub') + ['\t', '\t'],
    'several files': keys('cat be') + ['\t', '\t', '\t', CR],
    'nothing': keys('cat zz') + ['\t', '\t'],
    'a command': keys('gzex') + ['\t'],
    'a builtin': keys('compg') + ['\t'],
    'several commands': keys('mkf') + ['\t', '\t'],
    'a variable': keys('echo $HOM') + ['\t'],
    'a variable in braces': keys('echo ${HOM') + ['\t'],
    'variables': keys('echo $HIST') + ['\t', '\t'],
    'a user': keys('cd ~roo') + ['\t'],
    'in a quote': keys('cat "al') + ['\t'],
    'spaces are escaped': keys('cat sp') + ['\t'],
    'hidden': keys('cat .hi') + ['\t'],
    'after a redirection': keys('>al') + ['\t'],
    'after a pipe': keys('ls | gzex') + ['\t'],
    'deeper': keys('cat sub/in') + ['\t'],
    'relative command': keys('./ru') + ['\t'],
    'in the middle': keys('cat alx') + [LEFT, '\t'],
    'all files': keys('cat ') + ['\t', '\t'],
    'list of choices': keys('cat ./') + [M + '?'],
    'insert all': keys('cat be') + [M + '*'],
    'a mark for types': keys('ls su') + ['\t'],
    'many ask first': keys('cat many/') + ['\t', '\t', 'n'],
    'on nothing': ['\t'],
}


def encode(key):
    return key.encode('utf-8', 'surrogateescape')


def drain(fd, wait, longest=1.0):
    out = b''
    end = time.time() + longest
    while time.time() < end and select.select([fd], [], [], wait)[0]:
        try:
            part = os.read(fd, 65536)
        except OSError:
            break
        if not part:
            break
        out += part
    return out


def record(steps, folder, prompt='$ ', columns=80):
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(folder)
        environment = {'TERM': 'xterm', 'PATH': '/usr/bin:/bin', 'HOME': folder, 'PS1': prompt, 'LANG': 'C.UTF-8', 'HISTFILE': '', 'INPUTRC': '/dev/null', 'USER': 'root'}
        os.execve('/bin/bash', ['bash', '--norc', '--noprofile', '-i'], environment)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
    os.kill(pid, signal.SIGWINCH)
    said = [drain(fd, 0.25)]
    # A character at a time while others come, as one who types.
    for step in steps:
        os.write(fd, encode(step))
        said.append(drain(fd, 0.06 if step in ('\r', '\t', C, '\x1b') or len(step) > 3 else 0.012))
    os.kill(pid, signal.SIGKILL)
    os.close(fd)
    os.waitpid(pid, 0)
    return {
        'prompt': prompt,
        'columns': columns,
        'start': said[0].decode('latin1'),
        'steps': [[encode(k).decode('latin1'), s.decode('latin1')] for k, s in zip(steps, said[1:])],
    }


with tempfile.TemporaryDirectory() as folder:
    os.makedirs(folder + '/sub/inner')
    os.makedirs(folder + '/many')
    for i in range(120):
        open(folder + f'/many/f{i:03}', 'w').close()
    for name in ('alpha.txt', 'beta', 'beta2', 'betamax', 'sp ace', '.hidden', 'sub/inside', 'run.sh'):
        open(folder + '/' + name, 'w').close()
    os.chmod(folder + '/run.sh', 0o755)
    which = sys.argv[1:]
    cases = {n: c for n, c in CASES.items() if not which or n in which}
    completions = {n: c for n, c in COMPLETIONS.items() if not which or n in which}
    print(json.dumps({
        'editing': {name: record(steps, folder) for name, steps in cases.items()},
        'colored prompt': {name: record(CASES[name], folder, '\\[\\e[1;31m\\]root@host\\[\\e[0m\\]:/# ') for name in ('left and insert', 'home and end', 'wrap', 'wrap and go', 'kill to the end', 'history')} if not which else {},
        'narrow': {name: record(CASES[name], folder, 'root@server:~# ', 30) for name in ('home and end', 'kill to the end', 'history', 'wrap and go', 'wide', 'search', 'clear')} if not which else {},
        'completion': {name: record(steps, folder) for name, steps in completions.items()},
    }, indent=1))
