import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { spanOf, timeOption } from '../../../src/cli/plot/fireplot-span.ts'

const now = Date.UTC(2026, 10, 25, 12)
const iso = (span: ReturnType<typeof spanOf>) =>
  span && [new Date(span.from).toISOString(), new Date(span.to).toISOString()]

describe('the time of a picture', () => {
  it('is a day of the clock that all is told by', () => {
    assert.deepEqual(iso(spanOf({ day: 'yesterday', utc: true }, now)), [
      '2026-11-24T00:00:00.000Z',
      '2026-11-25T00:00:00.000Z',
    ])
    const { from } = spanOf({ day: '2026-11-20' }, now)!
    assert.equal(new Date(from).getHours(), 0)
    assert.throws(() => spanOf({ day: '2026-02-30' }, now), /--day/)
  })

  it('is what is named, to the minute, in that clock where no zone is named', () => {
    assert.deepEqual(iso(spanOf({ from: '2026-11-20', to: '2026-11-20T08:30', utc: true }, now)), [
      '2026-11-20T00:00:00.000Z',
      '2026-11-20T08:30:00.000Z',
    ])
    assert.deepEqual(iso(spanOf({ from: '2026-11-20T01:00+02:00', to: '2026-11-20T00:00:00Z' }, now)), [
      '2026-11-19T23:00:00.000Z',
      '2026-11-20T00:00:00.000Z',
    ])
    assert.equal(new Date(spanOf({ from: '2026-11-20' }, now)!.from).getHours(), 0)
    assert.equal(spanOf({ from: '2026-11-20' }, now)!.to, now)
    assert.equal(spanOf({}, now), undefined)
    assert.throws(() => spanOf({ from: '2026-11-26' }, now), /before/)
  })

  it('is refused where it is none', () => {
    assert.equal(timeOption('2026-11-20'), '2026-11-20')
    for (const text of ['20', 'yesterday', '2026-02-30', '2026-11-20T25:00', '2026-11-20; x'])
      assert.throws(() => timeOption(text))
  })
})
