import type { FileSystem } from './file-system.ts'

/** A line of /etc/passwd. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly comment: string
  readonly home: string
  readonly shell: string
}

/** A line of /etc/group. */
export interface Group {
  readonly name: string
  readonly gid: number
  readonly members: readonly string[]
}

/** Lines past this are not looked at: the file is the intruder's to change. */
const maxLines = 5000

export function linesOf(files: FileSystem, path: string): string[] {
  try {
    const lines = Buffer.from(files.read(path)).toString('latin1').split('\n', maxLines)
    if (lines.at(-1) === '') lines.pop()
    return lines
  } catch {
    return []
  }
}

export function accounts(files: FileSystem): Account[] {
  return linesOf(files, '/etc/passwd').flatMap((line) => {
    const [name = '', , uid = '', gid = '', comment = '', home = '', shell = ''] = line.split(':')
    return /^\d{1,10}$/.test(uid)
      ? [{ name, uid: Number(uid), gid: Number(gid) || 0, comment, home, shell }]
      : []
  })
}

export function groups(files: FileSystem): Group[] {
  return linesOf(files, '/etc/group').flatMap((line) => {
    const [name = '', , gid = '', members = ''] = line.split(':')
    return /^\d{1,10}$/.test(gid)
      ? [{ name, gid: Number(gid), members: members.split(',').filter(Boolean) }]
      : []
  })
}

export function accountOf(files: FileSystem, user: string): Account | undefined {
  return accounts(files).find((one) => one.name === user)
}

/** Root and the numbers as they are where nobody is listed. */
export function nameOfUser(files: FileSystem, uid: number): string {
  return accounts(files).find((one) => one.uid === uid)?.name ?? (uid === 0 ? 'root' : String(uid))
}

/** The groups that somebody is in: the own one first. */
export function groupsOf(files: FileSystem, account: Account): number[] {
  const others = groups(files)
    .filter((one) => one.members.includes(account.name) && one.gid !== account.gid)
    .map((one) => one.gid)
  return [account.gid, ...others]
}
