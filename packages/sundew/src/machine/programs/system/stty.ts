import type { Program } from '../../program.ts'
import { quoted } from './documented.ts'

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
