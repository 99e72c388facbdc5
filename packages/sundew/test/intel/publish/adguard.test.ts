import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adguard } from '../../../src/intel/publish/adguard.ts'
import { conforms } from './conformance.ts'
import { fakeBlocklist } from './fake-blocklist.ts'
import { renderedBy } from './in-folder.ts'
import { entryLines, onlyFile } from './rendered.ts'

conforms(adguard, {
  read(files) {
    const lines = entryLines(onlyFile(files), /^!/)
    const all = (pattern: RegExp) => lines.flatMap((line) => pattern.exec(line)?.[1] ?? [])
    return {
      names: all(/^\|\|?(.*)\^$/),
      covering: all(/^\|\|(.*)\^$/),
      holes: all(/^@@\|\|?(.*)\^$/),
    }
  },
})

test('a filter for AdGuard Home lets pass what is allowed', () => {
  const list = fakeBlocklist({
    domains: ['bad.example'],
    hosts: ['one.example', 'a.bad.example'],
    allowedHosts: ['www.bad.example'],
    allowedDomains: ['good.bad.example'],
  })
  assert.deepEqual(entryLines(onlyFile(renderedBy(adguard, list).files), /^!/), [
    '||bad.example^',
    '|one.example^',
    '@@||good.bad.example^',
    '@@|www.bad.example^',
  ])
})
