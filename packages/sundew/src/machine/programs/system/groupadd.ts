import { accounts, groups } from '../../files/accounts.ts'
import { documented, usage } from './documented.ts'
import { editLine } from './passwords.ts'
import { append, denied, freeNumber, goodName, maxUsers } from './user-files.ts'

export const groupadd = documented('groupadd', async (call, given) => {
  const [name] = given.operands
  if (name === undefined || given.operands.length > 1) return usage(call, 2)
  const asked = given.value('gid')
  if (asked !== undefined && !/^\d{1,10}$/.test(asked)) {
    await call.stderr.write(`groupadd: invalid group ID '${asked}'\n`)
    return 3
  }
  if (!goodName.test(name)) {
    await call.stderr.write(`groupadd: '${name}' is not a valid group name\n`)
    return 3
  }
  const all = groups(call.files)
  if (all.some((one) => one.name === name)) {
    if (given.has('force')) return 0
    await call.stderr.write(`groupadd: group '${name}' already exists\n`)
    return 9
  }
  if (call.files.credentials.uid !== 0) return denied(call, '/etc/group')
  if (asked !== undefined && !given.has('non-unique') && all.some((one) => one.gid === Number(asked))) {
    await call.stderr.write(`groupadd: GID '${asked}' already exists\n`)
    return 4
  }
  if (all.length >= maxUsers) return 10
  append(
    call,
    '/etc/group',
    `${name}:x:${
      asked ??
      freeNumber(
        all.map((one) => one.gid),
        given.has('system'),
      )
    }:\n`,
  )
  append(call, '/etc/gshadow', `${name}:!::\n`, 0o640)
  return 0
})

export const groupdel = documented('groupdel', async (call, given) => {
  const [name] = given.operands
  if (name === undefined || given.operands.length > 1) return usage(call, 2)
  const group = groups(call.files).find((one) => one.name === name)
  if (group === undefined) {
    await call.stderr.write(`groupdel: group '${name}' does not exist\n`)
    return 6
  }
  if (call.files.credentials.uid !== 0) return denied(call, '/etc/group')
  const owner = accounts(call.files).find((one) => one.gid === group.gid)
  if (owner !== undefined && !given.has('force')) {
    await call.stderr.write(`groupdel: cannot remove the primary group of user '${owner.name}'\n`)
    return 8
  }
  for (const path of ['/etc/group', '/etc/gshadow']) editLine(call, path, name, () => undefined)
  return 0
})
