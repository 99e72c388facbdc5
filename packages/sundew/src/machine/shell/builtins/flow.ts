import { ShellExit, ShellFailure } from '../unwinding.ts'
import type { Shell } from '../shell.ts'
import type { Builtin } from './builtin.ts'

export const flowBuiltins: readonly Builtin[] = [
  { names: [':'], special: true, usage: ':', run: () => 0 },
  { names: ['true'], usage: 'true', run: () => 0 },
  { names: ['false'], usage: 'false', run: () => 1 },
  {
    names: ['break'],
    special: true,
    usage: 'break [n]',
    run: (shell, args) => leaveLoop(shell, args, 'break'),
  },
  {
    names: ['continue'],
    special: true,
    usage: 'continue [n]',
    run: (shell, args) => leaveLoop(shell, args, 'continue'),
  },
  {
    names: ['return'],
    special: true,
    usage: 'return [n]',
    run: async (shell, args) => {
      if (shell.calls.length === 0) {
        await shell.complain("return: can only `return' from a function or sourced script")
        return 2
      }
      const status = await statusOf(shell, args, 'return')
      shell.flow = { type: 'return' }
      return status
    },
  },
  { names: ['exit'], special: true, usage: 'exit [n]', run: (shell, args, name) => exit(shell, args, name) },
  {
    names: ['logout'],
    usage: 'logout [n]',
    run: async (shell, args) => {
      if (!shell.login) {
        await shell.complain("logout: not login shell: use `exit'")
        return 1
      }
      return exit(shell, args, 'logout')
    },
  },
  {
    names: ['shift'],
    special: true,
    usage: 'shift [n]',
    run: async (shell, args) => {
      const count = args[0] ?? '1'
      if (!/^[-+]?[0-9]+$/.test(count)) {
        await shell.complain(
          shell.dialect === 'ash'
            ? `shift: Illegal number: ${count}`
            : `shift: ${count}: numeric argument required`,
        )
        return 1
      }
      if (args.length > 1) {
        throw new ShellFailure('shift: too many arguments')
      }
      const number = Number(count)
      if (number < 0) {
        await shell.complain(`shift: ${count}: shift count out of range`)
        return 1
      }
      if (number > shell.positional.length) {
        if (shell.shopt.has('shift_verbose'))
          await shell.complain(`shift: ${count}: shift count out of range`)
        return 1
      }
      shell.positional = shell.positional.slice(number)
      return 0
    },
  },
  {
    names: ['suspend'],
    usage: 'suspend [-f]',
    run: async (shell) => {
      await shell.complain(
        shell.login ? 'suspend: cannot suspend a login shell' : 'suspend: cannot suspend: no job control',
      )
      return 1
    },
  },
]

async function leaveLoop(shell: Shell, args: readonly string[], type: 'break' | 'continue'): Promise<number> {
  if (shell.loopDepth === 0) {
    if (shell.dialect === 'bash')
      await shell.complain(`${type}: only meaningful in a \`for', \`while', or \`until' loop`)
    return 0
  }
  const count = args[0] ?? '1'
  if (!/^[-+]?[0-9]+$/.test(count)) {
    await shell.complain(`${type}: ${count}: numeric argument required`)
    throw new ShellExit(128)
  }
  if (Number(count) < 1) {
    await shell.complain(`${type}: ${count}: loop count out of range`)
    shell.flow = { type: 'break', count: shell.loopDepth }
    return 1
  }
  shell.flow = { type, count: Math.min(Number(count), shell.loopDepth) }
  return 0
}

async function statusOf(shell: Shell, args: readonly string[], name: string): Promise<number> {
  const text = args[0] === '--' ? args[1] : args[0]
  if (text === undefined) return shell.status
  if (!/^\s*[-+]?[0-9]+\s*$/.test(text)) {
    await shell.complain(
      shell.dialect === 'ash'
        ? `${name}: Illegal number: ${text}`
        : `${name}: ${text}: numeric argument required`,
    )
    return 2
  }
  return Number(BigInt.asUintN(8, BigInt(text.trim().replace(/^\+/, ''))))
}

async function exit(shell: Shell, args: readonly string[], name: string): Promise<number> {
  if (shell.interactive && shell.subshellLevel === 0)
    await shell.complainBare(shell.login ? 'logout' : 'exit')
  const text = args[0] === '--' ? args[1] : args[0]
  if (text !== undefined && args.length > 1 && /^[-+]?[0-9]+$/.test(text)) {
    throw new ShellFailure(`${name}: too many arguments`)
  }
  throw new ShellExit(await statusOf(shell, args, name))
}
