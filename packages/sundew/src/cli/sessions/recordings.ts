import { AsciicastReader, type AsciicastEvent, type AsciicastHeader } from '../../core/asciicast/reader.ts'
import type { SessionRow } from '../../hub/api/contract.ts'
import type { Hub } from '../client.ts'
import { exitCode, Failure, usage } from '../failure.ts'
import { ownId } from '../take.ts'
import { sessionEvents } from './find-session.ts'

/** A recording of a session: where its pieces lie. */
export interface FoundRecording {
  /** SHA-256 of each, in their order. */
  readonly pieces: readonly string[]
}

/** The recordings of a session, in the order they began. @throws Failure where there are none */
export async function findRecordings(hub: Hub, session: SessionRow): Promise<FoundRecording[]> {
  const found = new Map<string, { part: number; sha256: string }[]>()
  for await (const { fields } of sessionEvents(hub, session, 'session.recorded')) {
    const id = String(fields['recording'])
    const pieces = found.get(id) ?? []
    found.set(id, pieces)
    pieces.push({ part: Number(fields['part']), sha256: ownId(String(fields['file_sha256'])) })
  }
  if (found.size === 0) {
    throw new Failure(
      'SUNDEW_NOT_RECORDED',
      exitCode.finding,
      `session ${session.id} has no recording. See which have: sundew sessions list --recorded`,
    )
  }
  return [...found.values()].map((pieces) => ({
    pieces: pieces.toSorted((a, b) => a.part - b.part).map(({ sha256 }) => sha256),
  }))
}

/** The one that a number names, from 1. */
export function chosen(recordings: readonly FoundRecording[], number: number): FoundRecording {
  const one = recordings[number - 1]
  if (one) return one
  throw usage(`--recording ${number}: the session has ${recordings.length}.`)
}

/** What was recorded, as it comes from the hub. */
export async function* recordedEvents(
  hub: Hub,
  { pieces }: FoundRecording,
): AsyncGenerator<AsciicastHeader | AsciicastEvent> {
  const reader = new AsciicastReader()
  for (const sha256 of pieces) {
    for await (const chunk of (await hub.open(`/files/${sha256}`)) as AsyncIterable<Buffer>) {
      yield* reader.feed(chunk)
    }
    yield* reader.end()
  }
}
