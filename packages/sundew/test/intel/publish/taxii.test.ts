import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAdded, taxii } from '../../../src/intel/publish/taxii.ts'
import { conforms } from './conformance.ts'
import { type FakeList, fakeBlocklist } from './fake-blocklist.ts'
import { readBack } from './read-back.ts'
import { onlyFile, rendered } from './rendered.ts'
import { type StixObject, valueOf } from './stix-read.ts'

function objects(files: ReadonlyMap<string, string>): (StixObject & { readonly added: string })[] {
  return onlyFile(files)
    .trimEnd()
    .split('\n')
    .map((line) => {
      const read = readAdded(line)
      assert.ok(read, line)
      return { added: read.added, ...(JSON.parse(read.object) as StixObject) }
    })
}

conforms(taxii, {
  redundant: true,
  read(files) {
    const all = objects(files)
    assert.deepEqual(
      all.map(({ added }) => added),
      all.map(({ added }) => added).toSorted(),
    )
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length)
    assert.equal(all.filter(({ type }) => type === 'identity').length, 1)
    return readBack(all.filter(({ type, revoked }) => type === 'indicator' && revoked !== true).map(valueOf))
  },
})

function collection() {
  let files: ReadonlyMap<string, string> | undefined
  return (list: FakeList, day: number) => {
    const made = Date.UTC(2026, 11, day)
    files = rendered(
      taxii,
      fakeBlocklist({ ...list, made }),
      taxii.config.parse({ revoked_days: 10 }),
      files,
    ).files
    return objects(files)
      .slice(1)
      .map((object) => ({ ...object, value: valueOf(object).value, added: object.added.slice(5, 10) }))
  }
}

test('what is new is added at the end, what is gone is told as revoked, for some days', () => {
  const publish = collection()
  const [a] = publish({ hosts: ['a.example'] }, 1)
  const [, b] = publish({ hosts: ['b.example', 'a.example'] }, 2)
  assert.deepEqual([a?.added, b?.value, b?.added], ['12-01', 'b.example', '12-02'])
  const [kept, revoked, ...more] = publish({ hosts: ['b.example'] }, 3)
  assert.deepEqual(more, [])
  assert.deepEqual(kept, b)
  assert.deepEqual([revoked?.id, revoked?.revoked, revoked?.added], [a?.id, true, '12-03'])
  assert.equal(publish({ hosts: ['b.example'] }, 12).length, 2)
  assert.equal(publish({ hosts: ['b.example'] }, 14).length, 1)
})

test('what comes back is another object, and what is said otherwise the same one', () => {
  const publish = collection()
  const [first] = publish({ hosts: ['a.example'] }, 1)
  publish({}, 2)
  const [revoked, again] = publish({ hosts: ['a.example'] }, 3)
  assert.deepEqual([revoked?.id, revoked?.revoked], [first?.id, true])
  assert.notEqual(again?.id, first?.id)
  const [, changed, ...more] = publish({ hosts: [{ value: 'a.example', why: { confidence: 1 } }] }, 4)
  assert.deepEqual(more, [])
  assert.deepEqual(
    [changed?.id, changed?.created, changed?.modified.slice(0, 10)],
    [again?.id, again?.created, '2026-12-04'],
  )
})

test('a clock that went back adds nothing before what was added', () => {
  const publish = collection()
  publish({ hosts: ['a.example'] }, 20)
  const all = publish({ hosts: ['a.example', 'b.example'] }, 10)
  assert.deepEqual(
    all.map(({ added }) => added),
    ['12-20', '12-20'],
  )
})
