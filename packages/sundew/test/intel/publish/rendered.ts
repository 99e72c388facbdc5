import { Buffer } from 'node:buffer'
import type { Blocklist } from '../../../src/intel/publish/blocklist.ts'
import type { Publisher, RenderHost } from '../../../src/intel/publish/publisher.ts'

/** What a publisher made: its files by name, and what it left out by reason. */
export interface Rendered {
  readonly files: ReadonlyMap<string, string>
  readonly leftOut: Readonly<Record<string, number>>
}

/** Renders in memory; `former` are the files that lie there already. */
export function rendered<C>(
  publisher: Publisher<C>,
  list: Blocklist,
  config: C,
  former: ReadonlyMap<string, string> = new Map(),
  kept?: RenderHost['kept'],
): Rendered {
  const leftOut: Record<string, number> = {}
  const host: RenderHost = {
    leaveOut: (reason) => {
      leftOut[reason] = (leftOut[reason] ?? 0) + 1
    },
    former: (name) => {
      const text = former.get(name)
      return text === undefined ? undefined : cut(Buffer.from(text))
    },
    folder: '/var/lib/lists',
    version: '0.0.0',
    ...(kept && { kept }),
  }
  const files = new Map<string, string>()
  for (const { name, pieces } of publisher.render(list, config, host))
    files.set(name, Buffer.concat([...pieces].map((piece) => Buffer.from(piece as Uint8Array))).toString())
  return { files, leftOut }
}

/** In small pieces, that a reader of them has to put lines together. */
function* cut(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000)
}

/** The one file there is. */
export function onlyFile(files: ReadonlyMap<string, string>): string {
  const [text, ...more] = files.values()
  if (text === undefined || more.length > 0) throw new Error(`one file was expected, not ${files.size}`)
  return text
}

/** Lines of a file that are neither empty nor comments. */
export function entryLines(text: string | undefined, comment = /^\s*[#;]/): string[] {
  return (text ?? '').split('\n').filter((line) => line !== '' && !comment.test(line))
}
