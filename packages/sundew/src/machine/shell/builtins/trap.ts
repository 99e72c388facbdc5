import { signalNames, type Shell } from '../shell.ts'
import type { Builtin } from './builtin.ts'

const usage = 'trap [-lp] [[arg] signal_spec ...]'

export const trapBuiltins: readonly Builtin[] = [{ names: ['trap'], special: true, usage, run: trap }]

/** `SIGINT`, `int`, `2` → `SIGINT`; EXIT, DEBUG, ERR and RETURN as they are. */
export function signalOf(text: string): string | undefined {
  if (/^[0-9]+$/.test(text)) return signalNames[Number(text)]
  const upper = text.toUpperCase()
  if (['EXIT', 'DEBUG', 'ERR', 'RETURN'].includes(upper)) return upper
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`
  return signalNames.includes(name) ? name : undefined
}

/** In the order that `trap` lists them. */
function order(name: string): number {
  const extra = ['DEBUG', 'ERR', 'RETURN'].indexOf(name)
  return extra >= 0 ? 100 + extra : signalNames.indexOf(name)
}

async function trap(shell: Shell, args: readonly string[]): Promise<number> {
  let rest = args
  if (rest[0] === '-l') {
    await shell.print(signalTable())
    return 0
  }
  let print = args.length === 0
  if (rest[0] === '-p') {
    print = true
    rest = rest.slice(1)
  }
  if (rest[0] === '--') rest = rest.slice(1)
  else if (rest[0]?.startsWith('-') === true && rest[0] !== '-' && rest[0] !== '-p') {
    if (shell.dialect === 'bash') {
      await shell.complain(`trap: ${rest[0].slice(0, 2)}: invalid option`)
      await shell.complainBare(`trap: usage: ${usage}`)
      return 2
    }
  }
  if (print || rest.length === 0) return show(shell, rest)
  // One argument that is a signal: back to what it was.
  const single = rest.length === 1 && signalOf(rest[0]!) !== undefined
  const text = single ? '-' : rest[0]!
  const names = single ? rest : rest.slice(1)
  const reset = text === '-' || /^[0-9]+$/.test(text)
  if (names.length === 0) {
    await shell.complainBare(`trap: usage: ${usage}`)
    return 2
  }
  let status = 0
  for (const name of /^[0-9]+$/.test(text) ? rest : names) {
    const signal = signalOf(name)
    if (signal === undefined) {
      await shell.complain(
        shell.dialect === 'ash'
          ? `trap: ${name}: invalid signal specification`
          : `trap: ${name}: invalid signal specification`,
      )
      status = 1
      continue
    }
    shell.inheritedTraps = undefined
    if (reset) shell.traps.delete(signal)
    else shell.traps.set(signal, text)
  }
  return status
}

async function show(shell: Shell, names: readonly string[]): Promise<number> {
  const traps = shell.inheritedTraps ?? shell.traps
  const wanted = names.map((name) => signalOf(name))
  const wrong = wanted.indexOf(undefined)
  if (wrong >= 0) {
    await shell.complain(`trap: ${names[wrong]}: invalid signal specification`)
    return 1
  }
  for (const [name, text] of [...traps].sort(([a], [b]) => order(a) - order(b))) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    await shell.print(
      `trap -- '${text.replaceAll("'", "'\\''")}' ${shell.dialect === 'ash' ? name.replace(/^SIG/, '') : name}\n`,
    )
  }
  return 0
}

/** `kill -l`, `trap -l`. */
export function signalTable(): string {
  const all = signalNames.slice(1).map((name, i) => [i + 1, name] as const)
  const real = Array.from({ length: 31 }, (_, i) => {
    const number = 34 + i
    const name =
      number <= 49
        ? number === 34
          ? 'SIGRTMIN'
          : `SIGRTMIN+${number - 34}`
        : number === 64
          ? 'SIGRTMAX'
          : `SIGRTMAX-${64 - number}`
    return [number, name] as const
  })
  const cells = [...all, ...real].map(([number, name]) => `${String(number).padStart(2)}) ${name}`)
  let text = ''
  cells.forEach((cell, i) => {
    text += cell + ((i + 1) % 5 === 0 || i + 1 === cells.length ? '\n' : '\t')
  })
  return text
}
