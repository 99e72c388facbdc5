import { descriptors } from '../../kernel/proc/of-process.ts'
import { socketsOf } from '../../kernel/sockets.ts'
import type { Program } from '../../program.ts'
import { nameOfUser } from '../../files/accounts.ts'
import { localeOf } from '../common/locale-of.ts'
import { quoted, documented, usage } from './documented.ts'

export const locale: Program = {
  names: ['locale'],
  async run(call) {
    const [first] = call.args
    if (first === '-a' || first === '--all-locales') {
      await call.stdout.write('C\nC.utf8\nen_US.utf8\nPOSIX\n')
      return 0
    }
    if (first === '-m' || first === '--charmaps') {
      await call.stdout.write('ANSI_X3.4-1968\nISO-8859-1\nUTF-8\n')
      return 0
    }
    if (first === 'charmap') {
      await call.stdout.write(/utf-?8$/i.test(localeOf(call, 'LC_CTYPE')) ? 'UTF-8\n' : 'ANSI_X3.4-1968\n')
      return 0
    }
    const { environment } = call
    let text = `LANG=${environment.get('LANG') ?? ''}\nLANGUAGE=${environment.get('LANGUAGE') ?? ''}\n`
    for (const name of [
      'CTYPE',
      'NUMERIC',
      'TIME',
      'COLLATE',
      'MONETARY',
      'MESSAGES',
      'PAPER',
      'NAME',
      'ADDRESS',
      'TELEPHONE',
      'MEASUREMENT',
      'IDENTIFICATION',
    ]) {
      const own = environment.get(`LC_${name}`)
      text +=
        own !== undefined && !environment.has('LC_ALL')
          ? `LC_${name}=${own}\n`
          : `LC_${name}="${localeOf(call, `LC_${name}`).replace(/^C$/, 'POSIX')}"\n`
    }
    await call.stdout.write(`${text}LC_ALL=${environment.get('LC_ALL') ?? ''}\n`)
    return 0
  },
}

export const getconf: Program = {
  names: ['getconf'],
  async run(call) {
    const [name] = call.args.filter((arg) => !arg.startsWith('-'))
    const values: Readonly<Record<string, string>> = {
      LONG_BIT: '64',
      PAGESIZE: '4096',
      PAGE_SIZE: '4096',
      ARG_MAX: '2097152',
      CHILD_MAX: '15445',
      OPEN_MAX: '1024',
      CLK_TCK: '100',
      NGROUPS_MAX: '65536',
      _NPROCESSORS_ONLN: String(call.machine.persona.processor.count),
      _NPROCESSORS_CONF: String(call.machine.persona.processor.count),
      NPROCESSORS_ONLN: String(call.machine.persona.processor.count),
      _PHYS_PAGES: String(Math.floor(call.machine.persona.memoryKb / 4)),
      _AVPHYS_PAGES: String(Math.floor(call.machine.measure().memory.free / 4)),
      GNU_LIBC_VERSION: 'glibc 2.36',
      GNU_LIBPTHREAD_VERSION: 'NPTL 2.36',
      PATH: '/bin:/usr/bin',
      WORD_BIT: '32',
      CHAR_BIT: '8',
      INT_MAX: '2147483647',
      PATH_MAX: '4096',
      NAME_MAX: '255',
      LINE_MAX: '2048',
      HOST_NAME_MAX: '64',
      LOGIN_NAME_MAX: '256',
    }
    if (call.args[0] === '-a') {
      await call.stdout.write(
        Object.entries(values)
          .map(([key, value]) => `${key.padEnd(34)} ${value}\n`)
          .join(''),
      )
      return 0
    }
    if (name === undefined) {
      await call.stderr.write(
        'Usage: getconf [-v specification] variable_name [pathname]\n       getconf -a [pathname]\n',
      )
      return 2
    }
    if (!Object.hasOwn(values, name)) {
      await call.stderr.write(`getconf: Unrecognized variable \`${name}'\n`)
      return 2
    }
    await call.stdout.write(`${values[name]!}\n`)
    return 0
  },
}

export const ldd: Program = {
  names: ['ldd', 'ldconfig'],
  async run(call) {
    if (call.name === 'ldconfig') {
      if (call.args.includes('-p')) {
        await call.stdout.write(
          "2 libs found in cache `/etc/ld.so.cache'\n\tlibc.so.6 (libc6,x86-64) => /lib/x86_64-linux-gnu/libc.so.6\n\tld-linux-x86-64.so.2 (libc6,x86-64) => /lib64/ld-linux-x86-64.so.2\n",
        )
        return 0
      }
      if (call.files.credentials.uid !== 0) {
        await call.stderr.write(
          "/sbin/ldconfig.real: Can't create temporary cache file /etc/ld.so.cache~: Permission denied\n",
        )
        return 1
      }
      return 0
    }
    const names = call.args.filter((arg) => !arg.startsWith('-'))
    if (call.args[0] === '--version') {
      await call.stdout.write(
        'ldd (Debian GLIBC 2.36-9+deb12u10) 2.36\nCopyright (C) 2022 Free Software Foundation, Inc.\nThis is free software; see the source for copying conditions.  There is NO\nwarranty; not even for MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.\nWritten by Roland McGrath and Ulrich Drepper.\n',
      )
      return 0
    }
    if (names.length === 0) {
      await call.stderr.write("ldd: missing file arguments\nTry `ldd --help' for more information.\n")
      return 1
    }
    let status = 0
    const base = (key: string): string =>
      `0x00007f${Math.floor(call.machine.chance(`${key} ${call.process.pid}`) * 2 ** 28)
        .toString(16)
        .padStart(7, '0')}000`
    for (const name of names.slice(0, 50)) {
      if (names.length > 1) await call.stdout.write(`${name}:\n`)
      if (!call.files.exists(call.path(name))) {
        await call.stderr.write(
          `ldd: ${name.includes('/') ? name : `./${name}`}: No such file or directory\n`,
        )
        status = 1
        continue
      }
      const file = call.files.open(call.path(name), { read: true })
      const head = file.read(5)
      file.close()
      if (!(head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46)) {
        await (names.length > 1 ? call.stdout : call.stderr).write('\tnot a dynamic executable\n')
        status = 1
        continue
      }
      await call.stdout.write(
        `\tlinux-vdso.so.1 (0x00007ffd${Math.floor(call.machine.chance(`vdso ${call.process.pid}`) * 2 ** 20)
          .toString(16)
          .padStart(
            5,
            '0',
          )}000)\n\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (${base('libc')})\n\t/lib64/ld-linux-x86-64.so.2 (${base('loader')})\n`,
      )
    }
    return status
  },
}

export const stty: Program = {
  names: ['stty'],
  async run(call) {
    const terminal = call.stdin.terminal
    const known =
      /^(?:-?(?:echo|icanon|isig|icrnl|opost|onlcr|echoe|echok|echoctl|echoke|ixon|ixoff|iexten|brkint|istrip|inlcr|igncr|raw|cooked|crt|hup|hupcl|cread|clocal|parenb|iutf8)|sane|raw|size|speed|-a|-g|--all|--save|evenp|rows|cols|columns|min|time|intr|erase|\d+|\^.|[\da-f:]{20,})$/
    const wrong = call.args.find((arg) => !known.test(arg))
    if (call.args[0] === '--help') return 0
    if (wrong !== undefined) {
      await call.stderr.write(
        `stty: invalid argument ${quoted(call, wrong)}\nTry 'stty --help' for more information.\n`,
      )
      return 1
    }
    if (terminal === undefined) {
      await call.stderr.write("stty: 'standard input': Inappropriate ioctl for device\n")
      return 1
    }
    const { settings } = terminal
    if (call.args.includes('size')) {
      await call.stdout.write(`${terminal.rows} ${terminal.columns}\n`)
      return 0
    }
    if (call.args.includes('-g') || call.args.includes('--save')) {
      await call.stdout.write(
        `${settings.returnIsNewline ? '4500' : '4400'}:${settings.newlineIsReturnNewline ? '5' : '0'}:bf:8a3${settings.echo ? 'b' : '3'}:3:1c:7f:15:4:0:1:0:11:13:1a:0:12:f:17:16:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0\n`,
      )
      return 0
    }
    if (call.args.length === 0 || call.args.includes('-a') || call.args.includes('--all')) {
      const all = call.args.length > 0
      const flag = (on: boolean, name: string): string => (on ? name : `-${name}`)
      await call.stdout.write(
        all
          ? `speed 38400 baud; rows ${terminal.rows}; columns ${terminal.columns}; line = 0;\nintr = ^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D; eol = <undef>;\neol2 = <undef>; swtch = <undef>; start = ^Q; stop = ^S; susp = ^Z; rprnt = ^R;\nwerase = ^W; lnext = ^V; discard = ^O; min = 1; time = 0;\n-parenb -parodd -cmspar cs8 -hupcl -cstopb cread -clocal -crtscts\n-ignbrk -brkint -ignpar -parmrk -inpck -istrip -inlcr -igncr ${flag(settings.returnIsNewline, 'icrnl')} ixon -ixoff\n-iuclc -ixany -imaxbel iutf8\n${flag(settings.newlineIsReturnNewline, 'opost')} -olcuc -ocrnl ${flag(settings.newlineIsReturnNewline, 'onlcr')} -onocr -onlret -ofill -ofdel nl0 cr0 tab0 bs0 vt0 ff0\n${flag(settings.signals, 'isig')} ${flag(settings.lines, 'icanon')} iexten ${flag(settings.echo, 'echo')} echoe echok -echonl -noflsh -xcase -tostop -echoprt\nechoctl echoke -flusho -extproc\n`
          : 'speed 38400 baud; line = 0;\n-brkint -imaxbel iutf8\n',
      )
      return 0
    }
    let next = { ...settings }
    for (const arg of call.args) {
      const on = !arg.startsWith('-')
      const name = arg.replace(/^-/, '')
      if (name === 'echo') next = { ...next, echo: on }
      else if (name === 'icanon') next = { ...next, lines: on }
      else if (name === 'isig') next = { ...next, signals: on }
      else if (name === 'icrnl') next = { ...next, returnIsNewline: on }
      else if (name === 'opost' || name === 'onlcr') next = { ...next, newlineIsReturnNewline: on }
      else if (arg === 'raw' || arg === '-cooked')
        next = {
          ...next,
          lines: false,
          signals: false,
          returnIsNewline: false,
          newlineIsReturnNewline: false,
        }
      else if (arg === 'sane' || arg === 'cooked' || arg === '-raw')
        next = {
          echo: arg === 'sane' ? true : next.echo,
          lines: true,
          signals: true,
          returnIsNewline: true,
          newlineIsReturnNewline: true,
        }
      else if (/:8a3[37b]:/.test(arg) || arg.includes(':'))
        next = {
          ...next,
          echo: !arg.includes(':8a33:'),
          lines: true,
          signals: true,
          returnIsNewline: true,
          newlineIsReturnNewline: true,
        }
    }
    terminal.settings = next
    return 0
  },
}

export const lsof: Program = {
  names: ['lsof'],
  async run(call) {
    const { machine, files } = call
    const wrong = call.args.find((arg) => /^-[^inPptTuUacsFlbCdhvwVX+]/.test(arg))
    if (wrong !== undefined || call.args.includes('-h')) {
      await call.stderr.write(
        `lsof: illegal option character: ${wrong?.[1] ?? 'h'}\nlsof 4.95.0\n latest revision: https://github.com/lsof-org/lsof\n latest FAQ: https://github.com/lsof-org/lsof/blob/master/00FAQ\n latest (non-formatted) man page: https://github.com/lsof-org/lsof/blob/master/Lsof.8\n usage: [-?abhKlnNoOPRtUvVX] [+|-c c] [+|-d s] [+D D] [+|-E] [+|-e s] [+|-f[gG]]\n [-F [f]] [-g [s]] [-i [i]] [+|-L [l]] [+m [m]] [+|-M] [-o [o]] [-p s]\n [+|-r [t]] [-s [p:s]] [-S [t]] [-T [t]] [-u s] [+|-w] [-x [fl]] [--] [names]\nUse the \`\`-h'' option to get more help information.\n`,
      )
      return 1
    }
    const port = call.args.map((arg) => /^-?i?:(\d{1,5})$/.exec(arg)?.[1]).find((one) => one !== undefined)
    const rows: string[][] = []
    const visible = machine.processes
      .list()
      .filter((one) => files.credentials.uid === 0 || one.credentials.uid === files.credentials.uid)
    const pidAt = call.args.indexOf('-p')
    const pids = pidAt < 0 ? undefined : new Set((call.args[pidAt + 1] ?? '').split(',').map(Number))
    if (call.args.some((arg) => arg.startsWith('-i') || /^-[nPt]+i/.test(arg))) {
      for (const one of socketsOf(machine)) {
        if (
          one.process === undefined ||
          (!visible.includes(machine.processes.get(one.process.pid) ?? one.process) &&
            files.credentials.uid !== 0)
        )
          continue
        if (port !== undefined && one.local.port !== Number(port) && one.peer.port !== Number(port)) continue
        const local = `${one.local.address === '0.0.0.0' || one.local.address === '::' ? '*' : one.local.address}:${one.local.port}`
        const name =
          one.state === 'ESTABLISHED'
            ? `${local}->${one.peer.address}:${one.peer.port} (ESTABLISHED)`
            : `${local}${one.state === 'LISTEN' ? ' (LISTEN)' : ''}`
        rows.push([
          one.process.name.slice(0, 9),
          String(one.process.pid),
          nameOfUser(files, one.process.credentials.uid),
          `${one.descriptor}u`,
          `IPv${one.family}`,
          String(one.inode),
          '0t0',
          one.protocol.toUpperCase(),
          name,
        ])
      }
    } else {
      for (const one of visible) {
        if (pids !== undefined && !pids.has(one.pid)) continue
        if (one.argv.length === 0) continue
        const user = nameOfUser(files, one.credentials.uid)
        rows.push([
          one.name.slice(0, 9),
          String(one.pid),
          user,
          'cwd',
          'DIR',
          '254,1',
          '4096',
          '2',
          one.directory,
        ])
        rows.push([one.name.slice(0, 9), String(one.pid), user, 'rtd', 'DIR', '254,1', '4096', '2', '/'])
        rows.push([
          one.name.slice(0, 9),
          String(one.pid),
          user,
          'txt',
          'REG',
          '254,1',
          '1265648',
          '131422',
          one.executable,
        ])
        for (const [number, target] of descriptors(one, machine))
          rows.push([
            one.name.slice(0, 9),
            String(one.pid),
            user,
            `${number}u`,
            target.startsWith('/dev') ? 'CHR' : target.startsWith('socket') ? 'unix' : 'FIFO',
            '136,0',
            '0t0',
            '3',
            target,
          ])
        await call.spend()
      }
    }
    if (rows.length === 0) return 1
    if (call.args.some((arg) => /^-\w*t/.test(arg))) {
      await call.stdout.write([...new Set(rows.map((row) => row[1]!))].map((pid) => `${pid}\n`).join(''))
      return 0
    }
    const heads = ['COMMAND', 'PID', 'USER', 'FD', 'TYPE', 'DEVICE', 'SIZE/OFF', 'NODE', 'NAME']
    const width = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]!.length)))
    const right = new Set([1, 2, 3, 4, 5, 6, 7])
    await call.stdout.write(
      [heads, ...rows]
        .map(
          (row) =>
            `${row.map((cell, at) => (at === 8 ? cell : right.has(at) ? cell.padStart(width[at]!) : cell.padEnd(width[at]!))).join(' ')}\n`,
        )
        .join(''),
    )
    return 0
  },
}

export const fuser = documented('fuser', async (call) => {
  const names = call.args.filter((arg) => !arg.startsWith('-'))
  if (names.length === 0) {
    await call.stderr.write('No process specification given\n')
    return usage(call)
  }
  let status = 1
  const kill = call.args.some((arg) => /^-\w*k/.test(arg))
  for (const name of names.slice(0, 100)) {
    const port =
      /^(\d{1,5})\/(tcp|udp)$/.exec(name) ??
      (call.args.includes('-n') && /^\d{1,5}$/.test(name) ? [name, name, 'tcp'] : null)
    if (port !== null) {
      const found = socketsOf(call.machine).filter(
        (one) => one.local.port === Number(port[1]) && one.protocol === port[2] && one.process !== undefined,
      )
      const pids = [...new Set(found.map((one) => one.process!.pid))]
      if (pids.length === 0) continue
      status = 0
      await call.stderr.write(`${name}:`.padEnd(21))
      await call.stdout.write(pids.map((pid) => String(pid).padStart(6)).join(''))
      await call.stderr.write('\n')
      if (kill) for (const pid of pids) call.machine.processes.get(pid)?.kill(9)
      continue
    }
    if (name === 'tcp' || name === 'udp') continue
    if (!call.files.exists(call.path(name))) {
      await call.stderr.write(`Specified filename ${name} does not exist.\n`)
      continue
    }
    const path = call.files.realPath(call.path(name))
    const pids = call.machine.processes
      .list()
      .filter((one) => one.executable === path || one.directory === path)
      .map((one) => `${String(one.pid).padStart(6)}${one.executable === path ? 'e' : 'c'}`)
    if (pids.length === 0) continue
    status = 0
    await call.stderr.write(`${path}:`.padEnd(21))
    await call.stdout.write(pids.join(''))
    await call.stderr.write('\n')
  }
  return status
})

export const updateRcD: Program = {
  names: ['update-rc.d'],
  async run(call) {
    const [name, action] = call.args.filter((arg) => arg !== '-f')
    if (name === undefined || action === undefined) {
      await call.stderr.write('update-rc.d: error: not enough arguments\n')
      return usage(call, 1)
    }
    if (!call.files.exists(`/etc/init.d/${name}`) && action !== 'remove') {
      await call.stderr.write(`update-rc.d: error: unable to read /etc/init.d/${name}\n`)
      return 1
    }
    return 0
  },
}
