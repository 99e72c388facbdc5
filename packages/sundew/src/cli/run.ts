import { CommanderError, type Command } from 'commander'
import { ConfigError } from '../config-error.ts'
import { explain } from '../core/log.ts'
import { exitCode, Failure, type ExitCode } from './failure.ts'
import { plainLines } from './plain.ts'

/** Runs the command that the arguments name, tells what went wrong, and says what the process should end with. */
export async function run(program: Command, args: readonly string[]): Promise<ExitCode> {
  // Whoever reads our output may stop early: `sundew mail list | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode.ok
  } catch (error) {
    return tell(error)
  }
}

function tell(error: unknown): ExitCode {
  if (error instanceof Finding) return exitCode.finding
  // Commander has told what is wrong; help and the version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage
  if (error instanceof Failure) {
    complain(`${error.code}: ${debugging() ? explain(error) : error.message}`)
    return error.exit
  }
  if (error instanceof ConfigError) {
    complain(`${error.code}: ${error.message}`)
    complain('See docs/configuration.md or "sundew config schema" for what may stand there.')
    return exitCode.config
  }
  const { code, message } = (
    error instanceof Error ? error : new Error(String(error))
  ) as NodeJS.ErrnoException
  if (code === 'EPIPE') return exitCode.ok
  // Raised with their own code where no command is near.
  if (/^SUNDEW_[A-Z_]+: /.test(message)) {
    complain(debugging() ? explain(error) : message)
    return exitCode.unavailable
  }
  if (code !== undefined && systemFault.has(code)) {
    complain(`SUNDEW_SYSTEM: the system refused: ${message}`)
    return exitCode.unavailable
  }
  complain(`SUNDEW_FAULT: a fault of Sundew's own: ${explain(error)}`)
  complain('Run it again with SUNDEW_DEBUG=1 and tell its makers what it says.')
  return exitCode.fault
}

/** What files and disks answer; the message names the path. */
const systemFault = new Set([
  'EACCES',
  'EPERM',
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'ENOSPC',
  'EROFS',
  'EDQUOT',
  'EIO',
  'ENAMETOOLONG',
  'EMFILE',
])

/** A command has told what it found; it was not all well. */
export class Finding extends Error {
  override readonly name = 'Finding'
}

function complain(text: string): void {
  process.stderr.write(`${plainLines(text)}\n`)
}

function debugging(): boolean {
  return Boolean(process.env['SUNDEW_DEBUG'])
}
