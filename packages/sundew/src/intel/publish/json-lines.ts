import { z } from 'zod'
import type { Blocklist } from './blocklist.ts'
import { asciiJson, everything } from './entries.ts'
import type { Publisher, RenderHost } from './publisher.ts'
import { inPieces, oneLine } from './text.ts'

/** Of a title or link, characters. */
const fieldLength = 1_000

/** An object a line, in ASCII: type, value, confidence, sources, title, link. */
export const jsonLines: Publisher<Readonly<Record<never, never>>> = {
  target: 'json-lines',
  summary: 'All that is blocked, and why, one JSON object a line.',
  config: z.strictObject({}),
  render: (list, _, host) => [{ name: 'sundew.jsonl', pieces: inPieces(lines(list, host)) }],
  carries: () => true,
  entry: (line) => /^\{"type":"[a-z0-9_]+","value":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1],
}

function* lines(list: Blocklist, host: RenderHost): Generator<string> {
  for (const { type, value, why } of everything(list, host)) {
    const { confidence, sources } = why
    const [title, link] = [oneLine(why.title, fieldLength), oneLine(why.link, fieldLength)]
    yield `${asciiJson({ type, value, confidence, sources, title, link })}\n`
  }
}
