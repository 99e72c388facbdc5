import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hosts } from '../../../src/intel/publish/hosts.ts'
import { conforms } from './conformance.ts'
import { fakeBlocklist } from './fake-blocklist.ts'
import { renderedBy } from './in-folder.ts'
import { entryLines, onlyFile } from './rendered.ts'

conforms(hosts, {
  configs: [{}, { addresses: ['::'] }],
  redundant: true,
  read: (files) => ({ names: entryLines(onlyFile(files)).map((line) => line.split(' ')[1]!) }),
})

test('a hosts file says each name by itself, and that there is more below a domain', () => {
  const list = fakeBlocklist({
    domains: ['bad.example'],
    hosts: ['x.bad.example'],
    allowedHosts: ['www.bad.example'],
  })
  const { files, leftOut } = renderedBy(hosts, list, { addresses: ['0.0.0.0', '::'] })
  assert.deepEqual(entryLines(onlyFile(files)), [
    '0.0.0.0 bad.example',
    ':: bad.example',
    '0.0.0.0 x.bad.example',
    ':: x.bad.example',
  ])
  assert.deepEqual(leftOut, { 'what is below a domain': 1 })
})
