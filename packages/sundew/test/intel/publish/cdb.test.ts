import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cdb } from '../../../src/intel/publish/cdb.ts'
import { conforms } from './conformance.ts'
import { fakeBlocklist } from './fake-blocklist.ts'
import { entryLines, onlyFile, rendered } from './rendered.ts'

conforms(cdb, {
  configs: [{}, { kind: 'name' }, { kind: 'hash' }, { kind: 'url' }, { kind: 'email' }],
  redundant: true,
  read(files, { kind }) {
    const keys = entryLines(onlyFile(files), /^$/).map((line) => {
      const parts = /^(?:"([^"]+)"|([^":]+)):sundew$/.exec(line)
      assert.ok(parts, line)
      return parts[1] ?? parts[2]!
    })
    assert.equal(new Set(keys).size, keys.length)
    if (kind === 'name') return { names: keys }
    if (kind === 'address') return { addresses: keys.map(network) }
    return { texts: keys.map((key) => `${kind} ${key}`) }
  },
  leaves: (kind, value) =>
    (kind === 'address6' && value.includes('/')) || (kind === 'text' && value.includes('"')),
})

/** `192.168.` is 192.168.0.0/16. */
function network(key: string): string {
  if (!key.endsWith('.')) return key
  const octets = key.slice(0, -1).split('.')
  return `${[...octets, 0, 0, 0].slice(0, 4).join('.')}/${octets.length * 8}`
}

test('a network is as many keys as it has networks of whole octets', () => {
  const keys = (addresses: string[]) =>
    entryLines(onlyFile(rendered(cdb, fakeBlocklist({ addresses }), cdb.config.parse({})).files))
  assert.deepEqual(keys(['203.0.112.0/22']), [
    '203.0.112.:sundew',
    '203.0.113.:sundew',
    '203.0.114.:sundew',
    '203.0.115.:sundew',
  ])
  assert.deepEqual(keys(['10.0.0.0/8']), ['10.:sundew'])
  assert.equal(keys(['0.0.0.0/0']).length, 256)
  assert.deepEqual(keys(['2001:db8::1']), ['"2001:db8::1":sundew'])
})

test('a CDB list has no more keys than it may', () => {
  const list = fakeBlocklist({ addresses: ['203.0.112.0/20'] })
  const { files, leftOut } = rendered(cdb, list, cdb.config.parse({ most: 10 }))
  assert.equal(entryLines(onlyFile(files)).length, 10)
  assert.deepEqual(leftOut, { 'more than `most`': 6 })
})
