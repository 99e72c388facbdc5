import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashes } from '../../../src/intel/publish/hashes.ts'
import { conforms } from './conformance.ts'
import { fakeBlocklist } from './fake-blocklist.ts'
import { entryLines, rendered } from './rendered.ts'

const lengths = new Map([
  ['md5.txt', 32],
  ['sha1.txt', 40],
  ['sha256.txt', 64],
  ['sha384.txt', 96],
  ['sha512.txt', 128],
])

conforms(hashes, {
  read: (files) => ({
    texts: [...files].flatMap(([name, text]) =>
      entryLines(text, /^$/).map((line) => {
        assert.equal(line.length, lengths.get(name))
        return `hash ${line}`
      }),
    ),
  }),
})

test('a hash that no list of hashes has a place for is left out', () => {
  const value = '3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C'
  const { files, leftOut } = rendered(hashes, fakeBlocklist({ texts: [{ type: 'hash', value }] }), {})
  assert.deepEqual([...files.values()].join(''), '')
  assert.deepEqual(leftOut, { 'a hash of another kind': 1 })
})
