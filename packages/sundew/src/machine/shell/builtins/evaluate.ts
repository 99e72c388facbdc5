import { abortable } from '../abort.ts'
import type { Stream } from '../stream.ts'
import { FileError, maxWholeFileBytes, reason } from '../../files/file-system.ts'
import { textOfBytes } from '../byte-text.ts'
import { onPath, whereIs } from '../command-path.ts'
import { arithmeticText } from '../expand/arithmetic-scope.ts'
import { absolute } from '../paths.ts'
import type { Shell } from '../shell.ts'
import { runNamed } from '../simple.ts'
import { runPseudoTrap } from '../traps.ts'
import { ShellExit, ShellFailure } from '../unwinding.ts'
import { options, wrongOption, type Builtin } from './builtin.ts'
import { describe } from './lookup.ts'

/** Evals and sources within each other. */
const maxNesting = 1000

export const evalBuiltins: readonly Builtin[] = [
  {
    names: ['eval'],
    special: true,
    usage: 'eval [arg ...]',
    run: async (shell, args) => {
      const rest = args[0] === '--' ? args.slice(1) : args
      if (
        rest[0]?.startsWith('-') === true &&
        rest[0] !== '-' &&
        args[0] !== '--' &&
        shell.dialect === 'bash'
      )
        return wrongOption(shell, 'eval', rest[0].slice(0, 2), 'eval [arg ...]')
      shell.status = 0
      await nested(shell, () => shell.runText(rest.join(' '), shell.line, 'eval'))
      return shell.status
    },
  },
  {
    names: ['.', 'source'],
    special: true,
    usage: 'filename [arguments]',
    run: source,
  },
  {
    names: ['exec'],
    special: true,
    usage: 'exec [-cl] [-a name] [command [argument ...]] [redirection ...]',
    run: () => 0,
  },
  {
    names: ['builtin'],
    usage: 'builtin [shell-builtin [arg ...]]',
    run: async (shell, args) => {
      const name = args[0]
      if (name === undefined) return 0
      const builtin = shell.builtin(name)
      if (builtin === undefined) {
        await shell.complain(`builtin: ${name}: not a shell builtin`)
        return 1
      }
      return builtin.run(shell, args.slice(1), name)
    },
  },
  {
    names: ['command'],
    usage: 'command [-pVv] command [arg ...]',
    run: async (shell, args, name) => {
      const { options: found, rest, wrong } = options(args, 'pvV')
      if (wrong !== undefined) return wrongOption(shell, name, wrong, 'command [-pVv] command [arg ...]')
      if (rest.length === 0) return 0
      if (found.has('v') || found.has('V')) {
        let status = 1
        for (const one of rest) {
          const text = describe(shell, one, found.has('v') ? 'short' : 'long')
          if (text !== undefined) {
            await shell.print(text)
            status = 0
          } else if (found.has('V')) await shell.complain(`command: ${one}: not found`)
        }
        return shell.dialect === 'ash' && status === 1 ? 127 : status
      }
      await runNamed(shell, rest, new Map(), { functions: false })
      return shell.status
    },
  },
  {
    names: ['let'],
    usage: 'let arg [arg ...]',
    run: async (shell, args) => {
      if (args.length === 0) {
        await shell.complain('let: expression expected')
        return 1
      }
      let value: number | bigint = 0
      for (const arg of args) {
        try {
          value = arithmeticText(shell, arg, 'let: ')
        } catch (error) {
          if (!(error instanceof ShellFailure) || error.fatal) throw error
          await shell.complain(error.message)
          return 1
        }
      }
      return value === 0 || value === 0n ? 1 : 0
    },
  },
  {
    names: ['caller'],
    usage: 'caller [expr]',
    run: async (shell, args) => {
      const index = Number(args[0] ?? 0)
      const call = shell.calls[shell.calls.length - 1 - index]
      if (call === undefined) return 1
      const above = shell.calls[shell.calls.length - 2 - index]
      if (above === undefined && args[0] !== undefined && shell.source !== 'file') return 1
      const source = above?.source ?? (shell.source === 'file' ? shell.argv0 : 'NULL')
      await shell.print(
        args[0] === undefined
          ? `${call.line} ${source}\n`
          : `${call.line} ${above?.name ?? 'main'} ${source}\n`,
      )
      return 0
    },
  },
]

async function nested(shell: Shell, work: () => Promise<void>): Promise<void> {
  if (++shell.depth > maxNesting) throw new RangeError('Maximum call stack size exceeded')
  if (shell.depth % 6 === 0) await Promise.resolve()
  const { line } = shell
  shell.traceLevel++
  try {
    await work()
  } finally {
    shell.traceLevel--
    shell.depth--
    shell.line = line
  }
}

async function source(shell: Shell, args: readonly string[], name: string): Promise<number> {
  const rest = args[0] === '--' ? args.slice(1) : args
  const file = rest[0]
  if (file === undefined) {
    if (shell.dialect === 'ash') {
      await shell.complain('.: not enough arguments')
      return 2
    }
    await shell.complain(`${name}: filename argument required`)
    await shell.complainBare(`${name}: usage: ${name} filename [arguments]`)
    return 2
  }
  let path = file
  if (!file.includes('/')) {
    path = onPath(shell, file).find((one) => isFile(shell, one)) ?? whereIs(shell, file) ?? file
    if (shell.dialect === 'ash' && path === file && !shell.files.exists(absolute(file, shell.directory))) {
      await shell.complain(`.: ${file}: not found`)
      throw new ShellExit(127)
    }
  }
  let text: string
  try {
    const open = descriptorOf(shell, path)
    const where = absolute(path, shell.directory)
    if (open === undefined && shell.files.stat(where).type === 'directory') {
      await shell.complain(`${name}: ${file}: is a directory`)
      return 1
    }
    text = open === undefined ? textOfBytes(shell.files.read(where)) : await allOf(shell, open)
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    if (shell.dialect === 'ash') {
      await shell.complain(`.: can't open '${file}': ${reason(error.code)}`)
      throw new ShellExit(2)
    }
    await shell.complain(`${file}: ${reason(error.code)}`)
    return 1
  }
  const { positional, loopDepth } = shell
  if (rest.length > 1) shell.positional = rest.slice(1)
  shell.calls.push({ name: 'source', line: shell.line, source: file, sourced: true })
  shell.status = 0
  try {
    await nested(shell, () => shell.runText(text, 1))
    if (shell.flow?.type === 'return') shell.flow = undefined
    if (shell.traps.has('RETURN')) await runPseudoTrap(shell, 'RETURN')
  } finally {
    shell.calls.pop()
    if (rest.length > 1) shell.positional = positional
    shell.loopDepth = loopDepth
  }
  return shell.status
}

/** The stream that `/dev/stdin` and `/dev/fd/63` stand for. */
function descriptorOf(shell: Shell, path: string): Stream | undefined {
  const number = path === '/dev/stdin' ? '0' : /^\/dev\/fd\/([0-9]+)$/.exec(path)?.[1]
  return number === undefined ? undefined : shell.descriptors.get(Number(number))
}

async function allOf(shell: Shell, stream: Stream): Promise<string> {
  let text = ''
  while (text.length < maxWholeFileBytes) {
    const part = await abortable(stream.take(), shell.signal)
    if (part === undefined) break
    text += part
  }
  return text
}

function isFile(shell: Shell, path: string): boolean {
  try {
    return shell.files.stat(absolute(path, shell.directory)).type === 'file'
  } catch {
    return false
  }
}
