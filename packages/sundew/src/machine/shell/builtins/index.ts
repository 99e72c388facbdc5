import type { Builtin } from './builtin.ts'
import { completionBuiltins } from './completion.ts'
import { declareBuiltins } from './declare.ts'
import { directoryBuiltins } from './directories.ts'
import { evalBuiltins } from './evaluate.ts'
import { flowBuiltins } from './flow.ts'
import { getopts } from './getopts.ts'
import { helpBuiltins } from './help.ts'
import { historyBuiltins } from './history.ts'
import { jobBuiltins } from './job-control.ts'
import { lookupBuiltins } from './lookup.ts'
import { mapfileBuiltins } from './mapfile.ts'
import { echo } from './echo.ts'
import { printf } from './printf.ts'
import { read } from './read.ts'
import { setBuiltins } from './set.ts'
import { testBuiltins } from './test.ts'
import { trapBuiltins } from './trap.ts'
import { limitBuiltins } from './ulimit.ts'

export type { Builtin } from './builtin.ts'

const all: readonly Builtin[] = [
  ...flowBuiltins,
  ...evalBuiltins,
  ...declareBuiltins,
  ...directoryBuiltins,
  ...setBuiltins,
  ...lookupBuiltins,
  ...jobBuiltins,
  ...trapBuiltins,
  ...limitBuiltins,
  ...historyBuiltins,
  ...completionBuiltins,
  ...helpBuiltins,
  ...mapfileBuiltins,
  ...testBuiltins,
  echo,
  printf,
  read,
  getopts,
]

/** What busybox's ash has. */
const ashNames = new Set([
  '.',
  ':',
  '[',
  '[[',
  'alias',
  'bg',
  'break',
  'cd',
  'chdir',
  'command',
  'continue',
  'echo',
  'eval',
  'exec',
  'exit',
  'export',
  'false',
  'fg',
  'getopts',
  'hash',
  'help',
  'history',
  'jobs',
  'kill',
  'let',
  'local',
  'printf',
  'pwd',
  'read',
  'readonly',
  'return',
  'set',
  'shift',
  'source',
  'test',
  'times',
  'trap',
  'true',
  'type',
  'ulimit',
  'umask',
  'unalias',
  'unset',
  'wait',
])

const bashTable = tableOf(all.filter((builtin) => builtin.ashOnly !== true))
const ashTable = tableOf(
  all.filter((builtin) => builtin.names.some((name) => ashNames.has(name))),
  ashNames,
)

function tableOf(builtins: readonly Builtin[], only?: ReadonlySet<string>): ReadonlyMap<string, Builtin> {
  const names = builtins.flatMap((builtin) => builtin.names.map((name) => [name, builtin] as const))
  return new Map(names.filter(([name]) => only?.has(name) ?? true).sort(([a], [b]) => (a < b ? -1 : 1)))
}

export function builtinsOf(dialect: 'bash' | 'ash'): ReadonlyMap<string, Builtin> {
  return dialect === 'ash' ? ashTable : bashTable
}

export function declaringBuiltin(name: string): boolean {
  return (
    name === 'declare' || name === 'typeset' || name === 'local' || name === 'export' || name === 'readonly'
  )
}
