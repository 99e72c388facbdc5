import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { z } from 'zod'
import { feeds } from '../../../src/intel/feeds/index.ts'

const docs = join(import.meta.dirname, '..', '..', '..', '..', '..', 'docs')
const page = readFileSync(join(docs, 'feeds.md'), 'utf8')

/** Minutes as the page has them. */
function told(minutes: number): string {
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`
}

describe('the page about feeds', () => {
  for (const { type, config, habits } of feeds)
    test(`has ${type} as it is`, () => {
      const row = page.split('\n').find((line) => line.startsWith(`| [\`${type}\`](`))
      assert.ok(row)
      const cells = row.split('|').map((cell) => cell.trim())
      const { everyMinutes, leastMinutes, weight } = habits
      assert.deepEqual(cells.slice(3, 6), [told(everyMinutes), told(leastMinutes), `${weight}`])
      const keys = Object.keys((config as unknown as z.ZodObject).shape)
      const elsewhere = /\]\(([a-z-]+\.md)\)/.exec(row)?.[1]
      const described = elsewhere === undefined ? page : page + readFileSync(join(docs, elsewhere), 'utf8')
      for (const key of keys) assert.ok(described.includes(`\`${key}\``), `${type} has ${key}`)
      assert.equal(cells[6] === 'no', !keys.includes('key') || ['feodo', 'sslbl'].includes(type))
    })
})
