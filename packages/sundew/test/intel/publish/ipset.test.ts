import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ipset } from '../../../src/intel/publish/ipset.ts'
import { conforms } from './conformance.ts'
import { fakeBlocklist } from './fake-blocklist.ts'
import { inNetworkOfItsOwn } from './own-network.ts'
import { onlyFile, rendered } from './rendered.ts'

conforms(ipset, {
  configs: [{}, { set: 'bad' }],
  read(files, { set }) {
    const known = new RegExp(`^(create|flush|swap|destroy) ${set}-v[46]`)
    const addresses: string[] = []
    for (const line of onlyFile(files).split('\n')) {
      const address = new RegExp(`^add ${set}-v[46]\\.next ([0-9a-f.:/]+)$`).exec(line)?.[1]
      if (address !== undefined) addresses.push(address)
      else assert.ok(line === '' || known.test(line), line)
    }
    return { addresses }
  },
})

test('a set for ipset is filled aside and swapped, and all addresses are two halves', () => {
  const { files } = rendered(ipset, fakeBlocklist({ addresses: ['0.0.0.0/0'] }), ipset.config.parse({}))
  assert.equal(
    onlyFile(files).split('create sundew-v6 ')[0],
    `create sundew-v4 hash:net family inet maxelem 16777216 -exist
create sundew-v4.next hash:net family inet maxelem 16777216 -exist
flush sundew-v4.next
add sundew-v4.next 0.0.0.0/1
add sundew-v4.next 128.0.0.0/1
swap sundew-v4 sundew-v4.next
destroy sundew-v4.next
`,
  )
})

test('a set for ipset takes no more than it may have', () => {
  const config = { ...ipset.config.parse({}), maxelem: 2 }
  const list = fakeBlocklist({ addresses: ['203.0.113.1', '203.0.113.3', '203.0.113.5'] })
  const { files, leftOut } = rendered(ipset, list, config)
  assert.equal(
    onlyFile(files)
      .split('\n')
      .filter((line) => line.startsWith('add ')).length,
    2,
  )
  assert.deepEqual(leftOut, { 'more than maxelem': 1 })
})

test('what ipset has in force is the second list after the second', async (t) => {
  const config = ipset.config.parse({})
  const text = (addresses: string[]) => onlyFile(rendered(ipset, fakeBlocklist({ addresses }), config).files)
  const told = await inNetworkOfItsOwn(
    { a: text(['203.0.113.0/24', '2001:db8::1']), b: text(['203.0.113.9', '198.51.100.0/30']) },
    'ipset -file a restore && ipset -file b restore && ipset list',
  )
  if (told === undefined) return t.skip('ipset cannot run here')
  assert.match(told, /198\.51\.100\.0\/30/)
  assert.match(told, /203\.0\.113\.9/)
  assert.doesNotMatch(told, /203\.0\.113\.0\/24|2001:db8/)
})
