import { accountOf, accounts, groupsOf, type Account as Listed } from '../files/accounts.ts'
import { FileError, type Credentials, type FileSystem } from '../files/file-system.ts'

/** Who somebody is once logged in. */
export interface Account extends Credentials {
  readonly name: string
  readonly home: string
  readonly shell: string
}

/** A name that useradd takes. */
const takenName = /^[a-z_][a-z0-9_.-]{0,31}$/i
/** /etc/login.defs: UID_MIN. */
const firstUser = 1000

/**
 * The account that a login name gets. Since the server let it in there must be one: where the tree knows none it is made, as
 * `useradd -m` would have. A device of `ash` has only root.
 */
export function accountFor(files: FileSystem, user: string, shell: 'bash' | 'ash'): Account {
  const account = accountOf(files, user) ?? (shell === 'bash' ? made(files, user) : rootAs(user))
  return {
    name: user,
    uid: account.uid,
    gid: account.gid,
    groups: [...new Set(groupsOf(files, account))],
    home: account.home || '/',
    shell: account.shell || '/bin/sh',
  }
}

function rootAs(name: string): Listed {
  return { name, uid: 0, gid: 0, comment: '', home: '/root', shell: '/bin/sh' }
}

function made(files: FileSystem, name: string): Listed {
  const uid = Math.max(firstUser - 1, ...accounts(files).map((one) => (one.uid < 60_000 ? one.uid : 0))) + 1
  const account: Listed = { name, uid, gid: uid, comment: '', home: `/home/${name}`, shell: '/bin/bash' }
  if (!takenName.test(name)) return { ...account, home: '/' }
  try {
    const { mtimeMs } = files.stat('/etc/passwd')
    for (const [path, line] of [
      ['/etc/passwd', `${name}:x:${uid}:${uid}::${account.home}:${account.shell}\n`],
      ['/etc/group', `${name}:x:${uid}:\n`],
      ['/etc/shadow', `${name}:!:${Math.floor(mtimeMs / 86_400_000)}:0:99999:7:::\n`],
      ['/etc/gshadow', `${name}:!::\n`],
    ] as const) {
      files.append(path, Buffer.from(line, 'latin1'))
      files.setTimes(path, mtimeMs, mtimeMs)
    }
    files.makeDirectory(account.home, 0o700)
    for (const file of files.list('/etc/skel')) {
      const path = `${account.home}/${file}`
      files.write(path, files.read(`/etc/skel/${file}`), 0o644)
      files.chown(path, uid, uid)
      files.setTimes(path, mtimeMs, mtimeMs)
    }
    files.chown(account.home, uid, uid)
    files.setTimes(account.home, mtimeMs, mtimeMs)
  } catch (error) {
    // The intruder's own doing: they filled the disk, or removed what it needs.
    if (!(error instanceof FileError)) throw error
  }
  return account
}
