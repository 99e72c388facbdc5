import { execFile } from 'node:child_process'
import type { Check } from '../../intel/publish/publisher.ts'

/** How long a target's tool may take, milliseconds; named-checkzone takes 8 s for a million names. */
const checkMs = 120_000
/** Tools run at once: they are small, but each has to be begun. */
const atOnce = 2
/** How long the owner's own command may take, milliseconds. */
const afterMs = 60_000
/** What a program may say, and how much of it is told, bytes and characters. */
const saidBytes = 1 << 20
const toldLength = 500

/** What came of a publication's checks: the tools that were there, and what was wrong. */
export interface Checked {
  readonly tools: readonly string[]
  readonly trouble: string
}

/** Asks the target's own tools, in the folder where the files lie; those that are not here, or may not do it here, are left out. */
export async function runChecks(
  checks: readonly Check[],
  folder: string,
  signal: AbortSignal,
): Promise<Checked> {
  const tools: string[] = []
  // Some at a time; what is wrong is told of the first.
  const answers: ReturnType<typeof run>[] = []
  for (const [at, { command, args, good = [], silent = false, unable }] of checks.entries()) {
    for (let next = answers.length; next < Math.min(checks.length, at + atOnce); next++)
      answers.push(run([checks[next]!.command, ...checks[next]!.args], checkMs, signal, folder))
    // What is run in a namespace of its own is what is told.
    const tool = command === 'unshare' ? (args.find((word) => !word.startsWith('-')) ?? command) : command
    const { code, said } = await answers[at]!
    if (code === 'ENOENT' || unable?.test(said)) continue
    tools.push(tool)
    if (code === 0 || good.some((one) => one === code)) {
      if (!silent || said === '') continue
    }
    // They look at files that are gone soon.
    await Promise.all(answers)
    return { tools, trouble: `${tool} does not take it (${code}): ${tell(said)}` }
  }
  return { tools: [...new Set(tools)], trouble: '' }
}

/** Runs the owner's command after a change. @returns what was wrong, or '' */
export async function runAfter(command: readonly string[], signal: AbortSignal): Promise<string> {
  const { code, said } = await run(command, afterMs, signal)
  return code === 0 ? '' : `${command[0]} ended with ${code}: ${tell(said)}`
}

/** Without a shell: arguments are what they are. */
function run(
  [program = '', ...args]: readonly string[],
  timeout: number,
  signal: AbortSignal,
  cwd?: string,
): Promise<{ readonly code: string | number; readonly said: string }> {
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { timeout, signal, maxBuffer: saidBytes, windowsHide: true, cwd },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : (error.code ?? error.signal ?? 'a fault')
        const said = stderr.trim() === '' && code !== 0 ? stdout : stderr
        resolve({ code, said: said.trim() })
      },
    )
  })
}

function tell(said: string): string {
  return said.replace(/[\p{C}\s]+/gu, ' ').slice(0, toldLength)
}
