import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { Geo } from '../../../src/collectors/flow/geo.ts'
import { country, makeTable, number, readLines4, readLines6 } from '../../../src/collectors/flow/geo-table.ts'
import { columnWords, parseAddress } from '../../../src/match/parse-address.ts'
import { RangeMap, RangeMapBuilder } from '../../../src/match/range-map.ts'
import { FlowColumns } from '../../../src/wire/flow/columns.ts'

const bytes = (text: string) => Buffer.from(text, 'utf8')
const code = (letters: string) => letters.charCodeAt(0) | (letters.charCodeAt(1) << 8)

/** A batch with one row from and to these. */
function flow(source: string, destination: string): FlowColumns {
  const columns = new FlowColumns(4)
  columns.cells('source_ip').set(columnWords(parseAddress(source)!))
  columns.cells('destination_ip').set(columnWords(parseAddress(destination)!))
  columns.wide = true
  columns.rows = 1
  return columns
}

const cells = (columns: FlowColumns) =>
  (['source_as', 'source_country', 'destination_as', 'destination_country'] as const).map(
    (name) => columns.cells(name)[0],
  )

function made(): Geo {
  const countries = new RangeMapBuilder()
  readLines4(bytes('3221225984,3221226239,NL\n3325256704,3325256959,"x"\n'), country, countries)
  readLines6(bytes('2001:db8::,2001:db8::ffff,DE\n'), country, countries)
  const systems = new RangeMapBuilder()
  readLines4(
    bytes('3221225984,3221226111,64500,"A, ""quoted"" name"\n3325256704,3325256959,64501,B'),
    number,
    systems,
  )
  return new Geo(makeTable(countries.build(), systems.build()))
}

describe('country and autonomous system', () => {
  test('are filled in at both ends, as far as they are known', () => {
    const columns = flow('192.0.2.1', '2001:db8::7')
    made().fill(columns, 0, 1)
    assert.deepEqual(cells(columns), [64500, code('NL'), 0, code('DE')])
    const others = flow('192.0.2.200', '198.51.100.9')
    made().fill(others, 0, 1)
    assert.deepEqual(cells(others), [0, code('NL'), 64501, 0])
  })

  test('that the exporter told stay as told', () => {
    const columns = flow('192.0.2.1', '192.0.2.2')
    columns.touch('source_as')
    columns.cells('source_as')[0] = 7
    made().fill(columns, 0, 1)
    assert.deepEqual(cells(columns), [7, code('NL'), 64500, code('NL')])
  })

  test('are in no column where nothing is known, so that a batch of private addresses carries none', () => {
    const columns = flow('10.0.0.1', 'fd00::1')
    made().fill(columns, 0, 1)
    assert.deepEqual(cells(columns), [0, 0, 0, 0])
    assert.equal(columns.touched.includes(1), false)
  })

  test('are the same when an address is asked for again, and for addresses that share its place in the memory', () => {
    const geo = made()
    const fresh = made()
    fc.assert(
      fc.property(fc.array(fc.nat(1023), { minLength: 1, maxLength: 200 }), (lasts) => {
        for (const last of lasts) {
          const text = `192.0.${last >> 8}.${last & 255}`
          const columns = flow(text, text)
          geo.fill(columns, 0, 1)
          const known = last >> 8 === 2
          const expected = known ? [(last & 255) < 128 ? 64500 : 0, code('NL')] : [0, 0]
          assert.deepEqual(cells(columns), [...expected, ...expected], text)
        }
      }),
    )
    const columns = flow('192.0.2.1', '192.0.2.1')
    fresh.fill(columns, 0, 1)
    assert.deepEqual(cells(columns), [64500, code('NL'), 64500, code('NL')])
  })

  test('never come of a line that is none: any bytes are read to their end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (raw, text) => {
        for (const input of [raw, bytes(text), bytes(`1,2,${text}\n3,4,AU`)]) {
          readLines4(input, country, new RangeMapBuilder())
          readLines6(input, number, new RangeMapBuilder())
        }
      }),
    )
  })
})

describe('the tables that come with Sundew', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sundew-geo-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  test('know a resolver that everyone knows, and are kept ready-made', async () => {
    const cache = join(folder, 'geo.bin')
    const first = await Geo.load(cache)
    const kept = await readFile(cache)
    for (const geo of [first, await Geo.load(cache)]) {
      const columns = flow('8.8.8.8', '2001:4860:4860::8888')
      geo.fill(columns, 0, 1)
      assert.deepEqual(cells(columns), [15169, code('US'), 15169, code('US')])
    }
    assert.deepEqual(await readFile(cache), kept)
  })

  test('are made again where what was kept is damaged or cut', async () => {
    const cache = join(folder, 'damaged.bin')
    await writeFile(cache, bytes('SNDWGEO\0 nothing'))
    const columns = flow('8.8.8.8', '8.8.4.4')
    ;(await Geo.load(cache)).fill(columns, 0, 1)
    assert.equal(cells(columns)[0], 15169)
    assert.ok((await readFile(cache)).length > 1_000_000)
  })
})

describe('two range maps as one', () => {
  test('answer as the two do', () => {
    const address = fc.nat(40)
    const ranges = fc.uniqueArray(address, { maxLength: 20 }).map((all) => {
      const sorted = all.toSorted((a, b) => a - b)
      const builder = new RangeMapBuilder()
      for (let at = 0; at + 1 < sorted.length; at += 2) {
        builder.add([0, 0, 0xffff, sorted[at]!], [0, 0, 0xffff, sorted[at + 1]!], at)
        builder.add([1, 0, 0, sorted[at]!], [1, 0, 0, sorted[at + 1]!], at)
      }
      return builder.build()
    })
    fc.assert(
      fc.property(ranges, ranges, (a, b) => {
        const both = a.combined(b, (x, y) => (x < 0 && y < 0 ? -1 : (x + 1) * 100 + y + 1))
        for (const map of [both, RangeMap.from(both.toBytes())]) {
          for (let last = 0; last <= 41; last++) {
            const expected = (x: number, y: number) => (x < 0 && y < 0 ? -1 : (x + 1) * 100 + y + 1)
            assert.equal(map.find4(last), expected(a.find4(last), b.find4(last)))
            assert.equal(map.find6(1, 0, 0, last), expected(a.find6(1, 0, 0, last), b.find6(1, 0, 0, last)))
          }
        }
      }),
    )
  })
})
