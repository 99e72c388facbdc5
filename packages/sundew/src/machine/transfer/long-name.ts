import type { FileSystem, FileType, Stat } from '../files/file-system.ts'

/** Names of users and groups, read once. */
export class Names {
  readonly #files: FileSystem
  #users: Map<number, string> | undefined
  #groups: Map<number, string> | undefined

  constructor(files: FileSystem) {
    this.#files = files
  }

  user(id: number): string | undefined {
    this.#users ??= this.#read('/etc/passwd')
    return this.#users.get(id)
  }

  group(id: number): string | undefined {
    this.#groups ??= this.#read('/etc/group')
    return this.#groups.get(id)
  }

  /** Of a user by name. */
  home(user: string): string | undefined {
    return lines(this.#files, '/etc/passwd').find((fields) => fields[0] === user)?.[5]
  }

  #read(path: string): Map<number, string> {
    const names = new Map<number, string>()
    for (const [name, , id] of lines(this.#files, path)) {
      const number = Number.parseInt(id ?? '', 10)
      if (!names.has(number)) names.set(number, name!)
    }
    return names
  }
}

/** What `ls -l` would say, as sftp-server writes it (sftp-common.c's format): times in UTC. */
export function longName(name: string, stat: Stat, names: Names, nowMs: number): string {
  const user = names.user(stat.uid) ?? String(stat.uid)
  const group = names.group(stat.gid) ?? String(stat.gid)
  return `${modeText(stat)} ${String(stat.nlink).padStart(3)} ${user.padEnd(8)} ${group.padEnd(8)} ${String(stat.size).padStart(8)} ${dateText(stat.mtimeMs, nowMs)} ${name}`
}

/** As `strmode(3)`, with its space at the end. */
function modeText(stat: Stat): string {
  const { mode } = stat
  const three = (shift: number, special: number, letter: string) => {
    const bits = (mode >> shift) & 7
    const isRun = (bits & 1) !== 0
    const last = (mode & special) === 0 ? (isRun ? 'x' : '-') : isRun ? letter : letter.toUpperCase()
    return `${(bits & 4) === 0 ? '-' : 'r'}${(bits & 2) === 0 ? '-' : 'w'}${last}`
  }
  return `${letters[stat.type]}${three(6, 0o4000, 's')}${three(3, 0o2000, 's')}${three(0, 0o1000, 't')} `
}

const letters: Readonly<Record<FileType, string>> = {
  file: '-',
  directory: 'd',
  link: 'l',
  character: 'c',
  block: 'b',
  fifo: 'p',
  socket: 's',
}

const halfYearMs = (365 * 24 * 3_600_000) / 2
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

function dateText(ms: number, nowMs: number): string {
  const at = new Date(ms)
  if (Number.isNaN(at.getTime())) return '            '
  const day = `${months[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2)}`
  if (nowMs - ms < halfYearMs) return `${day} ${at.toISOString().slice(-13, -8)}`
  return `${day}  ${at.getUTCFullYear()}`
}

function lines(files: FileSystem, path: string): string[][] {
  try {
    const text = Buffer.from(files.read(path)).toString('latin1')
    return text.split('\n').map((line) => line.split(':'))
  } catch {
    return []
  }
}
