import { Command } from 'commander'
import { version } from '../version.ts'
import { config } from './config.ts'
import { doctor } from './doctor.ts'
import { files } from './files.ts'
import { flows } from './flows/flows.ts'
import { importCommand } from './import.ts'
import { intel } from './intel/intel.ts'
import { mail } from './mail.ts'
import { plot } from './plot/plot.ts'
import { query } from './query.ts'
import { report } from './report.ts'
import { sessions } from './sessions/sessions.ts'
import { sets } from './sets/sets.ts'
import { status } from './status.ts'
import { tail } from './tail.ts'
import { token } from './token.ts'
import { up } from './up.ts'

/** Every command, in the order of the help. A new one is a file here and a name below. */
const commands: readonly ((program: Command) => void)[] = [
  up,
  status,
  doctor,
  tail,
  query,
  report,
  sessions,
  mail,
  files,
  flows,
  plot,
  sets,
  intel,
  importCommand,
  config,
  token,
]

/** The command line. Throws CommanderError where it is wrong, instead of ending the process. */
export function makeProgram(): Command {
  const program = new Command('sundew')
    .description('decoys for intruders, and everything they bring, kept and told')
    .version(version, '-V, --version', 'the version')
    .helpOption('-h, --help', 'this help')
    .option('--data <dir>', 'where everything is kept (or SUNDEW_DATA)')
    .option('--config <file>', 'settings; otherwise sundew.yaml in the data directory or here')
    .showHelpAfterError('Add --help for what may stand here.')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew up\n  sundew doctor\n  sundew tail --kind login.attempt\n  sundew report spammers --days 14\n\nExit codes: 0 done, 1 something was found or is not there, 2 wrong command line, 69 Sundew does not run or answer,\n70 a fault of its own, 78 a mistake in sundew.yaml.\n',
    )
    .exitOverride()
  for (const add of commands) add(program)
  return program
}
