import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import type { Severity } from '../../../src/core/severity.ts'
import type { SundewEvent } from '../../../src/event/event.ts'
import { inWords, Minute } from '../../../src/hub/outputs/minute.ts'
import { matchOf } from '../../outputs/events.ts'

let folder: string
let now = 0
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sundew-minute-'))
  now = 1e12
})
afterEach(() => rm(folder, { recursive: true }))

const open = (limit: number) => Minute.open(join(folder, 'minute.json'), limit, () => now)
const some = (severity: Severity, count: number): SundewEvent[] =>
  Array.from({ length: count }, () => matchOf({ severity }))

describe('so many in a minute', () => {
  test('a flood of small things hides no great one', async () => {
    const minute = await open(3)
    assert.equal((await minute.take(some('low', 1000))).length, 3)
    assert.equal((await minute.take(some('high', 3))).length, 3)
    now += 60_000
    assert.equal(inWords(minute.due()!), '997 more left out: 997 low')
    assert.equal(minute.due(), undefined)
    assert.equal((await minute.take(some('low', 2))).length, 2)
  })

  test('what was left out is known after a restart, and how many passed is not', async () => {
    await (await open(1)).take([...some('low', 3), ...some('medium', 2)])
    const again = await open(1)
    assert.equal((await again.take(some('medium', 1))).length, 1)
    assert.equal(again.due(), undefined)
    now += 60_000
    assert.equal(inWords(again.due()!), '3 more left out: 2 low, 1 medium')
    await again.save()
    assert.equal((await open(1)).dueInMs, undefined)
  })

  test('a clock set back ends the minute, and an unreadable file is a new one', async () => {
    await (await open(0)).take(some('low', 1))
    now -= 3600_000
    assert.equal(inWords((await open(0)).due()!), '1 more left out: 1 low')
    await writeFile(join(folder, 'minute.json'), '{"since":')
    assert.equal((await open(1)).dueInMs, undefined)
  })

  test('whatever comes when, what passed and what is told of the rest is all of it', async () => {
    const step = fc.record({ wait: fc.nat(90_000), count: fc.nat(5) })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        await rm(join(folder, 'minute.json'), { force: true })
        const minute = await open(2)
        let came = 0
        let known = 0
        const tell = () => {
          known += minute.due()?.counts.low ?? 0
        }
        for (const { wait, count } of steps) {
          now += wait
          tell()
          came += count
          known += (await minute.take(some('low', count))).length
        }
        now += 60_000
        tell()
        assert.equal(known, came)
      }),
    )
  })
})
