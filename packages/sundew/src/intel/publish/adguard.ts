import { z } from 'zod'
import type { Blocklist } from './blocklist.ts'
import { outermostHoles, outermostNames } from './outermost.ts'
import type { Publisher, RenderHost } from './publisher.ts'
import { inPieces } from './text.ts'

/**
 * A filter for AdGuard Home: `||x^` is a name and all below it, `|x^` that alone, and `@@` before either lets pass.
 */
export const adguard: Publisher<Record<never, never>> = {
  target: 'adguard',
  summary: 'A filter that AdGuard Home subscribes to.',
  config: z.strictObject({}),
  render: (list, _, host) => [{ name: 'adguard.txt', pieces: inPieces(lines(list, host)) }],
  carries: ({ type }) => type === 'domain' || type === 'hostname',
  entry: (line) => /^\|\|?([a-z0-9_.-]+)\^$/.exec(line)?.[1],
}

function* lines(list: Blocklist, host: RenderHost): Generator<string> {
  yield '! Title: Sundew\n! What Sundew blocks. Written by it: changes here are lost.\n'
  for (const { name, covers } of outermostNames(list, host))
    yield `${covers === 'all' ? '||' : '|'}${name}^\n`
  for (const { name, covers } of outermostHoles(list, host))
    yield `@@${covers === 'all' ? '||' : '|'}${name}^\n`
}
