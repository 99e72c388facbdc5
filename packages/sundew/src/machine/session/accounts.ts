import { accountOf, groupsOf } from '../files/accounts.ts'
import type { Credentials, FileSystem } from '../files/file-system.ts'

/** Who somebody is once logged in. */
export interface Account extends Credentials {
  readonly name: string
  readonly home: string
  readonly shell: string
}

/** The account that a login name gets: its own, or root's where the tree knows none, since the server let it in. */
export function accountFor(files: FileSystem, user: string): Account {
  const listed = accountOf(files, user)
  const account = listed ?? { name: user, uid: 0, gid: 0, comment: '', home: '/root', shell: '' }
  return {
    name: user,
    uid: account.uid,
    gid: account.gid,
    groups: [...new Set(groupsOf(files, account))],
    home: account.home || '/',
    shell: account.shell || '/bin/sh',
  }
}
