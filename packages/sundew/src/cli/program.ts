import type { Command } from 'commander'
import { config } from './config.ts'
import { doctor } from './doctor.ts'
import { feed } from './feed/feed.ts'
import { files } from './files.ts'
import { firewall } from './firewall.ts'
import { flows } from './flows/flows.ts'
import { importCommand } from './import.ts'
import { intel } from './intel/intel.ts'
import { mail } from './mail.ts'
import { plot } from './plot/plot.ts'
import { programOf } from './program-of.ts'
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
  firewall,
  plot,
  feed,
  sets,
  intel,
  importCommand,
  config,
  token,
]

/** The whole command line. */
export function makeProgram(): Command {
  return programOf(commands)
}
