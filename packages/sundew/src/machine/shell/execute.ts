import { assignElement } from './assign.ts'
import { runCase, runCounting, runFor, runLoop, runSelect } from './compound.ts'
import { condition } from './condition.ts'
import { arithmeticText } from './expand/arithmetic-scope.ts'
import { expandText } from './expand/words.ts'
import { fork, start, takePlace, type Child } from './fork.ts'
import { redirected } from './redirect.ts'
import { sayKilled } from './say-killed.ts'
import type { Shell } from './shell.ts'
import { runSimple } from './simple.ts'
import { pipe, type Stream } from './stream.ts'
import { textOfNode } from './syntax/print.ts'
import type { Node, NodeOf, Pipeline } from './syntax/ast.ts'
import { runPseudoTrap } from './traps.ts'
import { ShellExit, ShellFailure } from './unwinding.ts'

/** Nested so deep, a real shell's stack would end. */
const maxDepth = 2000
/** A fresh stack once in so many levels. */
const levelsPerStack = 12

/** Runs a node; its status is `shell.status` then. @throws ShellExit, ShellFailure, Killed */
export async function execute(shell: Shell, node: Node): Promise<void> {
  switch (node.type) {
    case 'simple':
      shell.line = node.line
      await runSimple(shell, node)
      await afterCommand(shell)
      return
    case 'list':
      for (const item of node.items) {
        if (item.background) await background(shell, item.node, item.text)
        else await execute(shell, item.node)
        if (shell.flow !== undefined) return
      }
      return
    case 'and':
    case 'or':
      shell.tolerant++
      try {
        await execute(shell, node.left)
      } finally {
        shell.tolerant--
      }
      if (shell.flow !== undefined) return
      if ((shell.status === 0) === (node.type === 'and')) await execute(shell, node.right)
      return
    case 'pipeline':
      await runPipeline(shell, node)
      return
    case 'function':
      defineFunction(shell, node)
      return
    case 'coproc':
      await runCoproc(shell, node)
      return
    default:
      await runCompound(shell, node)
  }
}

function defineFunction(shell: Shell, node: NodeOf<'function'>): void {
  if (!/^[^$'"`\\<>]+$/.test(node.name)) throw new ShellFailure(`\`${node.name}': not a valid identifier`)
  shell.functions.set(node.name, node)
  shell.status = 0
}

type Compound = Exclude<Node, { type: 'simple' | 'list' | 'and' | 'or' | 'pipeline' | 'function' | 'coproc' }>

async function runCompound(shell: Shell, node: Compound): Promise<void> {
  if (++shell.depth > maxDepth) throw new RangeError('Maximum call stack size exceeded')
  if (shell.depth % levelsPerStack === 0) await Promise.resolve()
  try {
    const line = node.line > 0 ? node.line : shell.line
    shell.line = line
    if (node.type === 'subshell') {
      await runSubshell(shell, node)
      await afterCommand(shell)
    } else if (node.redirections.length === 0) await body(shell, node)
    else if (!(await redirected(shell, node.redirections, () => body(shell, node)))) {
      shell.status = 1
      await afterCommand(shell)
    }
  } finally {
    shell.depth--
  }
}

async function body(shell: Shell, node: Compound): Promise<void> {
  switch (node.type) {
    case 'group':
      await execute(shell, node.body)
      return
    case 'if':
      for (const clause of node.clauses) {
        await test(shell, clause.condition)
        if (shell.flow !== undefined) return
        if (shell.status === 0) {
          await execute(shell, clause.body)
          return
        }
      }
      shell.status = 0
      if (node.otherwise !== undefined) await execute(shell, node.otherwise)
      return
    case 'for':
      await runFor(shell, node)
      return
    case 'select':
      await runSelect(shell, node)
      return
    case 'counting':
      await runCounting(shell, node)
      return
    case 'while':
    case 'until':
      await runLoop(shell, node)
      return
    case 'case':
      await runCase(shell, node)
      return
    case 'arithmetic': {
      await runPseudoTrap(shell, 'DEBUG')
      await shell.spend()
      const text = await expandText(shell, node.expression)
      if (shell.options.has('xtrace')) await trace(shell, `(( ${text} ))`)
      try {
        const value = arithmeticText(shell, text, '((: ')
        shell.status = value === 0 || value === 0n ? 1 : 0
      } catch (error) {
        if (!(error instanceof ShellFailure) || error.fatal) throw error
        await shell.complain(error.message)
        shell.status = 1
      }
      await afterCommand(shell)
      return
    }
    case 'condition':
      await runPseudoTrap(shell, 'DEBUG')
      await shell.spend()
      shell.status = await condition(shell, node.test)
      await afterCommand(shell)
      return
    case 'subshell':
      return
  }
}

/** Runs a condition: its failure ends nothing. */
export async function test(shell: Shell, node: Node): Promise<void> {
  shell.tolerant++
  try {
    await execute(shell, node)
  } finally {
    shell.tolerant--
  }
}

/** Signals' traps, the ERR trap, `set -e`. */
async function afterCommand(shell: Shell): Promise<void> {
  if (shell.pendingSignals.length > 0) await shell.pendingTraps()
  if (shell.status === 0 || shell.tolerant > 0) return
  if (shell.traps.has('ERR')) await runPseudoTrap(shell, 'ERR')
  if (shell.options.has('errexit')) throw new ShellExit(shell.status)
}

/** `+ …` of `set -x`. */
export async function trace(shell: Shell, text: string): Promise<void> {
  const prompt = await shell.prompt('PS4')
  await shell.descriptors.get(2)?.put(`${prompt.slice(0, 1).repeat(shell.traceLevel)}${prompt}${text}\n`)
}

async function runSubshell(shell: Shell, node: NodeOf<'subshell'>): Promise<void> {
  await takePlace(shell)
  const child = start(fork(shell, false), async (copy) => {
    await inChild(copy, node)
  })
  shell.status = await child.done
  shell.pipeStatus = [shell.status]
  const signal = child.killedBy()
  if (signal !== undefined) await sayKilled(shell, signal, child.process.pid, textOfNode(node))
}

/** A subshell's body, or any command, in a process that was made for it. */
async function inChild(copy: Shell, node: Node): Promise<void> {
  if (node.type !== 'subshell') {
    await copy.runLine(node)
    return
  }
  if (node.redirections.length === 0) {
    await copy.runLine(node.body)
    return
  }
  const opened = await redirected(copy, node.redirections, async () => {
    await copy.runLine(node.body)
  })
  if (!opened) copy.status = 1
}

async function runPipeline(shell: Shell, node: Pipeline): Promise<void> {
  const began = node.timed === 'no' ? 0 : performance.now()
  const cpu = shell.budget.cpuMs
  if (node.negated) shell.tolerant++
  try {
    if (node.commands.length === 1) {
      await execute(shell, node.commands[0]!)
    } else {
      await piped(shell, node)
      if (!node.negated) await afterCommand(shell)
    }
  } finally {
    if (node.negated) shell.tolerant--
  }
  if (node.negated && shell.flow === undefined) shell.status = shell.status === 0 ? 1 : 0
  if (node.timed !== 'no')
    await sayTimes(shell, node.timed === 'posix', performance.now() - began, shell.budget.cpuMs - cpu)
}

async function sayTimes(shell: Shell, posix: boolean, realMs: number, cpuMs: number): Promise<void> {
  const long = (ms: number) => `${Math.floor(ms / 60_000)}m${((ms % 60_000) / 1000).toFixed(3)}s`
  const short = (ms: number) => (ms / 1000).toFixed(2)
  const user = cpuMs * 0.7
  const system = cpuMs * 0.3
  const text = posix
    ? `real ${short(realMs)}\nuser ${short(user)}\nsys ${short(system)}\n`
    : shell.dialect === 'ash'
      ? `real\t${long(realMs)}\nuser\t${long(user)}\nsys\t${long(system)}\n`
      : `\nreal\t${long(realMs)}\nuser\t${long(user)}\nsys\t${long(system)}\n`
  await shell.descriptors.get(2)?.put(text)
}

async function piped(shell: Shell, node: Pipeline): Promise<void> {
  const inShell = shell.shopt.has('lastpipe') && !shell.options.has('monitor')
  const { children, statusOfLast } = await startPipeline(shell, node, false, inShell)
  const statuses = await Promise.all(children.map((child) => child.done))
  if (statusOfLast !== undefined) statuses.push(statusOfLast)
  shell.pipeStatus = statuses
  shell.status = statuses.at(-1)!
  if (shell.options.has('pipefail')) shell.status = statuses.findLast((status) => status !== 0) ?? 0
}

/** Starts all commands of a pipeline at once. */
async function startPipeline(
  shell: Shell,
  node: Pipeline,
  detached: boolean,
  inShell: boolean,
): Promise<{ children: Child[]; statusOfLast: number | undefined }> {
  const children: Child[] = []
  let input: Stream | undefined
  for (let i = 0; i < node.commands.length; i++) {
    const last = i + 1 === node.commands.length
    if (last && inShell && input !== undefined) {
      const before = shell.descriptors.get(0)
      shell.descriptors.set(0, input)
      try {
        await execute(shell, node.commands[i]!)
      } finally {
        input.release()
        if (before !== undefined) shell.descriptors.set(0, before)
      }
      return { children, statusOfLast: shell.status }
    }
    try {
      await takePlace(shell)
    } catch (error) {
      input?.release()
      throw error
    }
    const copy = fork(shell, detached)
    copy.subshellLevel = shell.subshellLevel + 1
    if (input !== undefined) {
      copy.descriptors.get(0)?.release()
      copy.descriptors.set(0, input)
      input = undefined
    }
    if (!last) {
      const ends = pipe()
      copy.descriptors.get(1)?.release()
      copy.descriptors.set(1, ends.writer)
      input = ends.reader
    }
    if (!detached) copy.tolerant = shell.tolerant
    children.push(start(copy, (sub) => inChild(sub, node.commands[i]!)))
  }
  return { children, statusOfLast: undefined }
}

async function background(shell: Shell, node: Node, text: string): Promise<void> {
  let children: Child[]
  if (node.type === 'pipeline' && node.commands.length > 1 && !node.negated && node.timed === 'no') {
    children = (await startPipeline(shell, node, true, false)).children
  } else {
    await takePlace(shell)
    const copy = fork(shell, true)
    copy.tolerant = 0
    if (!shell.options.has('monitor')) copy.descriptors.get(0)?.release()
    if (!shell.options.has('monitor')) copy.descriptors.set(0, emptyInput())
    children = [start(copy, (sub) => inChild(sub, node))]
  }
  const job = shell.jobs.add(children, textOfNode(node) === '' ? text : textOfNode(node))
  shell.lastBackground = job.pid
  shell.status = 0
  if (shell.interactive) await shell.descriptors.get(2)?.put(`[${job.number}] ${job.pid}\n`)
}

function emptyInput(): Stream {
  const ends = pipe()
  ends.writer.release()
  return ends.reader
}

async function runCoproc(shell: Shell, node: NodeOf<'coproc'>): Promise<void> {
  await takePlace(shell)
  const copy = fork(shell, true)
  const toIt = pipe()
  const fromIt = pipe()
  copy.descriptors.get(0)?.release()
  copy.descriptors.set(0, toIt.reader)
  copy.descriptors.get(1)?.release()
  copy.descriptors.set(1, fromIt.writer)
  shell.descriptors.set(63, fromIt.reader)
  shell.descriptors.set(60, toIt.writer)
  const child = start(copy, (sub) => inChild(sub, node.body))
  assignElement(shell, node.name, '0', '63')
  assignElement(shell, node.name, '1', '60')
  shell.variables.put(`${node.name}_PID`, String(child.process.pid))
  const job = shell.jobs.add([child], `coproc ${node.name} ${textOfNode(node.body)}`)
  shell.lastBackground = job.pid
  shell.status = 0
  if (shell.interactive) await shell.descriptors.get(2)?.put(`[${job.number}] ${job.pid}\n`)
}
