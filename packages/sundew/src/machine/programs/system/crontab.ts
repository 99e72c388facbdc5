import { FileError } from '../../files/file-system.ts'
import type { Call, Program } from '../../program.ts'
import { accountOf } from '../../files/accounts.ts'
import { ownName } from './passwords.ts'

const spool = '/var/spool/cron/crontabs'
/** A table is so large at most. */
const maxTableBytes = 256 * 1024

/** Debian's cron 3.0pl1. */
export const crontab: Program = {
  names: ['crontab'],
  async run(call) {
    let user = ownName(call)
    let action: 'l' | 'e' | 'r' | undefined
    const words: string[] = []
    for (let at = 0; at < call.args.length; at++) {
      const arg = call.args[at]!
      if (arg === '-u') {
        const asked = call.args[++at]
        if (asked === undefined)
          return wrong(
            call,
            "crontab: option requires an argument -- 'u'\ncrontab: usage error: unrecognized option\n",
          )
        if (call.files.credentials.uid !== 0) {
          await call.stderr.write('must be privileged to use -u\n')
          return 1
        }
        if (accountOf(call.files, asked) === undefined) {
          await call.stderr.write(`crontab:  user \`${asked}' unknown\n`)
          return 1
        }
        user = asked
      } else if (arg === '-') words.push('-')
      else if (arg.startsWith('-')) {
        for (const letter of arg.slice(1)) {
          if (letter === 'i') continue
          if (letter === 'l' || letter === 'e' || letter === 'r') {
            if (action !== undefined)
              return wrong(call, 'crontab: usage error: only one operation permitted\n')
            action = letter
          } else
            return wrong(
              call,
              `crontab: invalid option -- '${letter}'\ncrontab: usage error: unrecognized option\n`,
            )
        }
      } else words.push(arg)
    }
    const path = `${spool}/${user}`
    const files = call.machine.files
    if (action !== undefined && words.length > 0)
      return wrong(call, 'crontab: usage error: no arguments permitted after this option\n')
    switch (action) {
      case 'l':
        if (!files.exists(path)) {
          await call.stderr.write(`no crontab for ${user}\n`)
          return 1
        }
        await call.stdout.write(files.read(path))
        return 0
      case 'r':
        if (!files.exists(path)) {
          await call.stderr.write(`no crontab for ${user}\n`)
          return 1
        }
        files.unlink(path)
        return 0
      case 'e': {
        const draft = `/tmp/crontab.${draftName(call)}`
        if (!call.files.exists(draft)) call.files.makeDirectory(draft, 0o700)
        const file = `${draft}/crontab`
        if (!files.exists(path)) await call.stderr.write(`no crontab for ${user} - using an empty one\n`)
        call.files.write(file, files.exists(path) ? files.read(path) : Buffer.from(empty), 0o600)
        const before = Buffer.from(call.files.read(file)).toString('latin1')
        const status = await call.run([
          call.environment.get('VISUAL') ?? call.environment.get('EDITOR') ?? '/usr/bin/editor',
          file,
        ])
        const after = status === 0 ? Buffer.from(call.files.read(file)).toString('latin1') : before
        call.files.unlink(file)
        call.files.removeDirectory(draft)
        if (status !== 0) {
          await call.stderr.write(`crontab: "/usr/bin/editor" exited with status ${status}\n`)
          return 1
        }
        if (after === before) {
          await call.stderr.write('No modification made\n')
          return 0
        }
        await call.stderr.write('crontab: installing new crontab\n')
        return install(call, user, after, file)
      }
      default:
    }
    const source = words[0] ?? '-'
    if (words.length > 1)
      return wrong(
        call,
        'crontab: usage error: too many arguments\n'.replace('too many arguments', 'unrecognized option'),
      )
    let table = ''
    if (source === '-') {
      for (;;) {
        const bytes = await call.stdin.read()
        if (bytes === undefined || bytes.length === 0) break
        if (table.length < maxTableBytes) table += Buffer.from(bytes).toString('latin1')
        await call.spend()
      }
    } else {
      try {
        table = Buffer.from(call.files.read(call.path(source))).toString('latin1')
      } catch (error) {
        if (!(error instanceof FileError)) throw error
        await call.stderr.write(`${source}: ${error.message.split(': ').at(-1)!}\n`)
        return 1
      }
    }
    return install(call, user, table, source)
  },
}

/** Checks a table as cron reads it, and keeps it. */
async function install(call: Call, user: string, table: string, source: string): Promise<number> {
  const shown = source === '-' ? '-' : source
  if (table !== '' && !table.endsWith('\n')) {
    await call.stderr.write(`new crontab file is missing newline before EOF, can't install.\n`)
    return 1
  }
  for (const [index, line] of table.split('\n').entries()) {
    const problem = problemOf(line)
    if (problem !== undefined) {
      await call.stderr.write(
        `"${shown}":${index + 1 - (problem === 'command' ? 0 : 0)}: bad ${problem}\nerrors in crontab file, can't install.\n`,
      )
      return 1
    }
  }
  const files = call.machine.files
  if (!files.exists(spool)) files.makeDirectory(spool, 0o1730)
  files.write(`${spool}/${user}`, Buffer.from(table.slice(0, maxTableBytes), 'latin1'), 0o600)
  const account = accountOf(files, user)
  files.chown(`${spool}/${user}`, account?.uid ?? 0, 107)
  const kept = files.take(`${spool}/${user}`)
  if (kept !== undefined) {
    call.happened({
      type: 'file',
      path: kept.path,
      bytes: kept.read(maxTableBytes),
      via: 'crontab',
      partial: kept.size > maxTableBytes,
    })
  }
  return 0
}

function problemOf(line: string): string | undefined {
  const text = line.trim()
  if (text === '' || text.startsWith('#') || /^[A-Za-z_]\w*\s*=/.test(text)) return undefined
  if (text.startsWith('@'))
    return /^@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)\s+\S/.test(text)
      ? undefined
      : 'time specifier'
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...command] = text.split(/\s+/)
  if (!valid(minute, 59)) return 'minute'
  if (!valid(hour, 23)) return 'hour'
  if (!valid(day, 31)) return 'day-of-month'
  if (!valid(month, 12, true)) return 'month'
  if (!valid(weekday, 7, true)) return 'day-of-week'
  return command.length === 0 ? 'command' : undefined
}

function valid(field: string, most: number, names = false): boolean {
  return (
    field !== '' &&
    field.split(',').every((part) => {
      const found = /^(?:\*|(\d{1,2}|[a-z]{3})(?:-(\d{1,2}|[a-z]{3}))?)(?:\/(\d{1,2}))?$/i.exec(part)
      if (found === null) return false
      return [found[1], found[2]].every(
        (end) => end === undefined || (/^\d+$/.test(end) ? Number(end) <= most : names),
      )
    })
  )
}

function draftName(call: Call): string {
  return `${call.process.pid}`
    .padStart(6, '0')
    .split('')
    .map((digit, at) => 'abcdefghijKLMNOPQRSTuvwxyz0123'[(Number(digit) + at * 5) % 30]!)
    .join('')
}

async function wrong(call: Call, text: string): Promise<number> {
  await call.stderr.write(
    `${text}usage:\tcrontab [-u user] file\n\tcrontab [ -u user ] [ -i ] { -e | -l | -r }\n\t\t(default operation is replace, per 1003.2)\n\t-e\t(edit user's crontab)\n\t-l\t(list user's crontab)\n\t-r\t(delete user's crontab)\n\t-i\t(prompt before deleting user's crontab)\n`,
  )
  return 1
}

const empty = '# m h  dom mon dow   command\n'
