import { rmSync, statSync, openSync, readSync, closeSync } from 'node:fs'
import type { Validator } from '../../intel/book/source-state.ts'
import {
  type Attacker,
  type FeedAnswer,
  FeedError,
  type FeedHost,
  type FeedRequest,
  type Intake,
} from '../../intel/feeds/feed.ts'
import type { Fetched, FetchRequest } from '../fetch/feed-fetch.ts'

const pieceBytes = 256 * 1024
/** Of a body that is asked for as one text. */
const textBytes = 64 * 1024 * 1024
/** Addresses of a source that are remembered for asking "has it changed?". */
const mostValidators = 200

export interface HostParts {
  readonly intake: Intake
  readonly cursor: unknown
  readonly signal: AbortSignal
  readonly now: () => number
  readonly fetch: (request: FetchRequest, signal: AbortSignal) => Promise<Fetched>
  readonly attackers: (since: number) => Promise<readonly Attacker[]>
  readonly validators: Readonly<Record<string, Validator>>
}

/** What a feed is lent for one pull: bodies are files that lie on the disk until it ends. */
export class PullHost implements FeedHost {
  readonly intake: Intake
  readonly cursor: unknown
  readonly signal: AbortSignal
  readonly now: () => number
  readonly attackers: FeedHost['attackers']
  readonly #fetch: HostParts['fetch']
  readonly #files: string[] = []
  readonly #validators: Map<string, Validator>

  constructor({ intake, cursor, signal, now, fetch, attackers, validators }: HostParts) {
    this.intake = intake
    this.cursor = cursor
    this.signal = signal
    this.now = now
    this.attackers = attackers
    this.#fetch = fetch
    this.#validators = new Map(Object.entries(validators))
  }

  /** What to ask with the next time, the last answers included: written down with a commit. */
  get validators(): Readonly<Record<string, Validator>> {
    return Object.fromEntries([...this.#validators].slice(-mostValidators))
  }

  async fetch(request: FeedRequest): Promise<FeedAnswer> {
    const conditional = request.conditional !== false
    const known = conditional ? this.#validators.get(request.url) : undefined
    const fetched = await this.#fetch(
      {
        ...request,
        ...(known?.etag !== undefined && { ifNoneMatch: known.etag }),
        ...(known?.modified !== undefined && { ifModifiedSince: known.modified }),
      },
      this.signal,
    )
    if (fetched.status === 'unchanged') return fetched
    this.#files.push(fetched.path)
    if (conditional) this.#remember(request.url, fetched.headers)
    return answerOf(fetched)
  }

  /** Removes the bodies. */
  close(): void {
    for (const path of this.#files.splice(0)) rmSync(path, { force: true })
  }

  #remember(url: string, { etag, 'last-modified': modified }: Readonly<Record<string, string>>): void {
    this.#validators.delete(url)
    if (etag === undefined && modified === undefined) return
    this.#validators.set(url, {
      ...(etag !== undefined && { etag }),
      ...(modified !== undefined && { modified }),
    })
  }
}

function answerOf({ path, headers, bytes, sha256 }: Extract<Fetched, { status: 'whole' }>): FeedAnswer {
  return {
    status: 'whole',
    headers,
    bytes,
    sha256,
    pieces: () => piecesOf(path),
    text: () => {
      const { size } = statSync(path)
      if (size > textBytes) throw new FeedError('size', `it has ${size} bytes, more than ${textBytes}`)
      return new TextDecoder().decode(
        Buffer.concat(Array.from(piecesOf(path), (piece) => Buffer.from(piece))),
      )
    },
  }
}

function* piecesOf(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(pieceBytes)
    for (;;) {
      const bytes = readSync(file, buffer, 0, pieceBytes, null)
      if (bytes === 0) return
      yield buffer.subarray(0, bytes)
    }
  } finally {
    closeSync(file)
  }
}
