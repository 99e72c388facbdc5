import { fork, start, takePlace } from './fork.ts'
import type { Shell } from './shell.ts'
import { captureStream, pipe } from './stream.ts'
import { absolute } from './paths.ts'
import { textOfBytes } from './byte-text.ts'
import { expandText } from './expand/words.ts'
import type { Body, Node } from './syntax/ast.ts'

/** `$(…)`: what the commands write, without newlines at its end. */
export async function substitute(shell: Shell, body: Body): Promise<string> {
  if (body.node === undefined && /^\s*<[^<&>(]/.test(body.text))
    body.node = quietly(() => shell.parser(body.text, body.line).next())
  const file = body.node === undefined ? undefined : await readsFile(shell, body.node)
  if (file !== undefined) return trimmed(shell, file)
  await takePlace(shell)
  const capture = captureStream((bytes) => shell.budget.hold(bytes))
  const copy = fork(shell, false)
  copy.descriptors.get(1)?.release()
  copy.descriptors.set(1, capture.stream)
  if (!copy.shopt.has('inherit_errexit')) copy.options.delete('errexit')
  copy.loopDepth = 0
  copy.traceLevel++
  const child = start(copy, (sub) => runBody(sub, body))
  shell.substitutionStatus = await child.done
  return trimmed(shell, capture.text())
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

/** What is between backquotes is read only now. */
async function runBody(shell: Shell, body: Body): Promise<void> {
  if (body.node === undefined) await shell.runText(body.text, shell.line, 'command substitution')
  else await shell.runLine(body.node)
}

async function trimmed(shell: Shell, text: string): Promise<string> {
  let end = text.length
  while (end > 0 && text[end - 1] === '\n') end--
  const cut = text.slice(0, end)
  if (!cut.includes('\0')) return cut
  await shell.complain('warning: command substitution: ignored null byte in input')
  return cut.replaceAll('\0', '')
}

/** `$(<file)`: the file's text, no process. */
async function readsFile(shell: Shell, node: Node): Promise<string | undefined> {
  if (
    node.type !== 'simple' ||
    node.words.length > 0 ||
    node.assignments.length > 0 ||
    node.redirections.length !== 1
  )
    return undefined
  const redirection = node.redirections[0]!
  if (redirection.operator !== '<' || redirection.fd !== undefined || redirection.variable !== undefined)
    return undefined
  try {
    const path = absolute(await expandText(shell, redirection.target), shell.directory)
    if (shell.files.stat(path).type !== 'file') return undefined
    const text = textOfBytes(shell.files.read(path))
    shell.substitutionStatus = 0
    return text
  } catch {
    return undefined
  }
}

/** `<(…)` and `>(…)`: a descriptor's path. */
export function substituteProcess(shell: Shell, body: Body, input: boolean): string {
  let fd = 63
  while (shell.descriptors.has(fd) && fd > 10) fd--
  const ends = pipe()
  const inside = input ? ends.writer : ends.reader
  const outside = input ? ends.reader : ends.writer
  const done = (async () => {
    try {
      await takePlace(shell)
    } catch (error) {
      inside.release()
      throw error
    }
    const copy = fork(shell, false)
    copy.descriptors.get(fd)?.release()
    copy.descriptors.delete(fd)
    copy.descriptors.get(input ? 1 : 0)?.release()
    copy.descriptors.set(input ? 1 : 0, inside)
    return start(copy, (sub) => runBody(sub, body)).done
  })()
  done.catch(() => undefined)
  shell.descriptors.set(fd, outside)
  shell.processSubstitutions.push({ fd, child: { done } })
  return `/dev/fd/${fd}`
}

/** Closes what {@link substituteProcess} opened for a command that ended. */
export async function endSubstitutions(shell: Shell, from: number): Promise<void> {
  for (const { fd, child } of shell.processSubstitutions.splice(from)) {
    const stream = shell.descriptors.get(fd)
    const writes = stream?.writable === true
    stream?.release()
    shell.descriptors.delete(fd)
    // So that what it writes comes before what the next command writes.
    if (writes) await child.done.catch(() => undefined)
  }
}
