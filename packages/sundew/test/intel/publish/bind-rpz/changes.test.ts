import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Changes, changesOf } from '../../../../src/intel/publish/bind-rpz/changes.ts'
import { inPieces } from '../in-folder.ts'

function changes(
  old: string,
  now: string,
  limits?: { window: number; changes: number },
): Changes | undefined {
  const steps = changesOf(inPieces(Buffer.from(old)), inPieces(Buffer.from(now)), limits)
  let step = steps.next()
  let equal = 0
  while (step.done !== true) {
    if (step.value >= 0) {
      assert.ok(step.value >= equal)
      equal = step.value
      assert.equal(old.slice(0, equal), now.slice(0, equal))
    }
    step = steps.next()
  }
  return step.value
}

const text = (records: readonly string[]) => records.map((record) => `${record}\n`).join('')
/** Few different records, sorted, so that two lists have many in common. */
const records = fc
  .uniqueArray(fc.nat(60), { maxLength: 60 })
  .map((numbers) =>
    numbers.toSorted((a, b) => a - b).map((number) => `${String(number).padStart(3, '0')} CNAME .`),
  )

describe('changes of a zone', () => {
  test('made of one text give the other', () => {
    fc.assert(
      fc.property(records, records, (old, now) => {
        const found = changes(text(old), text(now))
        assert.ok(found)
        const removed = new Set(found.removed)
        assert.equal(removed.size, found.removed.length)
        const left = old.filter((record) => !removed.has(record))
        assert.equal(left.length, old.length - removed.size)
        assert.deepEqual([...left, ...found.added].toSorted(), now)
      }),
    )
  })

  test('are the fewest where both are sorted', () => {
    fc.assert(
      fc.property(records, records, (old, now) => {
        const found = changes(text(old), text(now))
        assert.deepEqual(found, {
          removed: old.filter((record) => !now.includes(record)),
          added: now.filter((record) => !old.includes(record)),
        })
      }),
    )
  })

  test('are none where only comments differ', () => {
    const old = '; one\na CNAME .\n; two\nb CNAME .\n'
    const now = 'a CNAME .\n; other\nb CNAME .\n; last\n'
    assert.deepEqual(changes(old, now), { removed: [], added: [] })
  })

  test('of a long text are found at its beginning, in the middle and at its end', () => {
    const many = Array.from({ length: 30_000 }, (_, i) => `${String(i).padStart(6, '0')}.example CNAME .`)
    const now = ['0.example CNAME .', ...many.filter((_, i) => i !== 15_000), 'z.example CNAME .']
    assert.deepEqual(changes(text(many), text(now)), {
      removed: [many[15_000]],
      added: ['0.example CNAME .', 'z.example CNAME .'],
    })
  })

  test('past the limits are not told', () => {
    const old = text(Array.from({ length: 50 }, (_, i) => `a${i}`))
    const now = text(Array.from({ length: 50 }, (_, i) => `b${i}`))
    assert.equal(changes(old, now, { window: 10, changes: 1000 }), undefined)
    assert.equal(changes(old, now, { window: 1000, changes: 10 }), undefined)
    assert.equal(changes(old, now, { window: 1000, changes: 100 })?.added.length, 50)
  })

  test('bear texts without an end of line, and empty ones', () => {
    assert.deepEqual(changes('', ''), { removed: [], added: [] })
    assert.deepEqual(changes('', 'a'), { removed: [], added: ['a'] })
    assert.deepEqual(changes('a\nb', 'a\nb'), { removed: [], added: [] })
    assert.deepEqual(changes('a\nb', 'a\nb\n'), { removed: [], added: [] })
    assert.deepEqual(changes('a', 'ab'), { removed: ['a'], added: ['ab'] })
  })
})
