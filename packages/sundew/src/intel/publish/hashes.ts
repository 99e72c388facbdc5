import { z } from 'zod'
import type { Blocklist } from './blocklist.ts'
import { carriesKinds, hashKind, type HashKind } from './kinds.ts'
import type { Publisher, RenderHost } from './publisher.ts'
import { inPieces } from './text.ts'

const kinds: readonly HashKind[] = ['md5', 'sha1', 'sha256', 'sha384', 'sha512']

/** Hashes of files, each kind in a file of its own: for `hashdeep`, YARA's and scanners' lists. */
export const hashes: Publisher<Readonly<Record<never, never>>> = {
  target: 'hashes',
  summary: 'Hashes of files, a hash a line, each kind in a file of its own.',
  config: z.strictObject({}),
  render: (list, _, host) =>
    kinds.map((kind) => ({ name: `${kind}.txt`, pieces: inPieces(lines(list, kind, host)) })),
  carries: carriesKinds('hash'),
}

function* lines(list: Blocklist, kind: HashKind, host: RenderHost): Generator<string> {
  for (const { value } of list.texts('hash')) {
    const its = hashKind(value)
    if (its === kind) yield `${value}\n`
    else if (its === undefined && kind === 'md5') host.leaveOut('a hash of another kind')
  }
}
