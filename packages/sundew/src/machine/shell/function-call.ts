import { execute } from './execute.ts'
import type { Shell } from './shell.ts'
import type { FunctionDefinition } from './syntax/ast.ts'
import { runPseudoTrap } from './traps.ts'

/** Calls within calls: bash has no limit but its stack. */
const maxCalls = 3000
const callsPerStack = 6

export async function callFunction(
  shell: Shell,
  definition: FunctionDefinition,
  argv: readonly string[],
): Promise<void> {
  const limit = Number(shell.variables.text('FUNCNEST') ?? 0)
  if (limit > 0 && shell.calls.length >= limit) {
    await shell.complain(`${definition.name}: maximum function nesting level exceeded (${limit})`)
    shell.status = 1
    return
  }
  if (shell.calls.length >= maxCalls) throw new RangeError('Maximum call stack size exceeded')
  if (shell.calls.length % callsPerStack === callsPerStack - 1) await Promise.resolve()
  const { positional, loopDepth, line, optionPlace } = shell
  shell.positional = argv.slice(1)
  shell.loopDepth = 0
  shell.calls.push({
    name: definition.name,
    line: shell.line,
    source: shell.calls.at(-1)?.source ?? (shell.source === 'file' ? shell.argv0 : 'environment'),
    sourced: false,
  })
  shell.variables.enterFunction()
  shell.localOptions.push(new Set())
  const savedReturn = shell.traps.get('RETURN')
  if (savedReturn !== undefined && !shell.options.has('functrace')) shell.traps.delete('RETURN')
  try {
    await execute(shell, definition.body)
    if (shell.flow?.type === 'return') shell.flow = undefined
    if (shell.traps.has('RETURN')) await runPseudoTrap(shell, 'RETURN')
  } finally {
    if (savedReturn !== undefined && !shell.traps.has('RETURN')) shell.traps.set('RETURN', savedReturn)
    shell.localOptions.pop()
    shell.variables.leaveFunction()
    shell.calls.pop()
    shell.positional = positional
    shell.loopDepth = loopDepth
    shell.line = line
    shell.optionPlace = optionPlace
  }
}
