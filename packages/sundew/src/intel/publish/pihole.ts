import { z } from 'zod'
import type { Blocklist } from './blocklist.ts'
import { coverings } from './names.ts'
import type { Publisher, RenderHost } from './publisher.ts'
import { inPieces } from './text.ts'

/**
 * A list for Pi-hole's gravity: `||x^` is a name and all below it (since FTL 5.22), a bare name is that alone. What is allowed is not said in
 * such a list, so a domain under which something is allowed stands alone.
 */
export const pihole: Publisher<Record<never, never>> = {
  target: 'pihole',
  summary: 'A list that Pi-hole subscribes to.',
  config: z.strictObject({}),
  render: (list, _, host) => [{ name: 'pihole.txt', pieces: inPieces(lines(list, host)) }],
  carries: ({ type }) => type === 'domain' || type === 'hostname',
  entry: (line) => /^(?:\|\|)?([a-z0-9_.-]+)\^?$/.exec(line)?.[1],
}

function* lines(list: Blocklist, host: RenderHost): Generator<string> {
  yield '# What Sundew blocks. Written by it: changes here are lost.\n'
  for (const { name, below } of coverings(list, host)) yield below ? `||${name}^\n` : `${name}\n`
}
