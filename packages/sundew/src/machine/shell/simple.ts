import { assign, assignElement, readOnly } from './assign.ts'
import { assignArray } from './assign-array.ts'
import { declaringBuiltin } from './builtins/index.ts'
import { trace } from './execute.ts'
import { subscript } from './expand/parameter.ts'
import { quoteWhereNeeded } from './expand/quote.ts'
import { expandText, expandWords } from './expand/words.ts'
import { callFunction } from './function-call.ts'
import { launch } from './launch.ts'
import { redirect, redirectForGood, takeBack } from './redirect.ts'
import type { Shell } from './shell.ts'
import { endSubstitutions } from './substitute.ts'
import type { Assignment, Simple, Word } from './syntax/ast.ts'
import { runPseudoTrap } from './traps.ts'
import { ShellExit, ShellFailure } from './unwinding.ts'
import { Variable } from './variables.ts'
import type { Stream } from './stream.ts'
import { FileError, reason } from '../files/file-system.ts'

/** Runs a simple command. */
export async function runSimple(shell: Shell, node: Simple): Promise<void> {
  if (shell.options.has('noexec') && !shell.interactive) return
  await shell.spend()
  if (shell.traps.size > 0) await runPseudoTrap(shell, 'DEBUG')
  const substitutions = shell.processSubstitutions.length
  try {
    await expandAndRun(shell, node)
  } finally {
    if (shell.processSubstitutions.length > substitutions) await endSubstitutions(shell, substitutions)
  }
}

async function expandAndRun(shell: Shell, node: Simple): Promise<void> {
  shell.substitutionStatus = undefined
  const argv = await expandArguments(shell, node.words)
  if (argv.length === 0) {
    await withoutCommand(shell, node)
    return
  }
  const name = argv[0]!
  const isFunction = shell.functions.has(name)
  const builtin = isFunction ? undefined : shell.builtin(name)
  if (name === 'exec' && builtin !== undefined) {
    await runExec(shell, node, argv)
    return
  }
  if (node.assignments.length === 0 && node.redirections.length === 0) {
    if (shell.options.has('xtrace')) await traceCommand(shell, [], argv)
    await runNamed(shell, argv, new Map())
    shell.lastArgument = argv.at(-1)!
    return
  }
  const undo: [number, Stream | undefined][] = []
  try {
    if (!(await redirect(shell, node.redirections, undo))) {
      shell.status = 1
      if (builtin?.special === true && shell.options.has('posix')) throw new ShellExit(1)
      return
    }
    const values = new Map<string, string>()
    const shown: string[] = []
    for (const assignment of node.assignments) {
      const value = assignment.value === undefined ? '' : await expandText(shell, assignment.value, true)
      const text = assignment.append
        ? (values.get(assignment.name) ?? shell.variables.text(assignment.name) ?? '') + value
        : value
      if (shell.variables.find(assignment.name)?.readonly === true) {
        await shell.complain(readOnly(shell, assignment.name).message)
        if (builtin === undefined && !isFunction) {
          shell.status = 1
          return
        }
        continue
      }
      values.set(assignment.name, text)
      shown.push(`${assignment.name}=${quoteWhereNeeded(text)}`)
    }
    if (shell.options.has('xtrace')) await traceCommand(shell, shown, argv)
    if (builtin !== undefined || isFunction)
      await withVariables(shell, values, () => runNamed(shell, argv, new Map()))
    else await runNamed(shell, argv, values)
    shell.lastArgument = argv.at(-1)!
  } finally {
    takeBack(shell, undo)
  }
}

async function expandArguments(shell: Shell, words: readonly Word[]): Promise<string[]> {
  if (words.length === 1 && words[0]!.plain !== undefined) return [words[0]!.plain]
  if (
    words.length > 1 &&
    words.some((word) => word.assignment !== undefined) &&
    declaringBuiltin(words[0]!.plain ?? '')
  ) {
    const argv: string[] = []
    shell.pendingArrays.clear()
    for (const word of words) {
      if (word.assignment === undefined) argv.push(...(await expandWords(shell, [word])))
      else argv.push(await declaration(shell, word.assignment))
    }
    return argv
  }
  return expandWords(shell, words)
}

/** An argument of `declare` that assigns: not split. Arrays are put aside under their text. */
async function declaration(shell: Shell, assignment: Assignment): Promise<string> {
  const index = assignment.index === undefined ? '' : `[${assignment.index.text}]`
  const head = `${assignment.name}${index}${assignment.append ? '+' : ''}=`
  if (assignment.elements !== undefined) {
    const text = `${head}(${assignment.elements.length} ${shell.pendingArrays.size})`
    shell.pendingArrays.set(text, assignment)
    return text
  }
  return head + (assignment.value === undefined ? '' : await expandText(shell, assignment.value, true))
}

async function withoutCommand(shell: Shell, node: Simple): Promise<void> {
  let failed = false
  if (node.redirections.length > 0) {
    const undo: [number, Stream | undefined][] = []
    failed = !(await redirect(shell, node.redirections, undo))
    takeBack(shell, undo)
  }
  for (const assignment of node.assignments) await runAssignment(shell, assignment)
  shell.status = failed ? 1 : (shell.substitutionStatus ?? 0)
  if (node.assignments.length > 0 && node.words.length === 0) shell.lastArgument = ''
}

export async function runAssignment(shell: Shell, assignment: Assignment): Promise<void> {
  if (assignment.elements !== undefined) {
    if (assignment.index !== undefined)
      throw new ShellFailure(
        `${assignment.name}[${assignment.index.text}]: cannot assign list to array member`,
      )
    await assignArray(shell, assignment)
    if (shell.options.has('xtrace')) await traceAssignment(shell, assignment.text)
    return
  }
  const text = assignment.value === undefined ? '' : await expandText(shell, assignment.value, true)
  if (shell.options.has('xtrace'))
    await traceAssignment(
      shell,
      `${assignment.name}${assignment.append ? '+' : ''}=${text === '' ? '' : quoteWhereNeeded(text)}`,
    )
  if (assignment.index === undefined) assign(shell, assignment.name, text, assignment.append)
  else {
    const index = await subscript(shell, assignment.name, assignment.index)
    if ((index === '@' || index === '*') && shell.variables.find(assignment.name)?.kind !== 'associative')
      throw new ShellFailure(`${assignment.name}[${index}]: bad array subscript`)
    assignElement(shell, assignment.name, index, text, assignment.append)
  }
}

function traceAssignment(shell: Shell, text: string): Promise<void> {
  return trace(shell, text)
}

async function traceCommand(
  shell: Shell,
  assignments: readonly string[],
  argv: readonly string[],
): Promise<void> {
  for (const assignment of assignments) await trace(shell, assignment)
  await trace(shell, argv.map(quoteWhereNeeded).join(' '))
}

/** Variables for one builtin or function only. */
async function withVariables(
  shell: Shell,
  values: ReadonlyMap<string, string>,
  work: () => Promise<void>,
): Promise<void> {
  if (values.size === 0) {
    await work()
    return
  }
  const before = new Map<string, Variable | undefined>()
  for (const [name, value] of values) {
    before.set(name, shell.variables.find(name))
    const variable = new Variable(value)
    variable.exported = true
    shell.variables.declare(name, variable)
  }
  try {
    await work()
  } finally {
    for (const [name, variable] of before) {
      if (variable === undefined) shell.variables.unset(name)
      else shell.variables.declare(name, variable)
    }
  }
}

/** A function, a builtin or a program. */
export async function runNamed(
  shell: Shell,
  argv: readonly string[],
  environment: ReadonlyMap<string, string>,
  without: { functions?: boolean } = {},
): Promise<void> {
  const name = argv[0]!
  const definition = without.functions === false ? undefined : shell.functions.get(name)
  if (definition !== undefined) {
    await callFunction(shell, definition, argv)
    shell.pipeStatus = [shell.status]
    return
  }
  const builtin = shell.builtin(name)
  if (builtin === undefined) shell.status = await launch(shell, argv, environment)
  else {
    try {
      shell.status = await builtin.run(shell, argv.slice(1), name)
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      await shell.complain(`${name}: write error: ${reason(error.code)}`)
      shell.status = 1
    }
  }
  if (shell.pipeStatus.length !== 1 || shell.pipeStatus[0] !== shell.status) shell.pipeStatus = [shell.status]
}

/** `exec`: redirections for good, and another program in the shell's place. */
async function runExec(shell: Shell, node: Simple, argv: string[]): Promise<void> {
  if (!(await redirectForGood(shell, node.redirections))) {
    shell.status = 1
    return
  }
  for (const assignment of node.assignments) await runAssignment(shell, assignment)
  if (shell.options.has('xtrace')) await traceCommand(shell, [], argv)
  let args = argv.slice(1)
  let name0: string | undefined
  let clean = false
  while (args[0]?.startsWith('-') === true && args[0] !== '-') {
    if (args[0] === '--') {
      args = args.slice(1)
      break
    }
    if (args[0] === '-a') {
      name0 = args[1] ?? ''
      args = args.slice(2)
    } else if (args[0] === '-c') {
      clean = true
      args = args.slice(1)
    } else if (args[0] === '-l') {
      name0 = `-${args[1] ?? ''}`
      args = args.slice(1)
    } else {
      await shell.complain(`exec: ${args[0]}: invalid option`)
      await shell.complainBare('exec: usage: exec [-cl] [-a name] [command [argument ...]] [redirection ...]')
      shell.status = 2
      return
    }
  }
  if (args.length === 0) {
    shell.status = 0
    return
  }
  const status = await launch(shell, args, new Map(), { replaces: true, name0, clean, by: 'exec: ' })
  shell.status = status
  if ((status === 126 || status === 127) && shell.launchFailed && shell.interactive) return
  // Nothing of the shell is left: no EXIT trap either.
  if (!shell.launchFailed) shell.traps.delete('EXIT')
  throw new ShellExit(status)
}
