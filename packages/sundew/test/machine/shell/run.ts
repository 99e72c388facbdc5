import { treeOf, type LiteralFile } from '../../../src/machine/files/literal.ts'
import type { Happening } from '../../../src/machine/happening.ts'
import type { Program } from '../../../src/machine/program.ts'
import { Budget, type BudgetLimits } from '../../../src/machine/shell/budget.ts'
import { createShell, type Shell } from '../../../src/machine/shell/shell.ts'
import { input } from '../call.ts'
import { stubMachine } from '../stub-machine.ts'

/** How a script went. `output` is both streams in the order they came, `clean` is false where something stayed behind. */
export interface ShellRan {
  readonly status: number
  readonly output: string
  readonly happenings: readonly Happening[]
  readonly shell: Shell
}

export interface ShellRunSettings {
  readonly dialect?: 'bash' | 'ash'
  readonly stdin?: string
  readonly files?: Readonly<Record<string, LiteralFile>>
  readonly programs?: readonly Program[]
  readonly limits?: Partial<BudgetLimits>
  /** How the shell is called; `-c SCRIPT` for all but 'interactive'. */
  readonly interactive?: boolean
  readonly argv0?: string
}

const programFile = { content: '\x7fELF\x02\x01', mode: 0o755 }

/** Runs a script as `bash -c` would in a small tree, in the folder /w. */
export async function runScript(script: string, settings: ShellRunSettings = {}): Promise<ShellRan> {
  const dialect = settings.dialect ?? 'bash'
  const programs = settings.programs ?? []
  const tree = treeOf({
    '/w': { directory: true },
    '/tmp': { directory: true, mode: 0o1777 },
    '/dev/null': { device: ['c', 1, 3], mode: 0o666 },
    '/etc/passwd':
      'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
    '/usr': { directory: true },
    '/root': { directory: true, mode: 0o700 },
    '/bin/bash': programFile,
    '/bin/sh': programFile,
    ...Object.fromEntries(programs.map((program) => [`/bin/${program.names[0]}`, programFile])),
    ...settings.files,
  })
  const machine = stubMachine(tree.files, { shell: dialect })
  const happenings: Happening[] = []
  let output = ''
  const write = async (bytes: Uint8Array | string) => {
    output += typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1')
  }
  const byName = new Map(programs.flatMap((program) => program.names.map((name) => [name, program] as const)))
  const shell = createShell({
    machine,
    programs: { find: (path) => byName.get(path.slice(path.lastIndexOf('/') + 1)) },
    files: tree.files,
    credentials: { uid: 0, gid: 0, groups: [0] },
    stdin: input(settings.stdin ?? ''),
    stdout: { write },
    stderr: { write },
    environment: new Map([
      ['PATH', '/usr/bin:/bin'],
      ['HOME', '/root'],
    ]),
    directory: '/w',
    budget: new Budget((limit, value) => happenings.push({ type: 'limit', limit, value }), settings.limits),
    interactive: settings.interactive ?? false,
    login: false,
    argv0: settings.argv0 ?? (dialect === 'ash' ? 'sh' : 'bash'),
    happened: (happening) => happenings.push(happening),
    source: settings.interactive === true ? 'typed' : 'command',
    dialect,
  })
  await shell.run(script)
  const status = await shell.end()
  return { status, output, happenings, shell }
}
