import type { Input } from './contracts.ts'
import { Exit } from './tool.ts'
import type { Tool } from './tool.ts'

/** No line is longer: a program that holds lines gives up, as one without memory does. */
const maxLineBytes = 4 * 1024 * 1024

/**
 * The lines of an input without their ends, as byte strings, in batches as they come. The last batch may hold a line that had no end: then
 * `ended` is false.
 */
export async function* lineBatches(
  t: Tool,
  input: Input,
  end = '\n',
): AsyncGenerator<{ readonly lines: readonly string[]; readonly ended: boolean }> {
  let rest: string[] = []
  let restLength = 0
  for (;;) {
    const bytes = await input.read()
    if (bytes === undefined) break
    const text = latin1(bytes)
    const first = text.indexOf(end)
    if (first < 0) {
      rest.push(text)
      restLength += text.length
      if (restLength > maxLineBytes) throw new Exit(2, `${t.name}: memory exhausted\n`)
      continue
    }
    const lines = (rest.length === 0 ? text : rest.join('') + text).split(end)
    const last = lines.pop()!
    rest = last === '' ? [] : [last]
    restLength = last.length
    await t.call.spend(1 + (lines.length >> 6))
    yield { lines, ended: true }
  }
  if (restLength > 0) yield { lines: [rest.join('')], ended: false }
}

/** Everything, up to `max` bytes. */
export async function whole(t: Tool, input: Input, max = 16 * 1024 * 1024): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for (;;) {
    const bytes = await input.read()
    if (bytes === undefined) return Buffer.concat(parts)
    // Readers may lend their buffer.
    parts.push(Uint8Array.from(bytes))
    length += bytes.length
    if (length > max) throw new Exit(1, `${t.name}: memory exhausted\n`)
  }
}

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

export function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}
