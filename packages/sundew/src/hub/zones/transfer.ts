import { readFile } from 'node:fs/promises'
import { headLines, type ZoneHead } from '../../intel/publish/bind-rpz/head.ts'
import { removedMark } from '../../intel/publish/bind-rpz/changes-file.ts'
import { flags, type types } from '../../wire/dns/codes.ts'
import type { Step } from './journal.ts'
import { BadZoneError, eachRecord, Packing } from './packing.ts'
import type { ZoneVersion } from './version.ts'

/** What a transfer answers. */
export interface TransferQuestion {
  readonly id: number
  readonly type: typeof types.axfr | typeof types.ixfr
  /** Bytes that each message keeps free for what is put behind its records. */
  readonly room: number
}

/** A whole zone (RFC 5936 §2.2): its SOA record, all others, the SOA record again. Also the answer to IXFR where no differences are known. */
export async function* wholeZone(version: ZoneVersion, question: TransferQuestion): AsyncGenerator<Buffer> {
  const packing = packingOf(version.head, question)
  packing.soa(version.head)
  packing.ns()
  yield* version.messages(packing)
  yield* last(packing, version.head)
}

/** Only the SOA record: the asker is up to date, or must ask by TCP (RFC 1995 §2, §4). */
export function soaAlone(version: ZoneVersion, question: TransferQuestion): Buffer {
  const packing = packingOf(version.head, question)
  packing.soa(version.head)
  return packing.take()
}

/**
 * The differences from one version to the newest, step by step (RFC 1995 §4): of each the old SOA record, what was removed, the new
 * SOA record, what was added.
 *
 * @throws BadZoneError where a file of changes is damaged
 */
export async function* differences(
  version: ZoneVersion,
  steps: readonly Step[],
  question: TransferQuestion,
): AsyncGenerator<Buffer> {
  const { head } = version
  const packing = packingOf(head, question)
  packing.soa(head)
  for (const step of steps) {
    const bytes = await readFile(step.path)
    const body = behindHead(bytes)
    for (const part of ['removed', 'added'] as const) {
      const serial = part === 'removed' ? step.from : step.to
      const full: Buffer[] = []
      const pack = (once: () => boolean) => {
        if (once()) return
        full.push(packing.take())
        once()
      }
      pack(() => packing.soa({ ...head, serial }))
      eachOf(part, body, (from, to) => pack(() => packing.line(body, from, to)))
      yield* full
    }
  }
  yield* last(packing, head)
}

function packingOf({ zone, ttl }: ZoneHead, { id, type, room }: TransferQuestion): Packing {
  return new Packing(id, flags.response | flags.authoritative, zone, type, ttl, room)
}

function* last(packing: Packing, head: ZoneHead): Generator<Buffer> {
  if (!packing.soa(head)) {
    yield packing.take()
    packing.soa(head)
  }
  yield packing.take()
}

/** What is behind the first line of a file of changes and the head of the zone that it is. */
function behindHead(bytes: Buffer): Buffer {
  let at = 0
  for (let line = 0; line <= headLines; line++) {
    const end = bytes.indexOf(10, at)
    if (end < 0) throw new BadZoneError('a file of changes is broken off')
    at = end + 1
  }
  return bytes.subarray(at)
}

function eachOf(part: 'removed' | 'added', bytes: Buffer, tell: (from: number, to: number) => void): void {
  if (part === 'added') {
    if (eachRecord(bytes, tell) !== bytes.length) throw new BadZoneError('a file of changes is broken off')
    return
  }
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(10, from)
    const to = end < 0 ? bytes.length : end
    if (bytes.toString('latin1', from, from + removedMark.length) === removedMark)
      tell(from + removedMark.length, to)
    from = to + 1
  }
}
