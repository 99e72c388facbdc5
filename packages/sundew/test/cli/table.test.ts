import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import stringWidth from 'string-width'
import { delimited } from '../../src/cli/output.ts'
import { table } from '../../src/cli/table.ts'
import { bytesText, cut, durationText, widthOf } from '../../src/cli/text.ts'

interface Row {
  readonly name: string
  readonly count: number
}

const columns = [
  { title: 'name', value: (row: Row) => row.name, max: 12 },
  { title: 'count', value: (row: Row) => row.count },
]

function lines(rows: readonly Row[], terminal = 80): string[] {
  return stripVTControlCharacters(table(columns, rows, terminal))
    .split('\n')
    .slice(0, -1)
}

describe('a table', () => {
  test('lines up wide and combining characters', () => {
    const shown = lines([
      { name: '漢字', count: 5 },
      { name: 'e\u0301te\u0301', count: 12345 },
      { name: '👩‍🚀'.replace('\u200d', ''), count: 1 },
    ])
    assert.deepEqual(new Set(shown.slice(1).map((line) => stringWidth(line))).size, 1, shown.join('\n'))
  })

  test('puts numbers to the right, cuts what is long, and keeps what a peer wrote on its line', () => {
    assert.deepEqual(lines([{ name: 'a\nb\x1b[2J and much more of it', count: 7 }]), [
      'name          count',
      'a\\x0ab\\x1b[…      7',
    ])
  })

  test('has its names alone where there are no rows', () => {
    assert.deepEqual(lines([]), ['name  count'])
  })

  test('never is wider than the terminal where the first columns leave room', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ name: fc.string({ unit: 'grapheme' }), count: fc.nat() })), (rows) => {
        for (const line of lines(rows, 40)) assert.ok(stringWidth(line) <= 40, line)
      }),
    )
  })
})

describe('text', () => {
  test('is cut at a whole character and no wider than asked', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (text, width) => {
          const short = cut(text, width)
          assert.ok(widthOf(short) <= width, JSON.stringify([text, short]))
          assert.ok(short === text || text.startsWith(short.slice(0, -1)))
        },
      ),
    )
  })

  test('of a hundred megabytes is cut without being read whole', () => {
    assert.equal(cut('a'.repeat(100_000_000), 5), 'aaaa…')
    assert.ok(cut('\u0301'.repeat(1_000_000), 5).length <= 5 * 16 + 1)
  })

  test('names sizes and durations as people do', () => {
    assert.deepEqual([0, 999, 1536, 99_960, 999_950, 20e9].map(bytesText), [
      '0 B',
      '999 B',
      '1.5 kB',
      '100 kB',
      '1.0 MB',
      '20.0 GB',
    ])
    assert.deepEqual([0, 59, 3600, 93_784].map(durationText), ['0 s', '59 s', '1 h', '1 d 2 h'])
  })
})

describe('CSV and TSV', () => {
  test('quote what would part cells or lines', () => {
    const rows = [['a,b', 'say "x"\n\tand \\', 3]]
    assert.equal(delimited(['x', 'y', 'z'], rows, false), 'x,y,z\n"a,b","say ""x""\n\tand \\",3\n')
    assert.equal(delimited(['x', 'y', 'z'], rows, true), 'x\ty\tz\na,b\tsay "x"\\n\\tand \\\\\t3\n')
  })
})
