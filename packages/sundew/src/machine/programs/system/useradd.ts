import { accounts, groups } from '../../files/accounts.ts'
import type { Call } from '../../program.ts'
import { documented, usage } from './documented.ts'
import { today } from './passwords.ts'
import { append, clean, denied, freeNumber, goodName, join, maxUsers } from './user-files.ts'

export const useradd = documented('useradd', async (call, given) => {
  if (given.has('defaults')) {
    await call.stdout.write(
      'GROUP=100\nHOME=/home\nINACTIVE=-1\nEXPIRE=\nSHELL=/bin/sh\nSKEL=/etc/skel\nCREATE_MAIL_SPOOL=no\nLOG_INIT=yes\n',
    )
    return 0
  }
  const [name] = given.operands
  const shell = given.value('shell')
  const wrong = wrongOption(call, given)
  if (wrong !== undefined) {
    await call.stderr.write(`useradd: ${wrong[0]}\n`)
    return wrong[1]
  }
  if (given.has('non-unique') && !given.has('uid')) {
    await call.stderr.write('useradd: -o flag is only allowed with the -u flag\n')
    return usage(call, 2)
  }
  if (name === undefined || given.operands.length > 1) return usage(call, 2)
  if (!goodName.test(name) && !(given.has('badname') && /^[^:\s/,]{1,32}$/.test(name))) {
    await call.stderr.write(`useradd: invalid user name '${name}': use --badname to ignore\n`)
    return 3
  }
  if (call.files.credentials.uid !== 0) return denied(call, '/etc/passwd')
  const all = accounts(call.files)
  if (all.some((one) => one.name === name)) {
    await call.stderr.write(`useradd: user '${name}' already exists\n`)
    return 9
  }
  if (all.length >= maxUsers) {
    await call.stderr.write('useradd: cannot open /etc/passwd: No space left on device\n')
    return 1
  }
  const system = given.has('system')
  const uid =
    given.value('uid') === undefined
      ? freeNumber(
          all.map((one) => one.uid),
          system,
        )
      : Number(given.value('uid'))
  if (!given.has('non-unique') && all.some((one) => one.uid === uid)) {
    await call.stderr.write(`useradd: UID ${uid} is not unique\n`)
    return 4
  }
  const allGroups = groups(call.files)
  const primary = given.value('gid')
  let gid = 100
  if (primary !== undefined)
    gid = allGroups.find((one) => one.name === primary || String(one.gid) === primary)!.gid
  else if (!given.has('no-user-group')) {
    if (allGroups.some((one) => one.name === name)) {
      await call.stderr.write(
        `useradd: group ${name} exists - if you want to add this user to that group, use -g.\n`,
      )
      return 9
    }
    gid = allGroups.some((one) => one.gid === uid)
      ? freeNumber(
          allGroups.map((one) => one.gid),
          system,
        )
      : uid
    append(call, '/etc/group', `${name}:x:${gid}:\n`)
    append(call, '/etc/gshadow', `${name}:!::\n`, 0o640)
  }
  const home = given.value('home-dir') ?? `${given.value('base-dir') ?? '/home'}/${name}`
  append(
    call,
    '/etc/passwd',
    `${name}:x:${uid}:${gid}:${clean(given.value('comment') ?? '')}:${clean(home)}:${clean(shell ?? '/bin/sh')}\n`,
  )
  append(
    call,
    '/etc/shadow',
    `${name}:${clean(given.value('password') ?? '!')}:${today(call)}:${system ? '::::' : '0:99999:7::'}:\n`,
    0o640,
  )
  const password = given.value('password')
  if (password !== undefined) call.happened({ type: 'secret', user: name, password, program: 'useradd' })
  for (const group of (given.value('groups') ?? '').split(',').filter(Boolean)) join(call, group, name)
  if (given.has('create-home')) makeHome(call, home, uid, gid)
  return 0
})

export function wrongOption(
  call: Call,
  given: { value(name: string): string | undefined },
): [string, number] | undefined {
  const uid = given.value('uid')
  if (uid !== undefined && (!/^\d{1,10}$/.test(uid) || Number(uid) > 4_294_967_294))
    return [`invalid user ID '${uid}'`, 3]
  const all = groups(call.files)
  const known = (name: string): boolean => all.some((one) => one.name === name || String(one.gid) === name)
  const gid = given.value('gid')
  if (gid !== undefined && !known(gid)) return [`group '${gid}' does not exist`, 6]
  const home = given.value('home-dir') ?? given.value('home')
  if (home !== undefined && (!home.startsWith('/') || /[:\n]/.test(home)))
    return [`invalid home directory '${home}'`, 3]
  const shell = given.value('shell')
  if (shell !== undefined && shell !== '' && (!shell.startsWith('/') || /[:\n]/.test(shell)))
    return [`invalid shell '${shell}'`, 3]
  const missing = (given.value('groups') ?? '')
    .split(',')
    .filter(Boolean)
    .find((name) => !known(name))
  if (missing !== undefined) return [`group '${missing}' does not exist`, 6]
  return undefined
}

/** Files that are copied of /etc/skel. */
const maxSkeleton = 64

function makeHome(call: Call, home: string, uid: number, gid: number): void {
  const { files } = call
  if (files.exists(home)) return
  const parts = home.split('/').filter(Boolean)
  for (let depth = 1; depth <= Math.min(parts.length, 32); depth++) {
    const path = `/${parts.slice(0, depth).join('/')}`
    if (!files.exists(path)) files.makeDirectory(path, depth === parts.length ? 0o700 : 0o755)
  }
  files.chown(home, uid, gid)
  if (!files.exists('/etc/skel')) return
  for (const name of files.list('/etc/skel').slice(0, maxSkeleton)) {
    const from = `/etc/skel/${name}`
    if (files.lstat(from).type !== 'file') continue
    files.write(`${home}/${name}`, files.read(from), 0o644)
    files.chown(`${home}/${name}`, uid, gid)
  }
}
