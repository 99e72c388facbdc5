import type { Clock } from './clock.ts'
import type { Points } from './points.ts'
import type { PortScale } from './scale.ts'
import type { SchemeName } from './schemes.ts'

/** What a page that stands alone holds of a picture, beside the events. */
export interface EmbeddedHead {
  readonly events: number
  readonly origin: number
  readonly stepMs: number
  /** The time that is shown first, ms since 1970; the end is not included. */
  readonly from: number
  readonly to: number
  /** That times are told by. */
  readonly clock: Clock
  readonly width: number
  readonly height: number
  readonly scale: PortScale
  readonly scheme: SchemeName
  /** Names of countries, where the scheme's colours are of those. */
  readonly countries: readonly string[]
  /** Places that are not drawn. */
  readonly hidden: readonly number[]
  readonly leftOut: string
  /** Events were counted by so many columns of time and the picture's rows: they stand for many, and have no sources. */
  readonly columns?: number
}

/** Bytes of one event: time, place, source, number, colour. */
const eventBytes = 4 + 4 + 4 + 4 + 1

/**
 * The events as bytes: columns one after the other, little-endian as all machines are that this runs on; times as steps from the one
 * before, which packs better.
 *
 * @param sources of each event, an index
 */
export function packEvents(
  { length, time, place, colour, count }: Points,
  sources: Uint32Array | undefined,
): Uint8Array {
  const bytes = new Uint8Array(length * eventBytes)
  const steps = new Uint32Array(bytes.buffer, 0, length)
  let before = 0
  for (let at = 0; at < length; at++) {
    // Around the end of 32 bits where a time is before the last one.
    steps[at] = time[at]! - before
    before = time[at]!
  }
  bytes.set(asBytes(place.subarray(0, length)), length * 4)
  if (sources) bytes.set(asBytes(sources.subarray(0, length)), length * 8)
  const counts = new Uint32Array(bytes.buffer, length * 12, length)
  if (count) counts.set(count.subarray(0, length))
  else counts.fill(1)
  bytes.set(colour.subarray(0, length), length * 16)
  return bytes
}

/** The events of {@link packEvents} again. */
export function unpackEvents(
  { events, origin, stepMs }: Pick<EmbeddedHead, 'events' | 'origin' | 'stepMs'>,
  bytes: Uint8Array<ArrayBuffer>,
): { readonly points: Points; readonly sources: Uint32Array } {
  const { buffer } = bytes
  const time = new Uint32Array(buffer, 0, events)
  for (let at = 1; at < events; at++) time[at]! += time[at - 1]!
  return {
    points: {
      length: events,
      origin,
      stepMs,
      time,
      place: new Uint32Array(buffer, events * 4, events),
      count: new Uint32Array(buffer, events * 12, events),
      colour: new Uint8Array(buffer, events * 16, events),
    },
    sources: new Uint32Array(buffer, events * 8, events),
  }
}

function asBytes({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
