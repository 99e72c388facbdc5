import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { mutate, randomFrom } from '../../../../../fuzz/mutate.ts'
import { encodeIpfix, encodeV9, type FieldSpec, type FieldValue } from '../../../src/wire/netflow/encode.ts'
import { iana } from '../../../src/wire/netflow/elements/iana.ts'
import { nowMs, Rig } from './rig.ts'

const seconds = nowMs / 1000

/** Columns whose field can be any number of a length, with the lengths that hold it whole. */
const plain = [
  ['source_port', 7, [1, 2]],
  ['destination_port', 11, [1, 2]],
  ['protocol', 4, [1]],
  ['tos', 5, [1]],
  ['tcp_flags', 6, [1, 2]],
  ['raw_bytes', 1, [1, 2, 3, 4, 5, 6, 7]],
  ['raw_packets', 2, [1, 2, 3, 4, 5, 6, 7]],
  ['input_interface', 10, [1, 2, 3, 4]],
  ['output_interface', 14, [1, 2, 3, 4]],
  ['source_as', 16, [2, 3, 4]],
  ['destination_as', 17, [2, 3, 4]],
  ['source_mask', 9, [1]],
  ['vlan', 58, [1, 2]],
  ['nat_source_port', 227, [1, 2]],
  ['vrf', 234, [1, 2, 4]],
  ['end_reason', 136, [1]],
  ['source_mac', 56, [6]],
] as const

const layout = fc
  .shuffledSubarray([...plain], { minLength: 1 })
  .chain((chosen) =>
    fc.tuple(fc.constant(chosen), fc.tuple(...chosen.map(([, , lengths]) => fc.constantFrom(...lengths)))),
  )

test('what is encoded is decoded', () => {
  fc.assert(
    fc.property(
      layout,
      fc.constantFrom(9, 10),
      fc.array(fc.array(fc.bigInt({ min: 0n, max: 2n ** 48n - 1n }), { minLength: 17, maxLength: 17 }), {
        minLength: 1,
        maxLength: 80,
      }),
      ([chosen, lengths], version, values) => {
        const fields: FieldSpec[] = chosen.map(([, id], index) => ({ id, length: lengths[index]! }))
        const records = values.map((row) =>
          fields.map(({ length }, at) => BigInt.asUintN(length * 8, row[at]!)),
        )
        const rig = new Rig()
        const sets = [{ templates: [{ id: 256, fields }] }, { id: 256, fields, records }]
        const header = { seconds, sequence: 0, domain: 3 }
        rig.decode(version === 9 ? encodeV9({ ...header, uptimeMs: 5 }, sets) : encodeIpfix(header, sets))
        const rows = rig.rows()
        // Where a record is shorter than what fills a set up to four bytes, that looks like another.
        assert.ok(rows.length >= records.length && rows.length <= records.length + 3)
        for (const [place, record] of records.entries())
          for (const [at, [column]] of chosen.entries())
            assert.equal(rows[place]![column], Number(record[at]), column)
      },
    ),
    { numRuns: 200 },
  )
})

test('made code does what reading field by field does', () => {
  const ids = [...iana.map(([id]) => id), 40_001, 40_005, 33_002, 56_701]
  const pens = [0, 0, 0, 0, 29_305, 6871, 10_704, 9, 4242]
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          // The ids that columns come from are all below 260: half of them from there.
          id: fc.oneof(fc.integer({ min: 1, max: 260 }), fc.constantFrom(...ids)),
          length: fc.oneof(fc.constantFrom(1, 2, 4, 8), fc.integer({ min: 1, max: 17 })),
          pen: fc.constantFrom(...pens),
        }),
        { minLength: 1, maxLength: 24 },
      ),
      fc.constantFrom(9, 10),
      fc.uint8Array({ minLength: 500, maxLength: 4000 }),
      fc.integer({ min: 0, max: 4_000_000_000 }),
      fc.boolean(),
      (some, version, noise, when, override) => {
        const fields = some.map((field) =>
          version === 9 || field.pen === 0
            ? { id: field.id, length: field.length }
            : { ...field, id: field.id & 0x7fff },
        )
        const bytes = fields.reduce((sum, { length }) => sum + length, 0)
        const records = Array.from({ length: Math.floor(noise.length / bytes) }, (_, index) => {
          let at = index * bytes
          return fields.map(({ length }): FieldValue => noise.subarray(at, (at += length)))
        })
        const sets = [{ templates: [{ id: 256, fields }] }, { id: 256, fields, records }]
        const header = { seconds: when, sequence: 0, domain: 3 }
        const packet =
          version === 9 ? encodeV9({ ...header, uptimeMs: 123_456_789 }, sets) : encodeIpfix(header, sets)
        const sampling = () => ({ rate: 9, override })
        const made = new Rig({ sampling, limits: { compileAfter: 0 } })
        const read = new Rig({ sampling, limits: { compileAfter: Infinity } })
        const nearby = Math.max(0, when * 1000 - 500)
        assert.deepEqual(made.decode(packet, undefined, nearby), read.decode(packet, undefined, nearby))
        assert.deepEqual(made.rows(), read.rows())
        assert.deepEqual(made.refused(), read.refused())
      },
    ),
    { numRuns: 400 },
  )
})

test('made code does so for usual times, too', () => {
  const at = fc.integer({ min: -100_000, max: 100_000 })
  fc.assert(
    fc.property(
      fc.constantFrom([22, 21, 4], [152, 153, 8]),
      fc.array(fc.tuple(at, at), { minLength: 1, maxLength: 60 }),
      fc.constantFrom(5_000_000, 50_000, 0xffff_fff0),
      // Times around which the low word of a millisecond wraps, and where the clock was never set.
      fc.constantFrom(1_700_000_000, 1_696_512_000, 4_294_967, 4_294_968, 100),
      ([start, end, length], times, uptimeMs, when) => {
        const fields = [
          { id: start!, length: length! },
          { id: end!, length: length! },
        ]
        const base = start === 22 ? uptimeMs : when * 1000
        const records = times.map(([first, last]) => [
          BigInt.asUintN(length! * 8, BigInt(base + first)),
          BigInt.asUintN(length! * 8, BigInt(base + last)),
        ])
        const sets = [{ templates: [{ id: 256, fields }] }, { id: 256, fields, records }]
        const packet = encodeV9({ seconds: when, sequence: 0, domain: 0, uptimeMs }, sets)
        const made = new Rig({ limits: { compileAfter: 0 } })
        const read = new Rig({ limits: { compileAfter: Infinity } })
        assert.deepEqual(
          made.decode(packet, undefined, when * 1000),
          read.decode(packet, undefined, when * 1000),
        )
        assert.deepEqual(made.rows(), read.rows())
      },
    ),
    { numRuns: 300 },
  )
})

describe('whatever is made of samples', () => {
  const folder = join(import.meta.dirname, '../../../../../testdata/flow')
  const samples = ['logstash-codec-netflow', 'bitkeks-python-netflow', 'goflow2'].flatMap((from) =>
    readdirSync(join(folder, from))
      .filter((name) => name.endsWith('.dat'))
      .map((name) => readFileSync(join(folder, from, name))),
  )

  test('cut anywhere, no sample throws, and no row is outside its batch', () => {
    for (const sample of samples) {
      const rig = new Rig({}, 64)
      for (let length = 0; length < sample.length; length += 1 + (sample.length >> 6))
        rig.decode(sample.subarray(0, length))
      assert.ok(rig.columns.rows <= 64)
    }
  })

  test('changed anyhow, none throws, and what is held stays within limits', () => {
    const random = randomFrom(7)
    const rig = new Rig(
      { limits: { exporters: 50, templates: 64, heldBytes: 20_000, allFields: 5000, compileAfter: 8 } },
      256,
    )
    for (let round = 0; round < 5000; round++) {
      rig.decode(mutate(samples, random), undefined, nowMs + round)
      rig.columns.clear()
      rig.handed.length = 0
      rig.options.length = 0
    }
    const templates = [...rig.decoder.exporters()].reduce((sum, health) => sum + health.templates, 0)
    assert.ok(templates <= 64)
  })
})
