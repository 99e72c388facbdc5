import { accountOf, groups } from '../../files/accounts.ts'
import { documented, usage } from './documented.ts'
import { editLine } from './passwords.ts'
import { denied, join } from './user-files.ts'

export const userdel = documented('userdel', async (call, given) => {
  const [name] = given.operands
  if (name === undefined || given.operands.length > 1) return usage(call, 2)
  const account = accountOf(call.files, name)
  if (account === undefined) {
    await call.stderr.write(`userdel: user '${name}' does not exist\n`)
    return 6
  }
  if (call.files.credentials.uid !== 0) return denied(call, '/etc/passwd')
  const used = call.machine.processes.list().find((one) => one.credentials.uid === account.uid)
  if (used !== undefined && !given.has('force')) {
    await call.stderr.write(`userdel: user ${name} is currently used by process ${used.pid}\n`)
    return 8
  }
  for (const path of ['/etc/passwd', '/etc/shadow', '/etc/subuid', '/etc/subgid'])
    editLine(call, path, name, () => undefined)
  for (const group of groups(call.files)) if (group.members.includes(name)) join(call, group.name, name, true)
  const own = groups(call.files).find((one) => one.name === name)
  if (own !== undefined && own.members.length === 0) {
    for (const path of ['/etc/group', '/etc/gshadow']) editLine(call, path, name, () => undefined)
  }
  if (given.has('remove')) {
    await call.stderr.write(`userdel: ${name} mail spool (/var/mail/${name}) not found\n`)
    await call.run(['rm', '-rf', '--', account.home])
  }
  return 0
})
