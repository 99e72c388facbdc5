import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lineParsers } from '../packages/sundew/src/collectors/tail/index.ts'
import { LineFeed } from '../packages/sundew/src/collectors/tail/line-feed.ts'
import { LogMatcher } from '../packages/sundew/src/collectors/watch/log-matcher.ts'
import { NameSetBuilder } from '../packages/sundew/src/match/name-set-builder.ts'
import { NameSet } from '../packages/sundew/src/match/name-set.ts'
import type { Target } from './target.ts'

const samples = join(import.meta.dirname, '..', 'testdata', 'watch')

/** Logs are read by every parser, not only by that of their format, and every line is counted once. */
export const logs: Target = {
  name: 'logs',
  seeds: readdirSync(samples)
    .filter((name) => name.endsWith('.log'))
    .map((name) => readFileSync(join(samples, name))),
  start() {
    const builder = new NameSetBuilder()
    const label = builder.label(builder.source('fuzz'), '', '', 'block', 100)
    builder.add('domain', 'bad.example', label)
    const matcher = new LogMatcher({ networks: ['10.0.0.0/8'], windowMs: 1_000, emit: () => {} })
    matcher.use(undefined, NameSet.from(builder.toBytes()))
    let nowMs = 0
    return Promise.resolve({
      bear(input: Uint8Array) {
        const bytes = Buffer.from(input)
        for (const parser of lineParsers) {
          const reader = parser.begin()
          // By itself, so that a throw is seen; the feed would count it.
          for (let from = 0; from < bytes.length;) {
            const found = bytes.indexOf(0x0a, from)
            const to = found < 0 ? bytes.length : found
            matcher.sight.clear()
            reader.parse(bytes, from, to, matcher.sight)
            from = to + 1
          }
          const source = { log: 'fuzz', service: parser.service }
          const feed = new LineFeed([parser], {
            sight: matcher.sight,
            line: (parsed) => matcher.line(parsed, source, nowMs),
          })
          const left = feed.take(bytes, 0, bytes.length, true)
          if (left !== bytes.length) throw new Error(`${bytes.length - left} bytes were left`)
        }
        matcher.tick((nowMs += 10_000))
        return Promise.resolve()
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    })
  },
}
