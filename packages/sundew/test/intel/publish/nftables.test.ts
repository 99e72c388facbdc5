import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nftables } from '../../../src/intel/publish/nftables.ts'
import { conforms } from './conformance.ts'
import { fakeBlocklist } from './fake-blocklist.ts'
import { inNetworkOfItsOwn } from './own-network.ts'
import { onlyFile, rendered } from './rendered.ts'

conforms(nftables, {
  configs: [{}, { rules: 'drop' }, { rules: 'reject', table: 'mine', set: 'bad' }, { rules: 'count' }],
  read(files, { table, set }) {
    const addresses: string[] = []
    let inside = false
    for (const line of onlyFile(files).split('\n')) {
      if (line.startsWith('add element ')) {
        assert.match(line, new RegExp(`^add element inet ${table} ${set}[46] \\{$`))
        inside = true
      } else if (line === '}') inside = false
      else if (inside) {
        const address = /^\t([0-9a-f.:/-]+),$/.exec(line)?.[1]
        assert.ok(address !== undefined, line)
        addresses.push(address)
      } else if (line !== '' && !line.startsWith('#'))
        assert.match(line, new RegExp(`^(add|flush) (table|set|chain|rule) inet ${table}( |$)`))
    }
    return { addresses }
  },
})

test('a set for nftables is emptied and filled in one script, of merged ranges', () => {
  const list = fakeBlocklist({
    addresses: ['203.0.113.0/25', '203.0.113.128-203.0.113.255', '203.0.113.7', '2001:db8::/32'],
  })
  const { files } = rendered(nftables, list, nftables.config.parse({ rules: 'reject' }))
  const text = onlyFile(files)
  assert.match(
    text,
    /flush set inet sundew blocked4\n[^]*add element inet sundew blocked4 \{\n\t203\.0\.113\.0\/24,\n\}/,
  )
  assert.match(text, /add element inet sundew blocked6 \{\n\t2001:db8::\/32,\n\}/)
  assert.match(text, /add rule inet sundew output ip daddr @blocked4 counter reject\n/)
  assert.match(text, /add rule inet sundew input ip6 saddr @blocked6 counter drop\n/)
  assert.equal(nftables.entry?.('\t203.0.113.0/24,', ''), '203.0.113.0/24')
})

test('what nft has in force is the second list after the second', async (t) => {
  const config = nftables.config.parse({})
  const text = (addresses: string[]) =>
    onlyFile(rendered(nftables, fakeBlocklist({ addresses }), config).files)
  const told = await inNetworkOfItsOwn(
    { a: text(['203.0.113.0/24', '2001:db8::1']), b: text(['203.0.113.9', '198.51.100.0/30']) },
    'nft -f a && nft -f b && nft list ruleset',
  )
  if (told === undefined) return t.skip('nft cannot run here')
  assert.match(told, /198\.51\.100\.0\/30/)
  assert.match(told, /203\.0\.113\.9/)
  assert.doesNotMatch(told, /203\.0\.113\.0\/24|2001:db8/)
})
