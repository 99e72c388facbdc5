import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pihole } from '../../../src/intel/publish/pihole.ts'
import { conforms } from './conformance.ts'
import { fakeBlocklist } from './fake-blocklist.ts'
import { renderedBy } from './in-folder.ts'
import { entryLines, onlyFile } from './rendered.ts'

conforms(pihole, {
  redundant: true,
  read(files) {
    const lines = entryLines(onlyFile(files))
    const covering = lines.flatMap((line) => /^\|\|(.*)\^$/.exec(line)?.[1] ?? [])
    return { covering }
  },
})

test('a list for Pi-hole covers what is below a domain, but where some of it is allowed', () => {
  const list = fakeBlocklist({
    domains: ['bad.example', 'part.example', 'x.part.example'],
    hosts: ['one.example', 'a.bad.example'],
    allowedHosts: ['www.part.example'],
  })
  const { files, leftOut } = renderedBy(pihole, list)
  assert.deepEqual(entryLines(onlyFile(files)), [
    '||bad.example^',
    'one.example',
    'part.example',
    '||x.part.example^',
  ])
  assert.deepEqual(leftOut, { 'what is below a name of which some is allowed': 1 })
})
