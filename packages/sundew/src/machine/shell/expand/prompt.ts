import type { Shell } from '../shell.ts'
import { homeOf, userName } from './tilde.ts'

/** The backslash escapes of PS1 and its like; `$` and backquotes are left as they are. */
export function promptText(shell: Shell, text: string): string {
  return text.replace(
    /\\(D\{[^}]*\}|[0-7]{3}|.)/gs,
    (whole, escape: string) => escapes(shell, escape) ?? whole,
  )
}

function escapes(shell: Shell, escape: string): string | undefined {
  const { machine } = shell.session
  const now = new Date(machine.now())
  const two = (number: number) => String(number).padStart(2, '0')
  switch (escape) {
    case 'a':
      return '\x07'
    case 'e':
      return '\x1b'
    case 'n':
      return '\n'
    case 'r':
      return '\r'
    // The ends of what takes no place, for who draws it.
    case '[':
      return '\x01'
    case ']':
      return '\x02'
    case '\\':
      return '\\\\'
    case 'h':
      return machine.hostname.split('.')[0]
    case 'H':
      return machine.hostname
    case 'u':
      return userName(shell)
    case 'w':
      return shortDirectory(shell)
    case 'W': {
      const short = shortDirectory(shell)
      return short === '~' || short === '/' ? short : short.slice(short.lastIndexOf('/') + 1)
    }
    case '$':
      return shell.credentials.uid === 0 ? '#' : '\\$'
    case 's':
      return shell.argv0.slice(shell.argv0.lastIndexOf('/') + 1)
    case 'v':
      return '5.2'
    case 'V':
      return '5.2.15'
    case 'l':
      return shell.session.terminal?.name.replace(/^.*\//, '') ?? 'tty'
    case 'j':
      return String(shell.jobs.list().length)
    case '!':
    case '#':
      return String(shell.history.length + 1)
    case 't':
      return `${two(now.getUTCHours())}:${two(now.getUTCMinutes())}:${two(now.getUTCSeconds())}`
    case 'A':
      return `${two(now.getUTCHours())}:${two(now.getUTCMinutes())}`
    case 'T':
      return `${two(now.getUTCHours() % 12 || 12)}:${two(now.getUTCMinutes())}:${two(now.getUTCSeconds())}`
    case '@':
      return `${two(now.getUTCHours() % 12 || 12)}:${two(now.getUTCMinutes())} ${now.getUTCHours() < 12 ? 'AM' : 'PM'}`
    case 'd':
      return `${days[now.getUTCDay()]} ${months[now.getUTCMonth()]} ${two(now.getUTCDate())}`
    default:
      if (/^[0-7]{3}$/.test(escape)) return String.fromCharCode(Number.parseInt(escape, 8) & 255)
      return undefined
  }
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function shortDirectory(shell: Shell): string {
  const home = homeOf(shell, '')
  const { directory } = shell
  if (home === undefined || home === '/' || home === '') return directory
  if (directory === home) return '~'
  return directory.startsWith(`${home}/`) ? `~${directory.slice(home.length)}` : directory
}
