import type { Call } from '../../program.ts'
import { accountOf, accounts, groups, groupsOf, linesOf, nameOfUser } from '../../files/accounts.ts'
import { isApplet } from '../common/applet.ts'
import { complain, misused, printUsage, quoted, documented, usage } from './documented.ts'

export const whoami = documented('whoami', async (call, given) => {
  if (given.operands.length > 0) return misused(call, `extra operand ${quoted(call, given.operands[0]!)}`)
  await call.stdout.write(`${nameOfUser(call.files, call.files.credentials.uid)}\n`)
  return 0
})

export const id = documented('id', async (call, given) => {
  const { files } = call
  const only = ['user', 'group', 'groups'].filter((name) => given.has(name))
  if (given.has('context')) {
    await complain(call, '--context (-Z) works only on an SELinux-enabled kernel')
    return 1
  }
  if (only.length > 1) {
    await complain(call, 'cannot print "only" of more than one choice')
    return 1
  }
  if (only.length === 0 && (given.has('name') || given.has('real'))) {
    await complain(call, 'cannot print only names or real IDs in default format')
    return 1
  }
  if (only.length === 0 && given.has('zero')) {
    await complain(call, 'option --zero not permitted in default format')
    return 1
  }
  const all = groups(files)
  const groupName = (gid: number): string =>
    all.find((one) => one.gid === gid)?.name ?? (gid === 0 ? 'root' : '')
  let status = 0
  for (const user of given.operands.length === 0 ? [undefined] : given.operands.slice(0, 1000)) {
    let uid: number, gid: number, in_: readonly number[]
    if (user === undefined) {
      const own = files.credentials
      uid = own.uid
      gid = own.gid
      in_ = [gid, ...own.groups.filter((one) => one !== gid)]
    } else {
      const account =
        accountOf(files, user) ??
        (/^\d{1,9}$/.test(user) ? accounts(files).find((one) => one.uid === Number(user)) : undefined)
      if (account === undefined) {
        await complain(call, isApplet(call) ? `unknown user ${user}` : `${quoted(call, user)}: no such user`)
        status = 1
        continue
      }
      uid = account.uid
      gid = account.gid
      in_ = groupsOf(files, account)
    }
    const named = (number: number, name: string): string =>
      name === '' ? String(number) : `${number}(${name})`
    const userName = accounts(files).find((one) => one.uid === uid)?.name ?? (uid === 0 ? 'root' : '')
    const end = given.has('zero') ? '\0' : '\n'
    const name = given.has('name')
    if (only[0] === 'user') await call.stdout.write((name ? userName || String(uid) : String(uid)) + end)
    else if (only[0] === 'group')
      await call.stdout.write((name ? groupName(gid) || String(gid) : String(gid)) + end)
    else if (only[0] === 'groups') {
      await call.stdout.write(
        in_
          .map((one) => (name ? groupName(one) || String(one) : String(one)))
          .join(given.has('zero') ? '\0' : ' ') + end,
      )
    } else {
      await call.stdout.write(
        `uid=${named(uid, userName)} gid=${named(gid, groupName(gid))} groups=${in_.map((one) => named(one, groupName(one))).join(',')}\n`,
      )
    }
  }
  return status
})

export const groupsProgram = {
  names: ['groups'],
  async run(call: Call): Promise<number> {
    const all = groups(call.files)
    const names = (gids: readonly number[]): string =>
      gids
        .map((gid) => all.find((one) => one.gid === gid)?.name ?? (gid === 0 ? 'root' : String(gid)))
        .join(' ')
    if (call.args.length === 0) {
      const own = call.files.credentials
      await call.stdout.write(`${names([own.gid, ...own.groups.filter((one) => one !== own.gid)])}\n`)
      return 0
    }
    let status = 0
    for (const user of call.args.slice(0, 1000)) {
      const account = accountOf(call.files, user)
      if (account === undefined) {
        await complain(call, `${quoted(call, user)}: no such user`)
        status = 1
      } else await call.stdout.write(`${user} : ${names(groupsOf(call.files, account))}\n`)
    }
    return status
  },
}

export const logname = {
  names: ['logname'],
  async run(call: Call): Promise<number> {
    const login = call.machine.loggedIn.find((one) => one.tty === call.process.tty)
    if (login === undefined) {
      await complain(call, 'no login name')
      return 1
    }
    await call.stdout.write(`${login.user}\n`)
    return 0
  },
}

export const getent = documented('getent', async (call) => {
  const [database, ...keys] = call.args.filter((arg) => !arg.startsWith('-'))
  if (database === undefined) {
    await call.stderr.write(`${call.name}: wrong number of arguments\n`)
    await call.stdout.write("Try `getent --help' or `getent --usage' for more information.\n")
    return 1
  }
  if (database === 'hosts' || database.startsWith('ahosts')) return hosts(call, keys)
  const path = databases.get(database)
  if (path === undefined) {
    await call.stderr.write(`Unknown database: ${database}\n`)
    await call.stdout.write("Try `getent --help' or `getent --usage' for more information.\n")
    return 1
  }
  const lines = linesOf(
    database === 'shadow' || database === 'gshadow' ? call.files : call.machine.files,
    path,
  )
  if (keys.length === 0) {
    await call.stdout.write(
      lines
        .filter((line) => !line.startsWith('#'))
        .map((line) => `${line}\n`)
        .join(''),
    )
    return 0
  }
  let status = 0
  for (const key of keys.slice(0, 1000)) {
    const found = lines.find((line) => {
      const fields = line.split(/[:\s]+/)
      return fields[0] === key || (/^\d+$/.test(key) && fields[2] === key)
    })
    if (found === undefined) status = 2
    else await call.stdout.write(`${found}\n`)
  }
  return status
})

const databases = new Map([
  ['passwd', '/etc/passwd'],
  ['group', '/etc/group'],
  ['shadow', '/etc/shadow'],
  ['gshadow', '/etc/gshadow'],
  ['services', '/etc/services'],
  ['protocols', '/etc/protocols'],
  ['networks', '/etc/networks'],
])

async function hosts(call: Call, keys: readonly string[]): Promise<number> {
  const lines = linesOf(call.files, '/etc/hosts')
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .filter((words) => words.length > 1)
  const show = ([address = '', ...names]: readonly string[]): string =>
    `${address.padEnd(15)} ${names.join(' ')}\n`
  if (keys.length === 0) {
    await call.stdout.write(lines.map(show).join(''))
    return 0
  }
  let status = 0
  for (const key of keys.slice(0, 100)) {
    const found = lines.find((words) => words.includes(key))
    if (found === undefined) status = 2
    else await call.stdout.write(show(found))
  }
  return status
}

export const hostname = documented('hostname', async (call) => {
  const { machine } = call
  const [first, ...rest] = call.args
  const short = machine.hostname.split('.')[0]!
  switch (first) {
    case undefined:
      await call.stdout.write(`${machine.hostname}\n`)
      return 0
    case '-s':
    case '--short':
      await call.stdout.write(`${short}\n`)
      return 0
    case '-f':
    case '--fqdn':
    case '--long': {
      const line = linesOf(call.files, '/etc/hosts').find((one) =>
        one.split(/\s+/).slice(1).includes(machine.hostname),
      )
      await call.stdout.write(`${line?.trim().split(/\s+/)[1] ?? machine.hostname}\n`)
      return 0
    }
    case '-d':
    case '--domain':
      await call.stdout.write(`${machine.hostname.split('.').slice(1).join('.')}\n`)
      return 0
    case '-i':
    case '--ip-address':
      await call.stdout.write('127.0.1.1\n')
      return 0
    case '-I':
    case '--all-ip-addresses':
      await call.stdout.write(`${machine.network.address} \n`)
      return 0
    case '-A':
    case '--all-fqdns':
      await call.stdout.write(`${machine.hostname} \n`)
      return 0
    case '-y':
    case '--yp':
    case '--nis':
      await call.stderr.write('hostname: Local domain name not set\n')
      return 1
    case '-V':
    case '--version':
      await call.stdout.write('hostname 3.23\n')
      return 0
    case '-h':
    case '--help':
      await printUsage(call)
      return 255
    default:
  }
  if (first.startsWith('-') && first !== '-F' && first !== '-b') {
    if (isApplet(call)) {
      await complain(call, `invalid option -- '${first[1] ?? ''}'`)
      return usage(call)
    }
    await call.stderr.write(
      first.startsWith('--')
        ? `hostname: unrecognized option '${first}'\n`
        : `hostname: invalid option -- '${first[1] ?? ''}'\n`,
    )
    await printUsage(call)
    return 255
  }
  const name =
    first === '-F' ? linesOf(call.files, call.path(rest[0] ?? ''))[0] : first === '-b' ? rest[0] : first
  if (call.files.credentials.uid !== 0) {
    await call.stderr.write('hostname: you must be root to change the host name\n')
    return 1
  }
  if (name === undefined || !/^[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$/.test(name)) {
    await call.stderr.write('hostname: the specified hostname is invalid\n')
    return 1
  }
  machine.hostname = name
  return 0
})
