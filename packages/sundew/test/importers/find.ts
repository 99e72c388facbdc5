import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CaptureRoom, type CaptureLimits } from '../../src/core/capture.ts'
import type { Found, FoundEvent, Importer, Trouble } from '../../src/importers/importer.ts'

export interface Got {
  readonly events: readonly (FoundEvent<'mail.received'> & { readonly bytes: Buffer })[]
  readonly troubles: readonly Trouble[]
}

/** Everything that an importer finds, bodies in memory. */
export async function find(
  importer: Importer,
  path: string,
  spool: string,
  limits: CaptureLimits = { spillBytes: Infinity, memoryBytes: Infinity },
): Promise<Got> {
  await mkdir(join(spool, 'spool'), { recursive: true })
  const captures = new CaptureRoom(spool, limits)
  const choice = Object.fromEntries(
    Object.entries(importer.choices ?? {}).map(([name, { values }]) => [name, values[0]!]),
  )
  const all: Found[] = await Array.fromAsync(importer.find(path, { choice, capture: () => captures.begin() }))
  return {
    events: all
      .filter((one) => one.found === 'event')
      .map((one) => ({ ...(one as FoundEvent<'mail.received'>), bytes: Buffer.concat(one.body!.chunks) })),
    troubles: all.filter((one) => one.found === 'trouble'),
  }
}
