import { readable, byteStringOf, type ByteString } from '../../event/bytes.ts'
import { catalogue } from '../../event/catalogue.ts'
import type { SundewEvent } from '../../event/event.ts'
import type { FieldSpec } from '../../event/fields.ts'

/** How much of one value is told. */
export interface Measure {
  /** Characters of one text; what is longer ends in `…`. */
  readonly longest: number
  /** Entries of one list; then it is told how many more there are. */
  readonly mostEntries: number
}

/** For lines that a person reads. */
export const short: Measure = { longest: 256, mostEntries: 16 }
export const whole: Measure = { longest: Infinity, mostEntries: Infinity }

/** A value of an event, for people: nothing in it can end a line, move a cursor or hide. */
export type Plain = string | number | boolean | readonly string[]

/**
 * The kind's own fields, absent ones left out, as they may stand in one line. Also what is ours is made readable: titles
 * of lists are others' words.
 */
export function plainFields(event: SundewEvent, measure = short): [name: string, value: Plain][] {
  // The journal may hold kinds of another version.
  const specs: Readonly<Record<string, FieldSpec>> = Object.hasOwn(catalogue, event.kind)
    ? catalogue[event.kind].fields
    : {}
  return Object.entries(event.fields)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [
      name,
      plain(value, { bytes: specs[name]?.type.startsWith('bytes') ?? false, ...measure }),
    ])
}

interface Reading extends Measure {
  /** Whether the text is one of bytes, as a peer sent them. */
  readonly bytes: boolean
}

function plain(value: unknown, reading: Reading): Plain {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (!Array.isArray(value)) return shown(String(value), reading)
  const list = value.slice(0, reading.mostEntries).map((entry) => shown(String(entry), reading))
  const more = value.length - list.length
  return more > 0 ? [...list, `… ${more} more`] : list
}

/** Text as one line: `\xNN` for what does not print, and no longer than may be. */
export function oneLine(text: string, bytes = false): string {
  return shown(text, { bytes, ...short })
}

function shown(text: string, { bytes, longest }: Reading): string {
  // What will be cut off need not be made readable first: that makes nothing shorter.
  const some = text.length > longest + 4 ? text.slice(0, longest + 4) : text
  // Half a character would make all of it look like no text.
  const sound = some === text || !bytes ? some : some.replace(/[\xc0-\xff][\x80-\xbf]{0,3}$/, '')
  const line = readable(bytes ? (sound as ByteString) : byteStringOf(sound))
  return line.length > longest ? `${line.slice(0, longest).toWellFormed()}…` : line
}
