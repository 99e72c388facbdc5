import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { E2eContext } from '../check.ts'

const exec = promisify(execFile)
const programMs = 60_000

/** Runs a program to its end and gives what it printed. Throws with that where it fails. */
export async function run(command: string, ...args: string[]): Promise<string> {
  try {
    const { stdout, stderr } = await exec(command, args, { timeout: programMs, maxBuffer: 16 * 1024 * 1024 })
    return stdout + stderr
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error })
  }
}

/** swaks with a sender of its own, by which its mail is found again. */
export function swaks(port: number, from: string, ...args: string[]): Promise<string> {
  const base = ['--server', '127.0.0.1', '--port', String(port), '--from', from, '--to', 'victim@example.org']
  return run('swaks', ...base, '--helo', 'client.example', '--body', 'hello', '--suppress-data', ...args)
}

/** The one mail of a sender, once it lies in the store. Throws where there are more. */
export async function mailFrom(context: E2eContext, from: string): Promise<Record<string, unknown>> {
  const rows = await context.waitFor(async () => {
    const found = await context.query(`SELECT * FROM mails WHERE mail_from = '${from}'`)
    return found.length > 0 && found
  })
  if (rows.length !== 1) throw new Error(`${rows.length} mails from ${from} in the store`)
  return rows[0]!
}

/** How many mails of a sender lie in the store. */
export async function countFrom(context: E2eContext, from: string): Promise<number> {
  const [row] = await context.query(`SELECT toUInt32(count()) AS n FROM mails WHERE mail_from = '${from}'`)
  return Number(row?.['n'])
}

/** The session of a sender's mail, and the logins tried in it. */
export async function loginOf(context: E2eContext, from: string): Promise<Record<string, unknown>> {
  const { session } = await mailFrom(context, from)
  const [login] = await context.waitFor(async () => {
    const found = await context.query(
      `SELECT user_name, password, toString(fields.mechanism) AS mechanism FROM events WHERE kind = 'login.attempt' AND session = '${String(session)}'`,
    )
    return found.length > 0 && found
  })
  return login!
}
