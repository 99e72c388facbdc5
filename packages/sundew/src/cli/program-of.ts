import { Command } from 'commander'
import { version } from '../version.ts'

/** A command line of these commands. Throws CommanderError where it is wrong, instead of ending the process. */
export function programOf(commands: readonly ((program: Command) => void)[]): Command {
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
