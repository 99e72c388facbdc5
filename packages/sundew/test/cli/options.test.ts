import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { moment, wholeNumber } from '../../src/cli/options.ts'
import { nextNanosecond } from '../../src/cli/rows.ts'
import { sundew } from './sundew.ts'

describe('an option', () => {
  test('that is a moment may be an age, a date or a time', () => {
    const day = Date.parse(moment('24h'))
    assert.ok(Math.abs(Date.now() - 86_400_000 - day) < 10_000)
    assert.equal(moment('2026-11-25'), '2026-11-25T00:00:00.000Z')
    assert.equal(moment('2026-11-25T01:00:00+01:00'), '2026-11-25T00:00:00.000Z')
    for (const wrong of ['', 'yesterday', '5', '2026-13-45', '1e3d', '24 h'])
      assert.throws(() => moment(wrong), /age/)
  })

  test('that is a number is whole and within its bounds', () => {
    const parse = wholeNumber(1, 10)
    assert.equal(parse('10'), 10)
    for (const wrong of ['0', '11', '1.5', '-1', '0x1', '', '1e1', ' 1'])
      assert.throws(() => parse(wrong), /1 to 10/)
  })

  test('the nanosecond after a time sorts after it and before anything else', () => {
    assert.equal(nextNanosecond('2026-12-31T23:59:59.999999999Z'), '2027-01-01T00:00:00.000000000Z')
    assert.equal(nextNanosecond('2026-11-25T01:08:48Z'), '2026-11-25T01:08:48.000000001Z')
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e9 }),
        fc.integer({ min: 0, max: 999_999_999 }),
        (seconds, ns) => {
          const time = `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(ns).padStart(9, '0')}Z`
          assert.ok(nextNanosecond(time) > time)
        },
      ),
    )
  })
})

test('up in a folder that cannot be made says so at once', async () => {
  const { code, stderr } = await sundew(['up', '--data', '/proc/nowhere/at/all'])
  assert.match(stderr, /^SUNDEW_FOLDER_IMPOSSIBLE: tried to make the folder \/proc\/nowhere, /)
  assert.equal(code, 2)
})
