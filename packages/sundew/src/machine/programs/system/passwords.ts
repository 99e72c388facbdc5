import { FileError } from '../../files/file-system.ts'
import type { Call } from '../../program.ts'
import { accountOf, linesOf } from '../../files/accounts.ts'
import { askSecret, Lines, passwordOf, rememberPassword, yescryptLike } from './secrets.ts'
import { months } from './times.ts'
import { documented, usage } from './documented.ts'

/** Days since 1970, as /etc/shadow counts. */
export const today = (call: Call): number => Math.floor(call.machine.now() / 86_400_000)

/** Changes a line of a file of fields; the rest stays as it is. False where there is no such line. @throws FileError */
export function editLine(
  call: Call,
  path: string,
  name: string,
  change: (fields: string[]) => string[] | undefined,
): boolean {
  let found = false
  const lines = linesOf(call.files, path).flatMap((line) => {
    if (!line.startsWith(`${name}:`)) return [line]
    found = true
    const changed = change(line.split(':'))
    return changed === undefined ? [] : [changed.join(':')]
  })
  if (found) call.files.write(path, Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1'))
  return found
}

function setPassword(call: Call, user: string, password: string): void {
  rememberPassword(call.machine, user, password)
  const files = call.files.credentials.uid === 0 ? call : { ...call, files: call.machine.files }
  editLine(files, '/etc/shadow', user, (fields) => [
    fields[0]!,
    yescryptLike(),
    String(today(call)),
    ...fields.slice(3),
  ])
}

export const passwd = documented(
  'passwd',
  async (call, given) => {
    const root = call.files.credentials.uid === 0
    const own = call.machine.persona.shell === 'ash' ? 'root' : ownName(call)
    const user = given.operands[0] ?? own
    if (given.operands.length > 1) return usage(call, 2)
    if (accountOf(call.files, user) === undefined) {
      await call.stderr.write(`passwd: user '${user}' does not exist\n`)
      return 1
    }
    if (!root && user !== own) {
      await call.stderr.write(`passwd: You may not view or modify password information for ${user}.\n`)
      return 1
    }
    const shadow = linesOf(call.machine.files, '/etc/shadow')
      .find((line) => line.startsWith(`${user}:`))
      ?.split(':')
    if (given.has('status')) {
      const hash = shadow?.[1] ?? '*'
      const date = new Date(Number(shadow?.[2] ?? 19_000) * 86_400_000)
      const state = hash === '' ? 'NP' : /^[!*]/.test(hash) ? 'L' : 'P'
      await call.stdout.write(
        `${user} ${state} ${date.toISOString().slice(0, 10)} ${shadow?.[3] || '0'} ${shadow?.[4] || '99999'} ${shadow?.[5] || '7'} ${shadow?.[6] || '-1'}\n`,
      )
      return 0
    }
    const edits = ['lock', 'unlock', 'delete', 'expire'].filter((name) => given.has(name))
    if (edits.length > 0) {
      if (!root) {
        await call.stderr.write('passwd: Permission denied.\n')
        return 1
      }
      editLine(call, '/etc/shadow', user, (fields) => {
        const hash = fields[1] ?? ''
        if (given.has('lock') && !hash.startsWith('!')) fields[1] = `!${hash}`
        if (given.has('unlock')) fields[1] = hash.replace(/^!/, '')
        if (given.has('delete')) fields[1] = ''
        if (given.has('expire')) fields[2] = '0'
        return fields
      })
      await call.stdout.write(
        `passwd: password changed.\n`
          .replace('changed', given.has('expire') ? 'expiry information changed' : 'changed')
          .replace('password expiry', 'password expiry'),
      )
      return 0
    }
    const lines = new Lines(call)
    if (!root) {
      await call.stdout.write(`Changing password for ${user}.\n`)
      const current = await askSecret(call, lines, 'Current password: ')
      if (current !== undefined) call.happened({ type: 'secret', user, password: current, program: 'passwd' })
      const right = passwordOf(call.machine, user)
      if (current === undefined || (right !== undefined && right !== current)) {
        await call.sleep(1800)
        await call.stderr.write(
          'passwd: Authentication token manipulation error\npasswd: password unchanged\n',
        )
        return 10
      }
    }
    for (let attempt = 0; attempt < 3; attempt++) {
      const first = await askSecret(call, lines, 'New password: ')
      if (first === undefined || first === '') {
        if (first === '') await call.stderr.write('No password has been supplied.\n')
        if (first === '' && attempt < 2) continue
        break
      }
      const second = await askSecret(call, lines, 'Retype new password: ')
      call.happened({ type: 'secret', user, password: first, program: 'passwd' })
      if (second !== first) {
        await call.stderr.write('Sorry, passwords do not match.\n')
        if (second === undefined) break
        continue
      }
      try {
        setPassword(call, user, first)
      } catch (error) {
        if (!(error instanceof FileError)) throw error
        break
      }
      await call.stderr.write('passwd: password updated successfully\n')
      return 0
    }
    await call.stderr.write('passwd: Authentication token manipulation error\npasswd: password unchanged\n')
    return 10
  },
  { failure: 6 },
)

export function ownName(call: Call): string {
  const { uid } = call.files.credentials
  return (
    linesOf(call.machine.files, '/etc/passwd')
      .find((line) => line.split(':')[2] === String(uid))
      ?.split(':')[0] ?? (uid === 0 ? 'root' : String(uid))
  )
}

/** Lines that `chpasswd` takes. */
const maxPairs = 500

export const chpasswd = documented('chpasswd', async (call) => {
  const lines = new Lines(call)
  const root = call.files.credentials.uid === 0
  let status = 0
  for (let number = 1; number <= maxPairs; number++) {
    const line = await lines.next()
    if (line === undefined) return status
    const colon = line.indexOf(':')
    if (colon < 0) {
      await call.stderr.write(`chpasswd: line ${number}: missing new password\n`)
      status = 1
      continue
    }
    const user = line.slice(0, colon)
    const password = line.slice(colon + 1)
    call.happened({ type: 'secret', user, password, program: 'chpasswd' })
    if (!root) {
      await call.stderr.write(
        'chpasswd: cannot lock /etc/passwd; try again later.\n'.replace(
          'cannot lock /etc/passwd; try again later',
          'Permission denied',
        ),
      )
      return 1
    }
    let changed = accountOf(call.files, user) !== undefined
    if (changed) {
      try {
        setPassword(call, user, password)
      } catch (error) {
        if (!(error instanceof FileError)) throw error
        changed = false
      }
    }
    if (!changed) {
      await call.stderr.write(
        `chpasswd: (user ${user}) pam_chauthtok() failed, error:\nAuthentication token manipulation error\nchpasswd: (line ${number}, user ${user}) password not changed\n`,
      )
      status = 1
    }
  }
  return status
})

export const chage = documented('chage', async (call, given) => {
  const user = given.operands[0]
  if (user === undefined || given.operands.length > 1) return usage(call, 2)
  if (call.files.credentials.uid !== 0 && !given.has('list')) {
    await call.stderr.write('chage: Permission denied.\n')
    return 1
  }
  if (accountOf(call.files, user) === undefined) {
    await call.stderr.write(`chage: user '${user}' does not exist in /etc/passwd\n`)
    return 1
  }
  const fields =
    linesOf(call.machine.files, '/etc/shadow')
      .find((line) => line.startsWith(`${user}:`))
      ?.split(':') ?? []
  if (given.has('list')) {
    const day = (text: string | undefined): string => {
      if (text === undefined || text === '' || !/^\d{1,6}$/.test(text)) return 'never'
      const date = new Date(Number(text) * 86_400_000)
      return given.has('iso8601')
        ? date.toISOString().slice(0, 10)
        : `${months[date.getUTCMonth()]!.slice(0, 3)} ${String(date.getUTCDate()).padStart(2, '0')}, ${date.getUTCFullYear()}`
    }
    await call.stdout.write(
      `Last password change\t\t\t\t\t: ${day(fields[2])}\nPassword expires\t\t\t\t\t: never\nPassword inactive\t\t\t\t\t: never\n` +
        `Account expires\t\t\t\t\t\t: ${day(fields[7])}\nMinimum number of days between password change\t\t: ${fields[3] || '0'}\n` +
        `Maximum number of days between password change\t\t: ${fields[4] || '99999'}\nNumber of days of warning before password expires\t: ${fields[5] || '7'}\n`,
    )
    return 0
  }
  const places = { lastday: 2, mindays: 3, maxdays: 4, warndays: 5, inactive: 6, expiredate: 7 } as const
  editLine(call, '/etc/shadow', user, (line) => {
    for (const [name, at] of Object.entries(places)) {
      const value = given.value(name)
      if (value === undefined) continue
      const days = /^\d{4}-\d\d-\d\d$/.test(value)
        ? String(Math.floor(Date.parse(value) / 86_400_000))
        : value
      line[at] = days === '-1' ? '' : days.slice(0, 12)
    }
    return line
  })
  return 0
})
