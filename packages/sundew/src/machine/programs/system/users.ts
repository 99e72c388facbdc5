import { FileError } from '../../files/file-system.ts'
import type { Call, Program } from '../../program.ts'
import { accountOf, accounts, groups, linesOf } from '../../files/accounts.ts'
import { editLine, today } from './passwords.ts'
import { askSecret, Lines, rememberPassword, yescryptLike } from './secrets.ts'
import { documented, usage } from './documented.ts'

/** As shadow wants names, without `--badname`. */
const goodName = /^[a-z_][a-z0-9_-]{0,30}\$?$/
/** Users that are made on one machine. */
const maxUsers = 500

/** For others than root, in shadow's words. */
async function denied(call: Call, file: string): Promise<number> {
  await call.stderr.write(
    `${call.name}: Permission denied.\n${call.name}: cannot lock ${file}; try again later.\n`,
  )
  return file === '/etc/group' && call.name.startsWith('group') ? 10 : 1
}

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

/** A colon or a newline would make another field of it. */
function clean(text: string): string {
  return text.replace(/[:\n]/g, '').slice(0, 256)
}

function wrongOption(
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

function freeNumber(taken: readonly number[], system: boolean): number {
  const set = new Set(taken)
  if (system) {
    for (let number = 999; number >= 100; number--) if (!set.has(number)) return number
  }
  return Math.max(999, ...taken.filter((number) => number >= 1000 && number < 60_000)) + 1
}

function append(call: Call, path: string, line: string, mode = 0o644): void {
  call.files.append(path, Buffer.from(line, 'latin1'), mode)
}

function join(call: Call, group: string, user: string, leave = false): void {
  for (const path of ['/etc/group', '/etc/gshadow']) {
    const name =
      groups(call.files).find((one) => one.name === group || String(one.gid) === group)?.name ?? group
    editLine(call, path, name, (fields) => {
      const members = (fields[3] ?? '').split(',').filter((one) => one !== '' && one !== user)
      fields[3] = (leave ? members : [...members, user]).join(',')
      return fields
    })
  }
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

/** Debian's friendly front, in Perl. */
export const adduser: Program = {
  names: ['adduser', 'addgroup', 'deluser', 'delgroup'],
  async run(call) {
    const words = call.args.filter((arg, at) => !arg.startsWith('-') && !valued.has(call.args[at - 1] ?? ''))
    const has = (name: string): boolean => call.args.includes(name)
    const value = (name: string): string | undefined => {
      const at = call.args.indexOf(name)
      return at < 0
        ? call.args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1)
        : call.args[at + 1]
    }
    const { name: program } = call
    const [user, group] = words
    if (call.files.credentials.uid !== 0) {
      await call.stderr.write(
        `${program}: Only root may add a user or group to the system.\n`.replace(
          'add a user or group to',
          program.startsWith('del') ? 'remove a user or group from' : 'add a user or group to',
        ),
      )
      return 1
    }
    if (user === undefined) {
      await call.stderr.write(`${program}: Only one or two names allowed.\n`)
      return 1
    }
    if (program === 'deluser' || program === 'delgroup') {
      const account = accountOf(call.files, user)
      if (group !== undefined) {
        await call.stdout.write(`Removing user \`${user}' from group \`${group}' ...\nDone.\n`)
        join(call, group, user, true)
        return 0
      }
      if (program === 'deluser' && account === undefined) {
        await call.stderr.write(`${program}: The user \`${user}' does not exist.\n`)
        return 2
      }
      await call.stdout.write(
        program === 'deluser' ? `Removing user \`${user}' ...\n` : `Removing group \`${user}' ...\n`,
      )
      const status = await call.run(
        program === 'deluser'
          ? ['userdel', ...(has('--remove-home') ? ['-r'] : []), '--', user]
          : ['groupdel', '--', user],
      )
      if (status === 0) await call.stdout.write('Done.\n')
      return status
    }
    if (group !== undefined) {
      if (accountOf(call.files, user) === undefined) {
        await call.stderr.write(`adduser: The user \`${user}' does not exist.\n`)
        return 1
      }
      if (!groups(call.files).some((one) => one.name === group)) {
        await call.stderr.write(`adduser: The group \`${group}' does not exist.\n`)
        return 1
      }
      await call.stdout.write(`Adding user \`${user}' to group \`${group}' ...\n`)
      join(call, group, user)
      await call.stdout.write('Done.\n')
      return 0
    }
    if (program === 'addgroup' || has('--group')) {
      if (groups(call.files).some((one) => one.name === user)) {
        await call.stderr.write(`addgroup: The group \`${user}' already exists.\n`)
        return 1
      }
      await call.stdout.write(
        `Adding group \`${user}' (GID ${freeNumber(
          groups(call.files).map((one) => one.gid),
          has('--system'),
        )}) ...\n`,
      )
      const status = await call.run(['groupadd', '--', user])
      if (status === 0) await call.stdout.write('Done.\n')
      return status
    }
    if (accountOf(call.files, user) !== undefined) {
      await call.stderr.write(`adduser: The user \`${user}' already exists.\n`)
      return 1
    }
    if (!goodName.test(user)) {
      await call.stderr.write(
        'adduser: To avoid problems, the username must not start with a\n            dash, plus sign, or tilde, and it must not contain any of the\n            following: colon, comma, slash, or any whitespace characters\n            including spaces, tabs, and newlines.\n',
      )
      return 1
    }
    const all = accounts(call.files)
    const uid = Number(
      value('--uid') ??
        freeNumber(
          all.map((one) => one.uid),
          has('--system'),
        ),
    )
    const home = value('--home') ?? `/home/${user}`
    const shell = value('--shell') ?? '/bin/bash'
    await call.stdout.write(
      `Adding user \`${user}' ...\nAdding new group \`${user}' (${uid}) ...\nAdding new user \`${user}' (${uid}) with group \`${user} (${uid})' ...\n`,
    )
    const made = await call.run([
      'useradd',
      '-m',
      '-d',
      home,
      '-s',
      shell,
      '-u',
      String(uid),
      '-U',
      '--',
      user,
    ])
    if (made !== 0) return 1
    await call.stdout.write(`Creating home directory \`${home}' ...\nCopying files from \`/etc/skel' ...\n`)
    const lines = new Lines(call)
    if (!has('--disabled-password') && !has('--disabled-login') && !has('--system')) {
      for (let attempt = 0; attempt < 3; attempt++) {
        const first = await askSecret(call, lines, 'New password: ')
        if (first === undefined) break
        const second = await askSecret(call, lines, 'Retype new password: ')
        call.happened({ type: 'secret', user, password: first, program: 'adduser' })
        if (first !== '' && first === second) {
          rememberPassword(call.machine, user, first)
          editLine(call, '/etc/shadow', user, (fields) => [fields[0]!, yescryptLike(), ...fields.slice(2)])
          await call.stderr.write('passwd: password updated successfully\n')
          break
        }
        await call.stderr.write(
          first === ''
            ? 'No password has been supplied.\n'
            : 'Sorry, passwords do not match.\npasswd: Authentication token manipulation error\npasswd: password unchanged\n',
        )
        await call.stdout.write('Try again? [y/N] ')
        if (!/^y/i.test((await lines.next()) ?? '')) break
      }
    }
    const gecos = value('--gecos') ?? value('--comment')
    const answers: string[] = []
    if (gecos === undefined && !has('--system')) {
      await call.stdout.write(
        `Changing the user information for ${user}\nEnter the new value, or press ENTER for the default\n`,
      )
      for (const question of ['Full Name', 'Room Number', 'Work Phone', 'Home Phone', 'Other']) {
        await call.stdout.write(`\t${question} []: `)
        const answer = await lines.next()
        if (answer === undefined) break
        answers.push(clean(answer))
      }
      await call.stdout.write('Is the information correct? [Y/n] ')
      await lines.next()
    }
    try {
      editLine(call, '/etc/passwd', user, (fields) => {
        fields[4] = clean(gecos ?? (answers.some(Boolean) ? answers.join(',') : ',,,'))
        return fields
      })
    } catch (error) {
      if (!(error instanceof FileError)) throw error
    }
    await call.stdout.write(
      `Adding new user \`${user}' to supplemental / extra groups \`users' ...\nAdding user \`${user}' to group \`users' ...\n`,
    )
    if (linesOf(call.files, '/etc/group').some((line) => line.startsWith('users:'))) join(call, 'users', user)
    return 0
  },
}

const valued = new Set([
  '--home',
  '--shell',
  '--uid',
  '--gid',
  '--gecos',
  '--comment',
  '--ingroup',
  '--firstuid',
  '--lastuid',
  '--conf',
])
