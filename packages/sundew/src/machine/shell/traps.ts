import type { Shell } from './shell.ts'

/** Runs a trap's text; `$?` is as before afterwards. */
export async function runTrap(shell: Shell, text: string): Promise<void> {
  const { status, flow, line } = shell
  shell.flow = undefined
  await shell.runText(text, shell.line)
  if (shell.flow === undefined) {
    shell.flow = flow
    shell.status = status
  }
  shell.line = line
}

/** The DEBUG, ERR and RETURN traps: not within themselves. */
export async function runPseudoTrap(shell: Shell, name: 'DEBUG' | 'ERR' | 'RETURN'): Promise<void> {
  const trap = shell.traps.get(name)
  if (trap === undefined || trap === '' || shell.inPseudoTrap) return
  if (shell.variables.functionDepth > 0 && name !== 'RETURN') {
    const inherited = name === 'ERR' ? shell.options.has('errtrace') : shell.options.has('functrace')
    if (!inherited) return
  }
  shell.inPseudoTrap = true
  try {
    await runTrap(shell, trap)
  } finally {
    shell.inPseudoTrap = false
  }
}
