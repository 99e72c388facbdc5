import { createHash } from 'node:crypto'
import { agree, says, type Tell } from './tell.ts'

const elf = '7f454c460201'

/** What commands show. */
export const shellTells: readonly Tell[] = [
  says(
    'the host is called svr04, or is not as its prompt says',
    'hostname',
    ({ output }) => output !== 'svr04\n' && output.length > 1,
  ),
  says('there is a user phil', 'grep -c "^phil:" /etc/passwd', ({ output }) => output === '0\n'),
  says('/home has richard', 'ls /home', ({ output }) => !/^(richard|phil)$/m.test(output)),
  says(
    'the hash of Cowrie’s shadow',
    'grep -c ErqInBoz /etc/shadow',
    ({ output, status }) => output === '0\n' && status === 1,
  ),
  says(
    'MemFree is 997740 kB',
    'grep MemFree /proc/meminfo',
    ({ output }) => /^MemFree: +\d+ kB\n$/.test(output) && !output.includes('997740'),
  ),
  {
    name: 'free shows the same numbers for ever',
    async found({ run }) {
      const first = await run('free')
      await run('ls -laR /etc > /dev/null')
      return first.output === '' || first.output === (await run('free')).output
    },
  },
  says(
    'what free calls used and available is not the whole',
    "free | awk '/^Mem/ {print $2 - $3 - $7}'",
    ({ output }) => Math.abs(Number(output)) < 1_000 && output !== '\n',
  ),
  {
    name: 'a host’s address is the MD5 of its name',
    async found({ run, hostname }) {
      const name = `x${hostname}.example.org`
      const { output } = await run(`ping -c 1 -W 1 ${name}`)
      const digest = createHash('md5').update(name).digest()
      const address = [...digest.subarray(0, 4)].join('.')
      return output.includes(address)
    },
  },
  says(
    'ping has no answer and no error',
    'ping -c 1 -W 1 nothing.invalid',
    ({ errors, status }) =>
      /Name or service not known|Temporary failure in name resolution/.test(errors) && status === 2,
  ),
  says(
    '/proc/self/exe is no program',
    'head -c 6 /proc/self/exe | od -An -tx1 | tr -d " \\n"',
    ({ output }) => output === elf,
  ),
  says(
    'busybox dd reads nothing',
    '/bin/busybox dd if=/proc/self/exe bs=22 count=1 2>/dev/null | wc -c',
    ({ output }) => output === '22\n',
  ),
  says(
    '/bin/echo is no program',
    'cat /bin/echo | head -c 6 | od -An -tx1 | tr -d " \\n"',
    ({ output }) => output === elf,
  ),
  says(
    'a program’s size is not the number of its bytes',
    '[ $(stat -c %s /bin/ls) = $(cat /bin/ls | wc -c) ] && echo same',
    ({ output }) => output === 'same\n',
  ),
  says(
    '/proc can be written to',
    'echo x > /proc/x; echo $?',
    ({ output, errors }) => output === '1\n' && /\/proc\/x: No such file or directory/.test(errors),
  ),
  says(
    'a folder can be made in /proc',
    'mkdir /proc/x',
    ({ errors, status }) =>
      (status === 1 &&
        errors ===
          'mkdir: cannot create directory ‘/proc/x’: No such file or directory\n'.replace(/[‘’]/g, (c) =>
            Buffer.from(c, 'utf8').toString('latin1'),
          )) ||
      errors === "mkdir: cannot create directory '/proc/x': No such file or directory\n",
  ),
  says(
    'removing what is not there works',
    'rm /nowhere/nothing',
    ({ errors, status }) =>
      status === 1 && /^rm: cannot remove '\/nowhere\/nothing': No such file or directory\n$/.test(errors),
  ),
  says(
    'removing what is not there by force fails',
    'rm -f /nowhere/nothing',
    ({ errors, status }) => status === 0 && errors === '',
  ),
  agree(
    'uname and lscpu disagree on the architecture',
    'uname -m',
    "lscpu | awk '/^Architecture/ {print $2}'",
  ),
  agree('uname and /proc/version disagree on the kernel', 'uname -r', "cut -d' ' -f3 /proc/version"),
  agree('nproc and /proc/cpuinfo disagree', 'nproc', 'grep -c ^processor /proc/cpuinfo'),
  agree('nproc and lscpu disagree', 'nproc', "lscpu | awk '/^CPU\\(s\\)/ {print $2}'"),
  agree(
    'hostname, uname and /etc/hostname disagree',
    'hostname; uname -n',
    'cat /etc/hostname /etc/hostname',
  ),
  says(
    'the load is 0.00 0.00 0.00',
    'cat /proc/loadavg',
    ({ output }) =>
      /^\d+\.\d\d \d+\.\d\d \d+\.\d\d \d+\/\d+ \d+\n$/.test(output) && !output.startsWith('0.00 0.00 0.00'),
  ),
  says(
    'uptime and /proc/uptime disagree',
    'a=$(cut -d. -f1 /proc/uptime); b=$(( $(date +%s) - $(date -d "$(uptime -s)" +%s) )); echo $(( a - b ))',
    ({ output }) => Math.abs(Number(output)) <= 2 && output !== '',
  ),
  says(
    'the clock is not the world’s',
    'date +%s',
    ({ output }) => Math.abs(Number(output) - Date.now() / 1000) < 5,
  ),
  says('an ampersand is an argument', 'sleep 0 & wait; echo done', ({ output }) => output === 'done\n'),
  says(
    'busybox knows every applet',
    '/bin/busybox SATORI',
    ({ output, errors, status }) => `${output}${errors}` === 'SATORI: applet not found\n' && status === 127,
  ),
  says('busybox tells another version than the package', 'busybox 2>&1 | head -1', ({ output }) =>
    output.startsWith('BusyBox v1.35.0 (Debian 1:1.35.0-4'),
  ),
  says(
    'a command that is not there is found, or missed in other words',
    'nosuchcommand',
    ({ errors, status }) => errors === 'bash: line 1: nosuchcommand: command not found\n' && status === 127,
  ),
  says(
    'escapes of echo are not understood',
    "echo -e '\\x63\\x6F\\x6E\\x6E\\x65\\x63\\x74\\x65\\x64'",
    ({ output }) => output === 'connected\n',
  ),
  says(
    'bytes are not kept as bytes',
    "printf '\\xff\\xfe\\x00\\x80' | od -An -tx1",
    ({ output }) => output === ' ff fe 00 80\n',
  ),
  says(
    'substitutions do not nest',
    'echo "$(echo $(( $(echo 4) * `echo 5` )))"',
    ({ output }) => output === '20\n',
  ),
  says('a pipe’s status is its first program’s', 'false | true; echo $? ${PIPESTATUS[0]}', ({ output }) =>
    output.startsWith('0 '),
  ),
  says(
    'there are no functions',
    'f() { echo "$1-$#"; return 3; }; f a b; echo $?',
    ({ output }) => output === 'a-2\n3\n',
  ),
  says('there are no here-documents', 'cat <<E\n$((6*7))\nE', ({ output }) => output === '42\n'),
  says(
    'a script cannot be run',
    'cd /tmp; printf "#!/bin/sh\\necho ran \\$1\\n" > t.sh; chmod +x t.sh; ./t.sh x; rm t.sh',
    ({ output }) => output === 'ran x\n',
  ),
  says(
    'a shell’s process is not in ps',
    'ps -o pid= -p $$ | tr -d " "; echo $$',
    ({ output }) => new Set(output.trim().split('\n')).size === 1 && output.trim() !== '',
  ),
  says('/proc has no folder of the shell', 'readlink /proc/$$/exe; true', ({ output }) =>
    /^\/(usr\/)?bin\/(ba)?sh\n$/.test(output),
  ),
  says(
    'ps and /proc disagree',
    'ls -d /proc/1 && ps -p 1 -o comm=',
    ({ output }) => output === '/proc/1\nsystemd\n',
  ),
  says(
    'its own address is not the one it was reached at',
    'echo $SSH_CONNECTION | cut -d" " -f3; hostname -I',
    ({ output }) => {
      const [one, all = ''] = output.split('\n')
      return one !== '' && all.split(' ').includes(one!)
    },
  ),
  says(
    'its own connection is not seen',
    'ss -tn state established | grep -c ":22 "',
    ({ output }) => Number(output) >= 1,
  ),
  says(
    'every file has the same time',
    'ls -la --time-style=+%s /etc | awk "{print \\$6}" | sort -u | wc -l',
    ({ output }) => Number(output) > 10,
  ),
  says('folders have one link', 'stat -c %h /etc', ({ output }) => Number(output) > 5),
  says(
    'df and /proc/mounts disagree',
    "df / | awk 'END {print $1}'; awk '$2 == \"/\" {print $1; exit}' /proc/mounts",
    ({ output }) => {
      const [one, other] = output.split('\n')
      return one !== '' && one === other
    },
  ),
  says(
    'id and /etc/passwd disagree',
    'id -un; awk -F: "\\$3==$(id -u) {print \\$1}" /etc/passwd',
    ({ output }) => {
      const [one, other] = output.split('\n')
      return one !== '' && one === other
    },
  ),
  {
    name: 'a file that was made is gone in the next session',
    async found({ run }) {
      await run('echo stays > /var/tmp/.kept')
      return (await run('cat /var/tmp/.kept')).output !== 'stays\n'
    },
  },
  {
    name: 'wget brings a file from nowhere, or fails in other words',
    async found({ run }) {
      const { errors, status } = await run('cd /tmp && wget http://nothing.invalid/x')
      return (
        status !== 4 ||
        !errors.includes(
          "wget: unable to resolve host address 'nothing.invalid'"
            .replaceAll("'", Buffer.from('‘', 'utf8').toString('latin1'))
            .slice(0, 34),
        )
      )
    },
  },
  says(
    'curl fails in other words',
    'curl -s -S http://nothing.invalid/',
    ({ errors, status }) => status === 6 && errors === 'curl: (6) Could not resolve host: nothing.invalid\n',
  ),
  {
    name: 'ssh -V is not the server’s version',
    async found({ run, identification }) {
      const { errors, output } = await run('ssh -V')
      const version = identification
        .replace(/^SSH-2\.0-/, '')
        .replace('_', '_')
        .split(' ')
      return !`${errors}${output}`.startsWith(version[0]!)
    },
  },
  {
    name: 'the package’s version is not the server’s',
    async found({ run, identification }) {
      const { output } = await run("dpkg -l openssh-server | awk 'END {print $3}'")
      return !output.trim().endsWith(/deb12u\d+/.exec(identification)?.[0] ?? 'unknown')
    },
  },
  says('python3 cannot count', "python3 -c 'print(6*7)'", ({ output }) => output === '42\n'),
  says('perl cannot print', "perl -e 'print 6*7'", ({ output }) => output === '42'),
  says('awk cannot count', "awk 'BEGIN {print 6*7}'", ({ output }) => output === '42\n'),
  says('which finds nothing', 'which ls', ({ output }) => output === '/usr/bin/ls\n'),
  says(
    'cd into nothing works',
    'cd /nowhere; echo $?; pwd',
    ({ output, errors }) =>
      output.startsWith('1\n') && errors === 'bash: line 1: cd: /nowhere: No such file or directory\n',
  ),
  says(
    'standard error is standard output',
    'ls /nowhere',
    ({ output, errors, status }) => output === '' && errors !== '' && status === 2,
  ),
  says('an exit status is lost', 'exit 77', ({ status }) => status === 77),
  says('a signal is no status', 'sh -c "kill -9 \\$\\$"; echo $?', ({ output }) => output === '137\n'),
  says('input is not read', 'echo x y | { read a b; echo "$b"; }', ({ output }) => output === 'y\n'),
  says(
    'random numbers are none',
    'head -c 16 /dev/urandom | wc -c; [ $RANDOM != $RANDOM ] || [ $RANDOM != $RANDOM ] && echo differ',
    ({ output }) => output === '16\ndiffer\n',
  ),
  says(
    '/dev/null holds what is written',
    'echo x > /dev/null; wc -c < /dev/null',
    ({ output }) => output === '0\n',
  ),
  says(
    'what a user may not is not refused',
    'su -s /bin/sh -c "cat /etc/shadow" nobody',
    ({ errors, status }) => status === 1 && errors === 'cat: /etc/shadow: Permission denied\n',
  ),
  says(
    'a password can be changed without a terminal in other words',
    'echo "root:x1y2z3" | chpasswd; echo $?',
    ({ output }) => output === '0\n',
  ),
  says(
    'crontab keeps nothing',
    '(crontab -l 2>/dev/null; echo "* * * * * true") | crontab - && crontab -l | tail -1; crontab -r',
    ({ output }) => output === '* * * * * true\n',
  ),
  says(
    'systemctl does not know its own server',
    'systemctl is-active ssh',
    ({ output, status }) => output === 'active\n' && status === 0,
  ),
]
