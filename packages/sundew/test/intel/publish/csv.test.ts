import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csv } from '../../../src/intel/publish/csv.ts'
import { conforms } from './conformance.ts'
import { fakeBlocklist } from './fake-blocklist.ts'
import { readBack } from './read-back.ts'
import { onlyFile, rendered } from './rendered.ts'

conforms(csv, {
  redundant: true,
  read(files) {
    const [head, ...rows] = cells(onlyFile(files))
    assert.deepEqual(head, ['type', 'value', 'confidence', 'sources', 'title', 'link'])
    for (const row of rows) {
      assert.equal(row.length, 6)
      for (const [at, cell] of row.entries()) {
        assert.doesNotMatch(cell, /^\s*[=+\-@]|[\r\n]/)
        if (at !== 1) assert.doesNotMatch(cell, /[\p{C}\p{Zl}\p{Zp}]/u)
      }
    }
    return readBack(
      rows.map(([type = '', value = '']) => ({ type, value: value.replace(/^'(?=\s*[=+\-@＝＋－＠])/, '') })),
    )
  },
})

/** RFC 4180, strictly. */
function cells(text: string): string[][] {
  assert.match(text, /\r\n$/)
  return text
    .slice(0, -2)
    .split('\r\n')
    .map((line) =>
      (line.match(/"(?:[^"]|"")*"(?:,|$)|[^",]*(?:,|$)/g) ?? [])
        .filter((piece) => piece !== '')
        .map((piece) => piece.replace(/,$/, '').replace(/^"|"$/g, '').replaceAll('""', '"')),
    )
}

test('a cell that a spreadsheet would compute is text', () => {
  const list = fakeBlocklist({
    hosts: [
      {
        value: 'bad.example',
        why: { title: '=HYPERLINK("http://x","y")', sources: ['otx', 'own'], link: '@x' },
      },
    ],
  })
  assert.equal(
    onlyFile(rendered(csv, list, {}).files).split('\r\n')[1],
    `"hostname","bad.example","80","otx own","'=HYPERLINK(""http://x"",""y"")","'@x"`,
  )
})
