import type { Device } from './device.ts'
import { TelnetPeer } from './peer.ts'

interface Suspect {
  readonly device: Device
  /** All that came from the password to the first prompt. */
  readonly greeting: string
  readonly run: (command: string) => Promise<string>
}

/** Something by which a decoy is told from a real device. */
interface Tell {
  readonly name: string
  /** True where it gives itself away. */
  readonly found: (suspect: Suspect) => Promise<boolean> | boolean
}

/** What a command shows on a real device. */
function says(
  name: string,
  command: string,
  real: RegExp | ((output: string, device: Device) => boolean),
): Tell {
  return {
    name,
    async found({ run, device }) {
      const output = await run(command)
      return real instanceof RegExp ? !real.test(output) : !real(output, device)
    },
  }
}

const absent = (name: string): RegExp => new RegExp(`^-\\w+: ${name}: not found\\n$`)
const hexOf = (dump: string): string =>
  [...dump.matchAll(/^[0-9a-f]{8}  ([0-9a-f ]{1,49})/gm)].map(([, hex]) => hex!.replaceAll(' ', '')).join('')
const header = (file: string): string => `dd bs=20 count=1 if=${file} 2>/dev/null | hexdump -C`
const isOwnElf = (dump: string, { order, code }: Device): boolean => {
  const bytes = Buffer.from(hexOf(dump), 'hex')
  const of = order === 2 ? bytes.readUInt16BE(18) : bytes.readUInt16LE(18)
  return (
    bytes.subarray(0, 4).toString('latin1') === '\x7fELF' &&
    bytes[4] === 1 &&
    bytes[5] === order &&
    of === code
  )
}

/** Most were found in Cowrie and its like, or are what loaders look at before they bring anything. */
export const tells: readonly Tell[] = [
  {
    name: 'the prompt is not that of the device',
    found: ({ greeting, device }) => !device.prompt.test(greeting.replaceAll('\r\n', '\n')),
  },
  {
    name: 'the shell does not say what it is, or something else than busybox says',
    async found({ greeting, run }) {
      const said = /(BusyBox v\S+ \(.*?\)) built-in shell \(ash\)/.exec(greeting)?.[1]
      return said === undefined || !(await run('/bin/busybox')).startsWith(`${said} multi-call binary.\n`)
    },
  },
  says(
    'the host is called svr04',
    'cat /proc/sys/kernel/hostname',
    (output) => /^\w+\n$/.test(output) && output !== 'svr04\n',
  ),
  says(
    'there is a user phil or richard',
    'cat /etc/passwd; ls /home',
    (output) => !/phil|richard/.test(output),
  ),
  says(
    'uname is a PC’s',
    'uname -a',
    (output, { machine }) => output.includes(` ${machine} `) && !/Debian|x86/.test(output),
  ),
  says('uname -m is another machine’s', 'uname -m', (output, { machine }) => output === `${machine}\n`),
  says(
    '/proc/cpuinfo is a PC’s',
    'cat /proc/cpuinfo',
    (output, { processor }) => processor.test(output) && !/Intel|AMD/.test(output),
  ),
  says(
    '/proc/interrupts is a PC’s',
    'cat /proc/interrupts',
    (output) => /CPU0/.test(output) && !/IO-APIC/.test(output),
  ),
  says('busybox is for another machine', header('/bin/busybox'), isOwnElf),
  says('echo is for another machine', header('/bin/echo'), isOwnElf),
  says('/proc/self/exe is for another machine', header('/proc/self/exe'), isOwnElf),
  says('/proc/self/exe is no busybox', 'ls -l /proc/self/exe', / -> \/bin\/busybox\n$/),
  says(
    'programs are no links to busybox',
    'ls -l /bin/cat /usr/bin/wget',
    /^lrwxrwxrwx    1 root     root {8} +\d+ \w{3} \d\d +\d{4} \/bin\/cat -> busybox\n.*\/usr\/bin\/wget -> \.\.\/\.\.\/bin\/busybox\n$/s,
  ),
  says('each name is an applet', '/bin/busybox XQZWT', /^XQZWT: applet not found\n$/),
  says(
    'busybox does not list its applets',
    '/bin/busybox',
    /Currently defined functions:\n\t.*\bcat, .*\bwget,/s,
  ),
  {
    name: 'a link leads to an applet that busybox does not list',
    async found({ run }) {
      const list = (await run('/bin/busybox')).split('functions:\n')[1]?.split(/[\s,]+/) ?? []
      const links = await run('ls -l /bin /sbin /usr/bin /usr/sbin')
      const names = [...links.matchAll(/ (\S+) -> \S*busybox$/gm)].map(([, name]) => name!)
      return names.length < 50 || names.some((name) => !list.includes(name))
    },
  },
  says('wget has no usage, or GNU’s', 'wget', /^BusyBox v.* multi-call binary\.\n\nUsage: wget \[/),
  says('tftp has no usage', '/bin/busybox tftp', /^BusyBox v.* multi-call binary\.\n\nUsage: tftp \[/),
  says(
    'ls speaks of GNU',
    'ls --version',
    (output) => /unrecognized option/.test(output) && !/GNU|coreutils/.test(output),
  ),
  says('rm speaks as GNU’s', 'rm /nope', /^rm: can't remove '\/nope': No such file or directory\n$/),
  says('cat speaks as GNU’s', 'cat /nope', /^cat: can't open '\/nope': No such file or directory\n$/),
  says('cp speaks as GNU’s', 'cp /nope /tmp', /^cp: can't stat '\/nope': No such file or directory\n$/),
  says(
    'mkdir speaks as GNU’s',
    'mkdir /nope/x',
    /^mkdir: can't create directory '\/nope\/x': No such file or directory\n$/,
  ),
  says('killall speaks as psmisc’s', 'killall -9 nothing', /^killall: nothing: no process killed\n$/),
  says(
    'kill speaks as bash’s',
    'kill -9 99999',
    /^-\w+: (?:kill: )?can't kill pid 99999: No such process\n$/,
  ),
  says('date speaks as GNU’s', 'date -z', /^date: invalid option -- 'z'\nBusyBox v/),
  says(
    'wget resolves names that do not exist',
    'wget http://nothing.invalid/x',
    /^wget: bad address 'nothing\.invalid'\n$/,
  ),
  says('there is a bash', 'bash', absent('bash')),
  says('the shell is bash', 'echo "$BASH_VERSION" {1..3}', /^ \{1\.\.3\}\n$/),
  says('the shell has bash’s arrays', 'a=(1)', /^-\w+: syntax error: unexpected "\("\n$/),
  says(
    'the shell connects',
    'echo > /dev/tcp/127.0.0.1/1',
    /^-\w+: can't create \/dev\/tcp\/127\.0\.0\.1\/1: nonexistent directory\n$/,
  ),
  says('what is not there is not found in bash’s words', 'xqzwt', absent('xqzwt')),
  ...['apt-get', 'systemctl', 'python3', 'gcc', 'sudo', 'perl', 'curl'].map((name) =>
    says(`there is ${name}`, name, absent(name)),
  ),
  {
    name: 'a file system that is mounted read-only takes a file, or one to be written does not',
    async found({ run }) {
      const mounts = (await run('cat /proc/mounts')).trim().split('\n')
      for (const line of mounts) {
        const [, path = '', type = '', options = ''] = line.split(' ')
        if (/^(?:proc|sysfs|devpts)$/.test(type)) continue
        const file = `${path === '/' ? '' : path}/.xq`
        const output = await run(`>${file}; ls ${file} && rm ${file}`)
        const took = output === `${file}\n`
        if (took !== options.startsWith('rw')) return true
        if (!took && !/Read-only file system\n/.test(output)) return true
      }
      return mounts.length < 5
    },
  },
  says('/tmp or /var cannot be written', '>/tmp/.a && >/var/.b && rm /tmp/.a /var/.b && echo yes', /^yes\n$/),
  {
    name: 'mount and /proc/mounts disagree',
    async found({ run }) {
      const shown = await run('mount')
      const mounts = await run('cat /proc/mounts')
      return shown !== mounts.replaceAll(/^(\S+) (\S+) (\S+) (\S+) 0 0$/gm, '$1 on $2 type $3 ($4)')
    },
  },
  says(
    'process 1 is systemd',
    'cat /proc/1/cmdline',
    (output) => /init|procd/.test(output) && !/systemd/.test(output),
  ),
  says(
    'ps is procps’',
    'ps',
    (output) => output.startsWith('  PID USER       VSZ STAT COMMAND\n') && /telnetd/.test(output),
  ),
  says('sshd or python runs', 'ps', (output) => !/sshd|python|cowrie|systemd/.test(output)),
  says('ps does not list itself', 'ps', /\n *\d+ root +\d+ \w +ps\n$/),
  says('the shell’s parent is no telnetd', 'cat /proc/$PPID/comm', /^telnetd\n$/),
  says('the shell calls itself otherwise in /proc', 'cat /proc/$$/cmdline', /^-(?:a?sh)\0?/),
  says(
    'top is procps’',
    'top -b -n 1 | head -4',
    /^Mem: \d+K used, \d+K free, .*\nCPU: .*\nLoad average: .*\n  PID  PPID USER     STAT   VSZ %VSZ %CPU COMMAND\n$/,
  ),
  says(
    'df is GNU’s',
    'df | head -1',
    /^Filesystem           1K-blocks      Used Available Use% Mounted on\n$/,
  ),
  says('the session has no connection to port 23', 'netstat -tn', /:23 +127\.0\.0\.1:\d+ +ESTABLISHED/),
  says(
    'sockets of systemd are there',
    'netstat -an',
    (output) => /Active UNIX domain sockets/.test(output) && !/systemd|dbus/.test(output),
  ),
  says('the clock is wrong', 'date +%s', (output) => Math.abs(Number(output) - Date.now() / 1000) < 120),
  says('date is of 1970', 'date', (output) => Number(/\d{4}$/m.exec(output)?.[0]) >= 2026),
  {
    name: 'free and /proc/meminfo disagree',
    async found({ run }) {
      const total = /^Mem: +(\d+)/m.exec(await run('free'))?.[1]
      const known = /^MemTotal: +(\d+) kB/m.exec(await run('cat /proc/meminfo'))?.[1]
      return total === undefined || total !== known
    },
  },
  {
    name: 'uname and /proc/version disagree',
    async found({ run }) {
      const release = (await run('uname -r')).trim()
      return release === '' || !(await run('cat /proc/version')).startsWith(`Linux version ${release} `)
    },
  },
  {
    name: 'ifconfig counts nothing',
    async found({ run }) {
      const packets = async () => Number(/RX packets:(\d+)/.exec(await run('ifconfig'))?.[1])
      return !((await packets()) > 1000)
    },
  },
  says(
    'the flash has no partitions',
    'cat /proc/mtd',
    /^dev: {4}size {3}erasesize  name\nmtd0: [0-9a-f]{8} /,
  ),
  says('echo does not know \\x', "/bin/busybox echo -e '\\x6b\\x61\\x6d\\x69'", /^kami\n$/),
  says(
    'bytes written by echo are others',
    "echo -ne '\\x7f\\x00\\xff\\x0a' > /tmp/.e; hexdump -C /tmp/.e | head -1; rm /tmp/.e",
    /^00000000  7f 00 ff 0a /,
  ),
  says('dd reads nothing', '/bin/busybox dd if=/bin/busybox bs=22 count=1 2>/dev/null | wc -c', /^22\n$/),
  says(
    'a program of another machine runs',
    "echo -ne '\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\x3e\\x00' > /tmp/.p; chmod 777 /tmp/.p; /tmp/.p; echo $?; rm /tmp/.p",
    /^\/tmp\/\.p: line 1: syntax error: unexpected .*\n2\n$/,
  ),
]

/** Asks them all of one device, over one connection: names of those that were found. */
export async function askAll(port: number, device: Device): Promise<string[]> {
  const [peer, greeting] = await TelnetPeer.logIn(port, 'root', 'xc3511')
  const found: string[] = []
  for (const tell of tells) {
    try {
      if (await tell.found({ device, greeting, run: (command) => peer.run(command) })) found.push(tell.name)
    } catch (error) {
      found.push(`${tell.name}: ${error instanceof Error ? error.message : String(error)}`)
      if (peer.ended) break
    }
  }
  peer.leave()
  return found
}
