import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Feed,
  type FeedAnswer,
  FeedError,
  type Intake,
} from '../packages/sundew/src/intel/feeds/feed.ts'
import { feeds as all } from '../packages/sundew/src/intel/feeds/index.ts'
import { parseIndicator } from '../packages/sundew/src/intel/indicator/parse.ts'
import type { Target } from './target.ts'

const samples = join(import.meta.dirname, '..', 'testdata', 'intel')
/** Pages that one input is given out as: an answer may lead to the next for ever. */
const mostAnswers = 12
/** An input is a few kilobytes: whoever takes longer over it does not read it in one go. */
const mostMs = 2_000

/** What a section needs beside its defaults. */
const needed: Readonly<Record<string, object>> = {
  plain: { url: 'https://feed.example/list' },
  csv: { url: 'https://feed.example/list' },
  hosts: { url: 'https://feed.example/list' },
  maltrail: { files: ['malware/x.txt'] },
  misp: { url: 'https://feed.example/misp/' },
  taxii: { url: 'https://feed.example/api/collections/1/' },
  stix: { url: 'https://feed.example/bundle.json' },
}

/** Whatever a publisher's server sends, each feed takes indicators from it or says what is wrong, and no more. */
export const feeds: Target = {
  name: 'feeds',
  seeds: readdirSync(samples, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'SOURCES.md')
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)).subarray(0, 16_384)),
  start: () =>
    Promise.resolve({
      async bear(input: Uint8Array) {
        for (const feed of all) {
          const began = performance.now()
          await pull(feed, input)
          const took = performance.now() - began
          if (took > mostMs) throw new Error(`${feed.type} took ${Math.round(took)} ms`)
        }
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
}

async function pull(feed: Feed<never>, input: Uint8Array): Promise<void> {
  const section: unknown = { ...needed[feed.type], ...('key' in shapeOf(feed) && { key: 'key' }) }
  let answers = 0
  try {
    await feed.pull(feed.config.parse(section), {
      intake: sceptic(feed.type),
      cursor: undefined,
      signal: new AbortController().signal,
      now: () => Date.UTC(2026, 10, 25),
      fetch: () =>
        ++answers > mostAnswers
          ? Promise.reject(new FeedError('server', 'no more is sent'))
          : Promise.resolve(answerOf(input)),
      attackers: () => Promise.resolve([]),
    })
  } catch (error) {
    if (!(error instanceof FeedError)) throw new Error(`${feed.type} threw`, { cause: error })
  }
}

function shapeOf({ config }: Feed<never>): object {
  return (config as unknown as { readonly shape: object }).shape
}

/** Takes nothing on trust: what is understood is one line of visible text. */
function sceptic(type: string): Intake {
  return {
    full: false,
    snapshot: () => {},
    report: () => {},
    withdraw: () => {},
    reports: () => new Map(),
    take: (text, _, hint) => {
      const indicator = parseIndicator(text, hint)
      if (indicator.type === 'refused') return false
      if (/[\p{Cc}\u2028\u2029]/u.test(indicator.value))
        throw new Error(`${type} told ${JSON.stringify(indicator)}`)
      return true
    },
    bad: () => {},
    leaveOut: () => {},
    made: () => {},
    commit: (cursor) => {
      JSON.stringify(cursor)
    },
  }
}

function answerOf(input: Uint8Array): FeedAnswer {
  return {
    status: 'whole',
    headers: {},
    bytes: input.length,
    sha256: createHash('sha256').update(input).digest('hex'),
    *pieces() {
      for (let at = 0; at < input.length; at += 1000) yield input.subarray(at, at + 1000)
    },
    text: () => new TextDecoder().decode(input),
  }
}
