import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JournalWriter } from '../../../src/core/journal/writer.ts'
import { logFor } from '../../../src/core/log.ts'
import { byteStringOf } from '../../../src/event/bytes.ts'
import type { KindFields, SundewEvent } from '../../../src/event/event.ts'
import { Caught } from '../../../src/hub/intel/caught.ts'
import { AddressSetBuilder } from '../../../src/match/address-set-builder.ts'
import { NameSetBuilder } from '../../../src/match/name-set-builder.ts'
import { NameSet } from '../../../src/match/name-set.ts'
import { parseRange } from '../../../src/match/parse-address.ts'

const hash = 'ab'.repeat(32)

function sets() {
  const addresses = new AddressSetBuilder()
  const { first, last } = parseRange('203.0.113.0/24')!
  addresses.add(
    first,
    last,
    addresses.label(addresses.source('drop'), 'a bad network', 'https://example.org/1'),
  )
  const names = new NameSetBuilder()
  const label = names.label(names.source('otx'), 'Mirai', 'https://otx.example.org/pulse/1', 'block', 80)
  names.add('domain', 'evil.example.net', label)
  names.add('hash', hash, label)
  names.add('url', 'http://evil.example.net/x.sh', label)
  return { addresses: addresses.build(), names: NameSet.from(names.toBytes()) }
}

function event(
  kind: SundewEvent['kind'],
  fields: object,
  source = '198.51.100.9',
  context: object = {},
): SundewEvent {
  return {
    id: '019ab000-0000-7000-8000-000000000001',
    time: '2026-11-25T10:00:00Z',
    kind,
    sensor: 'test',
    session: 's1',
    service: 'ssh',
    transport: 'tcp',
    source_ip: source,
    source_port: 4000,
    destination_ip: '192.0.2.1',
    destination_port: 2222,
    ...context,
    fields,
  } as unknown as SundewEvent
}

function told(...batches: (readonly SundewEvent[])[]) {
  const matches: SundewEvent<'intel.match'>[] = []
  const journal = {
    append: (one: SundewEvent) => {
      matches.push(one as SundewEvent<'intel.match'>)
      return Promise.resolve()
    },
  } as unknown as JournalWriter
  const listed = sets()
  const caught = new Caught({ sets: () => listed, journal, log: logFor('test') })
  for (const batch of batches) caught.take(batch)
  return matches
}

const brief = ({ fields }: { fields: KindFields<'intel.match'> }) => [
  fields.matched,
  fields.observed,
  fields.indicator,
  fields.severity,
]

describe('what decoys catch is held against the lists', () => {
  it('an intruder who is listed is told with the session', () => {
    const [match, ...more] = told([event('connection.open', { decoy_port: 22 }, '203.0.113.7')])
    assert.equal(more.length, 0)
    assert.deepEqual(brief(match!), ['address', '203.0.113.7', '203.0.113.0/24', 'low'])
    assert.equal(match!.session, 's1')
    assert.deepEqual(match!.fields.links, ['https://example.org/1'])
  })

  it('a file they brought, what they wanted to fetch, and where they wanted to go', () => {
    const matches = told([
      event('file.captured', { file_sha256: hash }),
      event('file.download_requested', { url: byteStringOf('http://EVIL.example.net/x.sh') }),
      event('tunnel.open', {}, '198.51.100.9', { target_host: byteStringOf('c2.Evil.example.net.') }),
      event('tunnel.open', {}, '198.51.100.9', { target_host: byteStringOf('203.0.113.80') }),
    ])
    assert.deepEqual(matches.map(brief), [
      ['hash', hash, hash, 'medium'],
      ['url', 'http://EVIL.example.net/x.sh', 'http://evil.example.net/x.sh', 'medium'],
      ['name', 'c2.Evil.example.net.', 'evil.example.net', 'medium'],
      ['address', '203.0.113.80', '203.0.113.0/24', 'medium'],
    ])
  })

  it('the same of one source once, of another source again', () => {
    const open = event('connection.open', {}, '203.0.113.7')
    const matches = told([open, open], [open, event('connection.open', {}, '203.0.113.8')])
    assert.deepEqual(
      matches.map(({ source_ip }) => source_ip),
      ['203.0.113.7', '203.0.113.8'],
    )
  })

  it('nothing that is not listed, was imported, or is no name at all', () => {
    const matches = told([
      event('connection.open', {}),
      event('connection.open', { imported_from: byteStringOf('old.log@1') }, '203.0.113.7'),
      event('tunnel.open', {}, '198.51.100.9', { target_host: byteStringOf(`${'a'.repeat(5000)}.example`) }),
      event('file.download_requested', { url: byteStringOf('\u0000\u001b[2Jhttp://') }),
      event('intel.match', { indicator: 'evil.example.net' }, '203.0.113.7'),
    ])
    assert.deepEqual(matches, [])
  })
})
