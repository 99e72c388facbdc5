import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { catalogue, commonFields, eventKinds, type EventKind } from '../../src/event/catalogue.ts'
import type { FieldSpec, FieldType } from '../../src/event/fields.ts'
import { eventJsonSchema } from '../../src/event/json-schema.ts'

const root = join(import.meta.dirname, '..', '..', '..', '..')

const everyField: (readonly [string, FieldSpec])[] = [
  ...named('common', commonFields),
  ...eventKinds.flatMap((kind) => named(kind, catalogue[kind].fields)),
]

function named(where: string, fields: Record<string, FieldSpec>): (readonly [string, FieldSpec])[] {
  return Object.entries(fields).map(([name, spec]) => [`${where}: ${name}`, spec] as const)
}

const values: Readonly<Record<FieldType, fc.Arbitrary<unknown>>> = {
  text: fc.string({ unit: 'grapheme' }),
  bytes: fc.string({ unit: 'binary' }),
  integer: fc.maxSafeInteger(),
  number: fc.double({ noDefaultInfinity: true, noNaN: true }),
  boolean: fc.boolean(),
  texts: fc.array(fc.string()),
  bytesList: fc.array(fc.string({ unit: 'binary' })),
}

/** Any event of the kind: optional fields are there or not. */
function eventOf(kind: EventKind): fc.Arbitrary<Record<string, unknown>> {
  return fc.record({
    ...Object.fromEntries(arbitraries(commonFields)),
    kind: fc.constant(kind),
    fields: fieldsOf(kind),
  })
}

function fieldsOf(kind: EventKind): fc.Arbitrary<Record<string, unknown>> {
  const fields: Record<string, FieldSpec> = catalogue[kind].fields
  const requiredKeys = Object.keys(fields).filter((name) => !fields[name]?.optional)
  return fc.record(Object.fromEntries(arbitraries(fields)), { requiredKeys })
}

function arbitraries(fields: Record<string, FieldSpec>): [string, fc.Arbitrary<unknown>][] {
  return Object.entries(fields).map(([name, spec]) => [name, values[spec.type]])
}

describe('the catalogue of events', () => {
  test('names every kind noun.verb and every field in snake_case', () => {
    for (const kind of eventKinds) assert.match(kind, /^[a-z]+\.[a-z_]+$/)
    for (const [where] of everyField) assert.match(where, /: [a-z][a-z0-9]*(_[a-z0-9]+)*$/)
  })

  test('explains every kind and field in a sentence', () => {
    for (const kind of eventKinds) assert.match(catalogue[kind].doc, /^\S.*\S\.$/s, kind)
    for (const [where, { doc }] of everyField) assert.match(doc, /^\S.*\S\s?[.…)]$/s, where)
  })

  test('spells the fields of the Elastic Common Schema as it has them', async () => {
    const known = new Set((await readFile(join(root, 'testdata', 'ecs', 'fields.txt'), 'utf8')).split('\n'))
    assert.ok(known.has('source.ip') && known.size > 1000)
    for (const [where, { ecs }] of everyField) {
      if (ecs !== undefined) assert.ok(known.has(ecs), `${where}: the schema has no field ${ecs}`)
    }
  })

  test('gives one name one type, one meaning and one column, whatever the kind', () => {
    const seen = new Map<string, readonly [string, FieldSpec]>()
    for (const entry of everyField) {
      const [where, spec] = entry
      const name = where.split(': ')[1]!
      const before = seen.get(name)
      seen.set(name, before ?? entry)
      if (before && (spec.column || before[1].column)) {
        assert.deepEqual(
          [before[1].type, before[1].ecs],
          [spec.type, spec.ecs],
          `${where} differs from ${before[0]}`,
        )
      }
    }
  })

  test('lets no kind have a field that every event has', () => {
    for (const kind of eventKinds) {
      for (const name of Object.keys(catalogue[kind].fields))
        assert.ok(!(name in commonFields), `${kind}: ${name}`)
    }
  })
})

describe('the JSON Schema of events', () => {
  const schema = z.fromJSONSchema(eventJsonSchema() as z.core.JSONSchema.JSONSchema)

  test('has one branch for each kind, with the kind’s own fields', () => {
    const branches = (
      eventJsonSchema() as { oneOf: { title: string; properties: { fields: { properties: object } } }[] }
    ).oneOf
    assert.deepEqual(
      branches.map((branch) => [branch.title, Object.keys(branch.properties.fields.properties)]),
      eventKinds.map((kind) => [kind, Object.keys(catalogue[kind].fields)]),
    )
  })

  test('takes every event that the catalogue allows', () => {
    for (const kind of eventKinds) {
      fc.assert(
        fc.property(eventOf(kind), (event) => schema.safeParse(event).success),
        { numRuns: 20 },
      )
    }
  })

  test('refuses an event of another kind, one that lacks a field, and one whose field has another type', () => {
    for (const kind of eventKinds) {
      const [event] = fc.sample(eventOf(kind), { numRuns: 1, seed: 1 })
      const fields = event!['fields'] as Record<string, unknown>
      assert.equal(schema.safeParse({ ...event, kind: 'nothing.known' }).success, false)
      assert.equal(schema.safeParse({ ...event, source_ip: undefined }).success, false)
      const wanted = Object.entries(catalogue[kind].fields as Record<string, FieldSpec>).find(
        ([, spec]) => !spec.optional,
      )
      if (!wanted) continue
      const [name] = wanted
      const rest = Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name))
      assert.equal(schema.safeParse({ ...event, fields: rest }).success, false, `${kind} without ${name}`)
      assert.equal(
        schema.safeParse({ ...event, fields: { ...fields, [name]: {} } }).success,
        false,
        `${kind}: ${name}`,
      )
    }
  })
})

describe('docs/events.md', () => {
  test('tells of every kind and every field', async () => {
    const page = await readFile(join(root, 'docs', 'events.md'), 'utf8')
    const sections = new Map(page.split('\n## ').map((section) => [section.split('\n')[0], section]))
    for (const kind of eventKinds) {
      const section = sections.get(kind) ?? ''
      assert.ok(section.includes(catalogue[kind].doc), `${kind} is not explained: run "npm run docs"`)
      for (const name of Object.keys(catalogue[kind].fields))
        assert.ok(section.includes(`\`${name}\``), `${kind}: ${name}`)
    }
  })
})
