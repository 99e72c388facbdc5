import type { Capture } from '../core/capture.ts'
import type { ByteString } from '../event/bytes.ts'
import type { EventKind } from '../event/catalogue.ts'
import type { EventContext, KindFields } from '../event/event.ts'

/**
 * One format that `sundew import` reads: a file here, a line in `index.ts`, a test. What it reads was written by others
 * and perhaps for us: every length and count has a limit beside the code that reads it, and what is malformed is told
 * as {@link Trouble}, never thrown.
 */
export interface Importer {
  /** The word on the command line. */
  readonly name: string
  readonly summary: string
  /** What a path may be, for the help. */
  readonly accepts: string
  /** A file's name, for the help. */
  readonly example: string
  /** What it brings, for sentences: `mails`. */
  readonly things: string
  /** What is the source of what it brings, a sentence for the help. */
  readonly sources: string
  /** Whose lifetime in the settings (`keep.*_days`) holds for what it brings. */
  readonly lifetime: 'mails' | 'events'
  /** Options of its own; the first value is the one where none is given. */
  readonly choices?: Readonly<Record<string, { readonly doc: string; readonly values: readonly string[] }>>
  /** Everything under one path of the command line, in the files' order. Throws only where the path itself can't be read. */
  find(path: string, desk: ImportDesk): AsyncIterable<Found>
}

/** What an importer is lent. */
export interface ImportDesk {
  /** Begins to receive a body. Whoever takes the {@link FoundEvent} ends it; of what is not given away the importer does. */
  capture(): Capture
  /** Values of {@link Importer.choices}. */
  readonly choice: Readonly<Record<string, string>>
}

export type Found = FoundEvent | Trouble

/** Where something was. */
export interface Place {
  /** As bytes, since a file's name may be any. */
  readonly file: ByteString
  /** Bytes from the file's start. */
  readonly offset: number
}

/** Something that happened, by what a file says. */
export interface FoundEvent<K extends EventKind = EventKind> extends Place {
  readonly found: 'event'
  readonly kind: K
  /** When, milliseconds since the Unix epoch. */
  readonly ms: number
  readonly fields: KindFields<K>
  readonly body?: Capture
  /** Who, where and in which session, where the file is a log of the owner's that says so. */
  readonly context?: Partial<EventContext>
  /** The same for the same bytes, wherever they lie: 32 hex digits of a SHA-256. */
  readonly identity: string
}

/** Something that could not be taken. */
export interface Trouble extends Place {
  readonly found: 'trouble'
  /** In words, after a number of them: `not a mail`. */
  readonly reason: string
  /** What it was, or its beginning. */
  readonly sample?: ByteString
  /** It is left out as the documentation says: nothing is wrong. */
  readonly expected?: true
}

export function trouble(reason: string, file: ByteString, offset = 0): Trouble {
  return { found: 'trouble', reason, file, offset }
}

/** Something that this importer does not take, and need not. */
export function leftOut(reason: string, file: ByteString, offset: number): Trouble {
  return { found: 'trouble', reason, file, offset, expected: true }
}
