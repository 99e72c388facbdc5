import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonLines } from '../../../src/intel/publish/json-lines.ts'
import { conforms } from './conformance.ts'
import { fakeBlocklist } from './fake-blocklist.ts'
import { readBack } from './read-back.ts'
import { entryLines, onlyFile, rendered } from './rendered.ts'

conforms(jsonLines, {
  redundant: true,
  read(files) {
    const text = onlyFile(files)
    assert.match(text, /^[\x20-\x7e\n]*$/)
    return readBack(entryLines(text, /^$/).map((line) => JSON.parse(line) as { type: string; value: string }))
  },
})

test('a line has type, value, confidence, sources, title and link', () => {
  const list = fakeBlocklist({
    addresses: [
      {
        value: '203.0.113.5-203.0.113.9',
        why: { title: 'A\n‮pulse "é"', sources: ['otx'], link: 'https://x/' },
      },
    ],
  })
  const line = onlyFile(rendered(jsonLines, list, {}).files)
  assert.equal(
    line,
    `{"type":"address","value":"203.0.113.5-203.0.113.9","confidence":80,"sources":["otx"],"title":"A pulse \\"\\u00e9\\"","link":"https://x/"}\n`,
  )
  assert.equal(jsonLines.entry?.(line, ''), '203.0.113.5-203.0.113.9')
})
