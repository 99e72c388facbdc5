import { accountOf, accounts, groups, linesOf } from '../../files/accounts.ts'
import { FileError } from '../../files/file-system.ts'
import type { Program } from '../../program.ts'
import { editLine } from './passwords.ts'
import { Lines, askSecret, rememberPassword, yescryptLike } from './secrets.ts'
import { clean, freeNumber, goodName, join } from './user-files.ts'

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
