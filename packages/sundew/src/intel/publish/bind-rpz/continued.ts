import { type Changes, changesOf } from './changes.ts'
import { headLines, nextSerial, readHead, zoneHead, type ZoneHead } from './head.ts'
import { LineReader } from './line-reader.ts'

/** How a zone differs from the one before. */
export type Continued =
  | { readonly how: 'unchanged'; readonly serial: number }
  /** There was none before, or too much is different to be told. */
  | { readonly how: 'whole'; readonly serial: number }
  | { readonly how: 'changed'; readonly from: number; readonly serial: number; readonly changes: Changes }

/**
 * A zone's text, continuing the one that lies there: the serial rises if anything is different, and else the text is the former one. The
 * serial stands at the beginning, and whether it rises is known at the end; so what is equal so far is not kept but counted, and
 * read again from the former text.
 *
 * @param former reads the former text anew
 */
export function* continued(
  body: Iterable<string>,
  former: () => Iterable<Uint8Array> | undefined,
  { zone, ttl, madeMs }: { readonly zone: string; readonly ttl: number; readonly madeMs: number },
): Generator<string, Continued> {
  const last = formerHead(former())
  const serial = nextSerial(last?.serial, madeMs)
  const head = zoneHead({ zone, ttl, serial })
  if (!last || last.zone !== zone || last.ttl !== ttl) {
    yield head
    yield* body
    return { how: 'whole', serial }
  }

  const pieces = body[Symbol.iterator]()
  /** Rendered and not yet handed on: from this byte of the body. */
  const held: { readonly text: string; readonly bytes: number }[] = []
  let heldFrom = 0
  function* texts(): Generator<Uint8Array> {
    for (let piece = pieces.next(); piece.done !== true; piece = pieces.next()) {
      const bytes = Buffer.from(piece.value)
      held.push({ text: piece.value, bytes: bytes.length })
      yield bytes
    }
  }

  const steps = changesOf(bytesFrom(former(), headLines), texts())
  let same = true
  let step = steps.next()
  for (; step.done !== true; step = steps.next()) {
    if (step.value >= 0)
      while (held.length > 0 && heldFrom + held[0]!.bytes <= step.value) heldFrom += held.shift()!.bytes
    else {
      if (same) {
        yield head
        yield* asText(former(), headLines, heldFrom)
      }
      same = false
      for (const { text } of held.splice(0)) yield text
    }
  }
  if (same) {
    yield* asText(former(), 0, Infinity)
    return { how: 'unchanged', serial: last.serial }
  }
  for (const { text } of held) yield text
  for (let piece = pieces.next(); piece.done !== true; piece = pieces.next()) yield piece.value
  const changes = step.value
  return changes ? { how: 'changed', from: last.serial, serial, changes } : { how: 'whole', serial }
}

function formerHead(former: Iterable<Uint8Array> | undefined): ZoneHead | undefined {
  if (!former) return undefined
  const reader = new LineReader(former)
  const lines: string[] = []
  for (let ahead = 0; lines.length < headLines;) {
    const line = reader.line(ahead)
    if (!line) return undefined
    lines.push(line.text)
    ahead = line.next
  }
  return readHead(lines)
}

/** The bytes behind so many lines. */
function* bytesFrom(former: Iterable<Uint8Array> | undefined, lines: number): Generator<Uint8Array> {
  let left = lines
  for (const bytes of former ?? []) {
    let from = 0
    while (left > 0) {
      const end = bytes.indexOf(10, from)
      if (end < 0) {
        from = bytes.length
        break
      }
      from = end + 1
      left--
    }
    if (from < bytes.length) yield bytes.subarray(from)
  }
}

/** So many bytes behind so many lines, as text. */
function* asText(former: Iterable<Uint8Array> | undefined, lines: number, most: number): Generator<string> {
  const decoder = new TextDecoder()
  let left = most
  for (const bytes of bytesFrom(former, lines)) {
    if (left === 0) break
    const taken = bytes.subarray(0, left)
    left -= taken.length
    yield decoder.decode(taken, { stream: true })
  }
}
