import { latin1 } from './lines.ts'
import type { Tool } from './tool.ts'

const maxAnswerBytes = 4096

/** Asks on stderr and reads a line: whether it begins with y. */
export async function answer(t: Tool, question: string): Promise<boolean> {
  await t.flush()
  await t.call.stderr.write(question)
  let text = ''
  while (!text.includes('\n') && text.length < maxAnswerBytes) {
    // One byte at a time, so that the next question has its own line.
    const bytes = await t.call.stdin.read(t.call.stdin.terminal === undefined ? 1 : undefined)
    if (bytes === undefined || bytes.length === 0) break
    text += latin1(bytes)
  }
  return /^[yY]/.test(text)
}
