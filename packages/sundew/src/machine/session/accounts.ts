import type { Credentials, FileSystem } from '../files/file-system.ts'

/** A line of /etc/passwd. */
export interface Account extends Credentials {
  readonly name: string
  readonly home: string
  readonly shell: string
}

/** The account that a login name gets: its own, or root's where the tree knows none, since the server let it in. */
export function accountFor(files: FileSystem, user: string): Account {
  const lines = textOf(files, '/etc/passwd').split('\n')
  const line = lines.find((l) => l.startsWith(`${user}:`)) ?? `${user}:x:0:0::/root:`
  const [, , uid, gid, , home, shell] = line.split(':')
  const number = Number(uid) || 0
  const group = Number(gid) || 0
  const groups = textOf(files, '/etc/group')
    .split('\n')
    .map((l) => l.split(':'))
    .filter((fields) => fields[3]?.split(',').includes(user))
    .map((fields) => Number(fields[2]) || 0)
  return {
    name: user,
    uid: number,
    gid: group,
    groups: [...new Set([group, ...groups])],
    home: home || '/',
    shell: shell || '/bin/sh',
  }
}

function textOf(files: FileSystem, path: string): string {
  try {
    return Buffer.from(files.read(path)).toString('latin1')
  } catch {
    return ''
  }
}
