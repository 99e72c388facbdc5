import fc from 'fast-check'
import { rfc3339 } from '../../src/core/clock.ts'
import { uuidv7 } from '../../src/core/id.ts'
import { catalogue, eventKinds, type EventKind } from '../../src/event/catalogue.ts'
import type { KindFields, SundewEvent } from '../../src/event/event.ts'
import type { FieldSpec, FieldType } from '../../src/event/fields.ts'

const byte = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) })
const values: Readonly<Record<FieldType, fc.Arbitrary<unknown>>> = {
  text: fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('shell', 'scp', 'direct', 'hassh', 'fetched'),
  ),
  bytes: byte,
  integer: fc.nat(),
  number: fc.double({ noNaN: true, noDefaultInfinity: true }),
  boolean: fc.boolean(),
  texts: fc.array(fc.string()),
  bytesList: fc.array(byte),
}

export const someMs = Date.UTC(2026, 10, 25, 1, 8, 48)

/** An event of a session. */
export function eventOf<K extends EventKind>(
  kind: K,
  fields: KindFields<K>,
  context: Partial<SundewEvent> = {},
): SundewEvent<K> {
  const moment = { ms: someMs, ns: 123_456 }
  return {
    id: uuidv7(moment),
    time: rfc3339(moment),
    kind,
    sensor: 'pot',
    session: '01a20ada-2c00-715d-8542-919a7e8927e0',
    service: 'ssh',
    transport: 'tcp',
    source_ip: '192.0.2.7',
    source_port: 4711,
    destination_ip: '198.51.100.9',
    destination_port: 2222,
    ...context,
    fields,
  } as unknown as SundewEvent<K>
}

/** Any event that the catalogue allows. */
export const anyEvent: fc.Arbitrary<SundewEvent> = fc
  .constantFrom(...eventKinds)
  .chain((kind) => {
    const fields: Record<string, FieldSpec> = catalogue[kind].fields
    const requiredKeys = Object.keys(fields).filter((name) => !fields[name]?.optional)
    return fc.record({
      kind: fc.constant(kind),
      service: fc.constantFrom('ssh', 'telnet', 'smtp', 'hub'),
      fields: fc.record(
        Object.fromEntries(Object.entries(fields).map(([name, { type }]) => [name, values[type]])),
        { requiredKeys },
      ),
    })
  })
  .map(({ kind, service, fields }) => eventOf(kind, fields as never, { service }) as SundewEvent)

/** A host of ours that called out to a listed one. */
export function matchOf(
  fields: Partial<KindFields<'intel.match'>> = {},
  context: Partial<SundewEvent> = {},
): SundewEvent<'intel.match'> {
  return eventOf(
    'intel.match',
    {
      indicator: '203.0.113.0/24',
      matched: 'destination',
      matched_ip: '203.0.113.7',
      direction: 'outbound',
      list: 'botnet',
      lists: ['botnet'],
      indicators: ['203.0.113.0/24'],
      titles: ['Emotet "epoch 5"'],
      links: ['https://otx.alienvault.com/pulse/1'],
      protocol: 6,
      service_name: 'https',
      bytes: 1234,
      packets: 5,
      flows: 1,
      first_seen: '2026-11-25T01:08:48.000Z',
      last_seen: '2026-11-25T01:08:49.000Z',
      summary: false,
      severity: 'high',
      exporter: '192.0.2.1:2055',
      retro: false,
      ...fields,
    },
    {
      service: 'flow',
      transport: 'tcp',
      source_ip: '10.0.0.5',
      source_port: 51514,
      destination_ip: '203.0.113.7',
      destination_port: 443,
      session: '',
      ...context,
    },
  )
}
