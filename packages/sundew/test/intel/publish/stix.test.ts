import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stix } from '../../../src/intel/publish/stix.ts'
import { conforms } from './conformance.ts'
import { type FakeList, fakeBlocklist } from './fake-blocklist.ts'
import { readBack } from './read-back.ts'
import { onlyFile, rendered } from './rendered.ts'
import { type StixObject, valueOf } from './stix-read.ts'

conforms(stix, {
  redundant: true,
  read(files) {
    const text = onlyFile(files)
    assert.match(text, /^[\x20-\x7e\n]*$/)
    const { objects } = JSON.parse(text) as { objects: StixObject[] }
    assert.equal(new Set(objects.map(({ id }) => id)).size, objects.length)
    const [identity, ...indicators] = objects
    assert.equal(identity?.type, 'identity')
    for (const { created_by_ref, created, modified } of indicators) {
      assert.equal(created_by_ref, identity.id)
      assert.ok(created <= modified)
    }
    return readBack(indicators.map(valueOf))
  },
})

test('an indicator keeps its id and when it was made; it is modified when something else is said of it', () => {
  let files: ReadonlyMap<string, string> | undefined
  const publish = (list: FakeList, day: number) => {
    files = rendered(stix, fakeBlocklist({ ...list, made: Date.UTC(2026, 11, day) }), {}, files).files
    const { objects } = JSON.parse(onlyFile(files)) as { objects: StixObject[] }
    return objects.slice(1)
  }
  const [first] = publish({ hosts: ['bad.example'] }, 1)
  assert.equal(first?.created, '2026-12-01T00:00:00.000Z')
  const [, again] = publish({ hosts: ['a.example', 'bad.example'] }, 2)
  assert.deepEqual(again, first)
  const [changed] = publish({ hosts: [{ value: 'bad.example', why: { title: 'Another' } }] }, 3)
  assert.deepEqual(
    [changed?.id, changed?.created, changed?.modified],
    [first.id, '2026-12-01T00:00:00.000Z', '2026-12-03T00:00:00.000Z'],
  )
})
