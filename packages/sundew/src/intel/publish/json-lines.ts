import { z } from 'zod'
import type { Blocklist } from './blocklist.ts'
import { asciiJson, everything } from './entries.ts'
import { ofWhy } from './of-why.ts'
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
  const said = ofWhy(({ confidence, sources, title, link }) => {
    const rest = { confidence, sources, title: oneLine(title, fieldLength), link: oneLine(link, fieldLength) }
    return asciiJson(rest).slice(1)
  })
  for (const { type, value, why } of everything(list, host))
    yield `{"type":"${type}","value":${asciiJson(value)},${said(why)}\n`
}
