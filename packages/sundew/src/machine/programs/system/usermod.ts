import { accountOf, groups } from '../../files/accounts.ts'
import { documented, usage } from './documented.ts'
import { editLine } from './passwords.ts'
import { clean, denied, join } from './user-files.ts'
import { wrongOption } from './useradd.ts'

export const usermod = documented('usermod', async (call, given) => {
  const [name] = given.operands
  const wrong = wrongOption(call, given)
  if (wrong !== undefined) {
    await call.stderr.write(`usermod: ${wrong[0]}\n`)
    return wrong[1]
  }
  if (name === undefined || given.operands.length > 1) return usage(call, 2)
  const account = accountOf(call.files, name)
  if (account === undefined) {
    await call.stderr.write(`usermod: user '${name}' does not exist\n`)
    return 6
  }
  if (given.options.length === 0) {
    await call.stderr.write('usermod: no options\n')
    return 2
  }
  if (call.files.credentials.uid !== 0) return denied(call, '/etc/passwd')
  const gid = given.value('gid')
  const login = given.value('login')
  editLine(call, '/etc/passwd', name, (fields) => {
    if (login !== undefined) fields[0] = clean(login)
    fields[2] = given.value('uid') ?? fields[2]!
    if (gid !== undefined)
      fields[3] = String(
        groups(call.files).find((one) => one.name === gid || String(one.gid) === gid)?.gid ?? fields[3],
      )
    fields[4] = clean(given.value('comment') ?? fields[4]!)
    fields[5] = clean(given.value('home') ?? fields[5]!)
    fields[6] = clean(given.value('shell') ?? fields[6]!)
    return fields
  })
  editLine(call, '/etc/shadow', name, (fields) => {
    if (login !== undefined) fields[0] = clean(login)
    const password = given.value('password')
    if (password !== undefined) fields[1] = clean(password)
    if (given.has('lock') && !fields[1]!.startsWith('!')) fields[1] = `!${fields[1]!}`
    if (given.has('unlock')) fields[1] = fields[1]!.replace(/^!/, '')
    return fields
  })
  const password = given.value('password')
  if (password !== undefined) call.happened({ type: 'secret', user: name, password, program: 'usermod' })
  const wanted = given.value('groups')
  if (wanted !== undefined) {
    const names = wanted.split(',').filter(Boolean)
    if (!given.has('append') && !given.has('remove'))
      for (const group of groups(call.files))
        if (group.members.includes(name) && !names.includes(group.name)) join(call, group.name, name, true)
    for (const group of names) join(call, group, name, given.has('remove'))
  }
  return 0
})
