import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { misp } from '../../../src/intel/publish/misp.ts'
import { conforms } from './conformance.ts'
import { type FakeList, fakeBlocklist } from './fake-blocklist.ts'
import { readBack } from './read-back.ts'
import { rendered } from './rendered.ts'

interface MispEvent {
  readonly Event: {
    readonly uuid: string
    readonly info: string
    readonly timestamp: string
    readonly Orgc: { readonly name: string }
    readonly Attribute: readonly {
      readonly uuid: string
      readonly type: string
      readonly value: string
      readonly to_ids: boolean
      readonly timestamp: string
    }[]
  }
}

function eventsOf(files: ReadonlyMap<string, string>): MispEvent['Event'][] {
  return [...files]
    .filter(([name]) => /^[0-9a-f-]{36}\.json$/.test(name))
    .map(([, text]) => {
      assert.match(text, /^[\x20-\x7e\n]*$/)
      return (JSON.parse(text) as MispEvent).Event
    })
}

conforms(misp, {
  configs: [{}, { organisation: 'Evil "Corp" é' }],
  redundant: true,
  read(files, { organisation }) {
    const manifest = JSON.parse(files.get('manifest.json') ?? '') as Record<string, { timestamp: string }>
    const events = eventsOf(files)
    assert.deepEqual(Object.keys(manifest).toSorted(), events.map(({ uuid }) => uuid).toSorted())
    const attributes = events.flatMap((event) => {
      assert.equal(event.Orgc.name, organisation)
      assert.equal(manifest[event.uuid]?.timestamp, event.timestamp)
      return event.Attribute.map((attribute) => ({ ...attribute, event: event.uuid }))
    })
    const hashes = attributes.map(
      ({ value, event }) => `${createHash('md5').update(value).digest('hex')},${event}`,
    )
    same(
      files
        .get('hashes.csv')!
        .split('\n')
        .filter((line) => line !== ''),
      hashes,
    )
    assert.equal(new Set(attributes.map(({ uuid }) => uuid)).size, attributes.length)
    assert.ok(attributes.every(({ to_ids }) => to_ids))
    return readBack(
      attributes.map(({ type, value }) => ({ type: types[type as keyof typeof types] ?? type, value })),
    )
  },
})

function same(found: readonly string[], wanted: readonly string[]): void {
  assert.deepEqual(found.toSorted(), wanted.toSorted())
}

const types = {
  'ip-dst': 'address',
  'email-src': 'email',
  filename: 'file_name',
  AS: 'as',
  'ja3-fingerprint-md5': 'ja3',
  md5: 'hash',
  sha1: 'hash',
  sha256: 'hash',
  sha384: 'hash',
  sha512: 'hash',
} as const

test('an event is a source, and its time is when it last changed, as is that of each attribute', () => {
  let files: ReadonlyMap<string, string> | undefined
  const publish = (list: FakeList, seconds: number) => {
    const given = fakeBlocklist({ ...list, made: seconds * 1_000 })
    files = rendered(misp, given, misp.config.parse({}), files).files
    return eventsOf(files).map(({ info, timestamp, Attribute }) => [
      info,
      timestamp,
      ...Attribute.map((attribute) => `${attribute.value} ${attribute.timestamp}`),
    ])
  }
  const otx = (value: string, title = 'x') => ({ value, why: { sources: ['otx'], title } })
  const own = { value: 'own.example', why: { sources: ['own'] } }
  assert.deepEqual(publish({ hosts: [otx('a.example'), own] }, 100), [
    ['Sundew: otx', '100', 'a.example 100'],
    ['Sundew: own', '100', 'own.example 100'],
  ])
  assert.deepEqual(publish({ hosts: [otx('a.example'), otx('b.example'), own] }, 200), [
    ['Sundew: otx', '200', 'a.example 100', 'b.example 200'],
    ['Sundew: own', '100', 'own.example 100'],
  ])
  assert.deepEqual(publish({ hosts: [otx('a.example', 'y'), own] }, 300), [
    ['Sundew: otx', '300', 'a.example 300'],
    ['Sundew: own', '100', 'own.example 100'],
  ])
})

test('a large source is divided, and a new value changes one part', () => {
  const hosts = Array.from({ length: 12_000 }, (_, at) => `n${at}.example`)
  const config = misp.config.parse({})
  const { files } = rendered(misp, fakeBlocklist({ hosts }), config)
  const events = eventsOf(files)
  assert.equal(events.length, 4)
  assert.equal(events.flatMap(({ Attribute }) => Attribute).length, 12_000)
  const more = fakeBlocklist({ hosts: [...hosts, 'new.example'], made: Date.UTC(2027, 0, 1) })
  const after = rendered(misp, more, config, files).files
  const changed = [...after.keys()].filter(
    (name) => /^[0-9a-f-]{36}/.test(name) && after.get(name) !== files.get(name),
  )
  assert.equal(changed.length, 1)
})

test('a MISP feed has no more than it may', () => {
  const list = fakeBlocklist({ hosts: ['a.example', 'b.example', 'c.example'] })
  const { leftOut } = rendered(misp, list, misp.config.parse({ most: 1 }))
  assert.deepEqual(leftOut, { 'more than `most`': 2 })
})
