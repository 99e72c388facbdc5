import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { bindRpz } from '../../../src/intel/publish/bind-rpz.ts'
import { bookOf } from '../allow/books.ts'
import { conforms } from './conformance.ts'
import { fakeBlocklist, type FakeList } from './fake-blocklist.ts'
import { checked, hasTool, renderedBy, scratch, writeFiles } from './in-folder.ts'
import { readZone } from './read-zone.ts'
import type { Rendered } from './rendered.ts'
import { blocklistOf } from './sets.ts'

const block = 'block.rpz.sundew.zone'
const changes = 'block.rpz.sundew.changes'
const allow = 'allow.rpz.sundew.zone'
const day = Date.UTC(2026, 10, 25)

const rendered = (told: FakeList, settings: object = {}, before?: Rendered) =>
  renderedBy(bindRpz, fakeBlocklist(told), settings, before)
/** The records of a zone, without its head and comments. */
const records = ({ files }: Rendered, file = block) =>
  files
    .get(file)!
    .split('\n')
    .slice(4)
    .filter((line) => line !== '' && !line.startsWith(';'))
const serial = ({ files }: Rendered, file = block) =>
  Number(/^@ SOA \S+ \S+ (\d+) /m.exec(files.get(file)!)?.[1])

conforms(bindRpz, {
  configs: [
    {},
    { comments: true, triggers: ['name'] },
    { zones: [{ name: 'a.rpz', action: 'garden' }], garden: { a: ['192.0.2.1'], cname: undefined } },
  ],
  read: (files, { zones }) =>
    readZone(files.get(`${zones[0]!.name}.zone`)!, files.get('allow.rpz.sundew.zone')!),
})

describe('response policy zones for BIND', () => {
  test('have a domain with a wildcard, a host name alone, and addresses by prefix', () => {
    const zone = rendered({
      domains: ['bad.example'],
      hosts: ['host.example'],
      addresses: ['203.0.113.0/24', '2001:db8::/48'],
    })
    assert.deepEqual(records(zone), [
      'bad.example CNAME .',
      '*.bad.example CNAME .',
      'host.example CNAME .',
      '24.0.113.0.203.rpz-ip CNAME .',
      '48.zz.db8.2001.rpz-ip CNAME .',
    ])
  })

  test('let an allowed name server pass, where name servers are looked at', () => {
    const list = { domains: ['bad.example'], allowedHosts: ['ns1.bad.example'] }
    assert.deepEqual(records(rendered(list, { triggers: ['nsdname'] }), allow), [
      'ns1.bad.example CNAME rpz-passthru.',
      'ns1.bad.example.rpz-nsdname CNAME rpz-passthru.',
    ])
    assert.deepEqual(records(rendered(list), allow), ['ns1.bad.example CNAME rpz-passthru.'])
  })

  test('leave out what lies under a domain, which would cut into its wildcard', () => {
    const zone = rendered({ domains: ['bad.example', 'x.bad.example'], hosts: ['a.b.bad.example'] })
    assert.deepEqual(records(zone), ['bad.example CNAME .', '*.bad.example CNAME .'])
  })

  test('leave it out also where something else under the domain is allowed', () => {
    const told = ['bad.example', 'x.bad.example'].map((value) => ({
      indicator: { type: 'domain' as const, value },
    }))
    const host = { indicator: { type: 'hostname' as const, value: 'a.b.bad.example' } }
    const list = blocklistOf([...told, host], bookOf(['www.bad.example']))
    assert.equal([...list.names()].length, 3)
    assert.deepEqual(records(renderedBy(bindRpz, list)), ['bad.example CNAME .', '*.bad.example CNAME .'])
  })

  test('have allowed names in a zone of their own, and allowed addresses cut out', () => {
    const zone = rendered({
      domains: ['bad.example'],
      addresses: ['203.0.113.0/30'],
      allowedHosts: ['www.bad.example', 'below.good.bad.example'],
      allowedDomains: ['good.bad.example'],
      allowedAddresses: ['203.0.113.1'],
    })
    assert.deepEqual(records(zone, allow), [
      'good.bad.example CNAME rpz-passthru.',
      '*.good.bad.example CNAME rpz-passthru.',
      'www.bad.example CNAME rpz-passthru.',
    ])
    assert.deepEqual(records(zone).slice(2), [
      '32.0.113.0.203.rpz-ip CNAME .',
      '31.2.113.0.203.rpz-ip CNAME .',
    ])
    const policy = zone.files.get('policy.conf')!
    assert.ok(policy.indexOf('"allow.rpz.sundew"') < policy.indexOf('"block.rpz.sundew"'))
  })

  test('can let pass whatever points at an allowed address', () => {
    const zone = rendered(
      { addresses: ['203.0.113.0/30'], allowedAddresses: ['203.0.113.1'] },
      { allow_addresses: true },
    )
    assert.deepEqual(records(zone, allow), ['32.1.113.0.203.rpz-ip CNAME rpz-passthru.'])
  })

  test('say what is to be done', () => {
    const of = (action: string, more: object = {}) =>
      records(rendered({ hosts: ['a.example'] }, { zones: [{ name: 'block.rpz.sundew', action }], ...more }))
    assert.deepEqual(of('nxdomain'), ['a.example CNAME .'])
    assert.deepEqual(of('log'), ['a.example CNAME .'])
    assert.deepEqual(of('nodata'), ['a.example CNAME *.'])
    assert.deepEqual(of('drop'), ['a.example CNAME rpz-drop.'])
    assert.deepEqual(of('tcp-only'), ['a.example CNAME rpz-tcp-only.'])
    assert.deepEqual(of('garden', { garden: { cname: 'garden.example.net' } }), [
      'a.example CNAME garden.example.net.',
    ])
    assert.deepEqual(of('garden', { garden: { a: ['192.0.2.1', '192.0.2.2'], aaaa: ['2001:DB8:0::1'] } }), [
      'a.example A 192.0.2.1',
      'a.example A 192.0.2.2',
      'a.example AAAA 2001:db8::1',
    ])
  })

  test('that lead to a garden have one', () => {
    const garden = { zones: [{ name: 'g.rpz', action: 'garden' }] }
    assert.throws(() => bindRpz.config.parse(garden))
    assert.throws(() => bindRpz.config.parse({ ...garden, garden: { cname: 'x.example', a: ['192.0.2.1'] } }))
    assert.throws(() => bindRpz.config.parse({ zones: [{ name: 'a.rpz' }, { name: 'a.rpz' }] }))
    assert.throws(() => bindRpz.config.parse({ zones: [{ name: 'a.rpz' }], allow_zone: 'a.rpz' }))
    assert.ok(bindRpz.config.parse({ ...garden, garden: { cname: 'x.example' } }))
  })

  test('can be several: each name is in the first that takes it, and those that log come first', () => {
    const why = (confidence: number, source = 'one') => ({ confidence, sources: [source] })
    const zone = rendered(
      {
        domains: [
          { value: 'sure.example', why: why(90) },
          { value: 'maybe.example', why: why(60) },
          { value: 'other.example', why: why(20, 'two') },
        ],
        hosts: [
          { value: 'x.sure.example', why: why(60) },
          { value: 'x.maybe.example', why: why(90) },
          { value: 'nobody.example', why: why(10) },
        ],
        addresses: [
          { value: '203.0.113.0/25', why: why(90) },
          { value: '203.0.113.128/25', why: why(90) },
          { value: '198.51.100.1', why: why(60) },
        ],
      },
      {
        zones: [
          { name: 'sure.rpz', confidence_from: 80 },
          { name: 'maybe.rpz', action: 'log', confidence_from: 50 },
          { name: 'two.rpz', action: 'nodata', sources: ['two'] },
        ],
      },
    )
    assert.deepEqual(records(zone, 'sure.rpz.zone'), [
      'x.maybe.example CNAME .',
      'sure.example CNAME .',
      '*.sure.example CNAME .',
      '24.0.113.0.203.rpz-ip CNAME .',
    ])
    assert.deepEqual(records(zone, 'maybe.rpz.zone').slice(0, 2), [
      'maybe.example CNAME .',
      '*.maybe.example CNAME .',
    ])
    assert.deepEqual(records(zone, 'two.rpz.zone'), ['other.example CNAME *.', '*.other.example CNAME *.'])
    assert.deepEqual(zone.files.get('policy.conf')!.match(/zone ".*/g), [
      'zone "allow.rpz.sundew" policy given;',
      'zone "maybe.rpz" policy disabled;',
      'zone "sure.rpz" policy given;',
      'zone "two.rpz" policy given;',
    ])
  })

  test('can look at name servers, too', () => {
    const zone = rendered(
      { domains: ['bad.example'], addresses: ['203.0.113.0/24'] },
      { triggers: ['nsdname', 'nsip'] },
    )
    assert.deepEqual(records(zone), [
      'bad.example.rpz-nsdname CNAME .',
      '*.bad.example.rpz-nsdname CNAME .',
      '24.0.113.0.203.rpz-nsip CNAME .',
    ])
  })

  test('leave out and count names that they cannot hold', () => {
    const label = 'a'.repeat(63)
    // With the zone's name and a dot: 253 characters, and the wildcard two more.
    const longest = `${`${label}.`.repeat(3)}${'a'.repeat(44)}`
    const { leftOut, ...zone } = rendered({
      domains: [longest, `${longest}a`, 'com', 'a b.example', '*.x.example'],
    })
    assert.deepEqual(records({ ...zone, leftOut }), [`${longest} CNAME .`])
    assert.deepEqual(leftOut, {
      'name too long for the zone': 2,
      'not a name that a zone can hold': 2,
      'top-level domain': 1,
    })
  })

  test('say why in comments that stay on their line', () => {
    const zone = rendered(
      {
        hosts: [
          {
            value: 'a.example',
            why: { title: 'One\nevil.example A 1.2.3.4\r\n\u2028\u202e $INCLUDE /etc/passwd', link: 'x;y' },
          },
        ],
      },
      { comments: true },
    )
    assert.deepEqual(zone.files.get(block)!.split('\n').slice(4), [
      '; test: One evil.example A 1.2.3.4 $INCLUDE /etc/passwd: x;y: confidence 80',
      'a.example CNAME .',
      '',
    ])
  })

  test('have a serial of the clock that rises with every change, and stays where nothing has changed', () => {
    const first = rendered({ hosts: ['a.example'], made: day })
    assert.equal(serial(first), day / 1000)
    const same = rendered({ hosts: ['a.example'], made: day + 60_000 }, {}, first)
    assert.deepEqual(same.files, first.files)
    const later = rendered({ hosts: ['a.example', 'b.example'], made: day + 60_000 }, {}, same)
    assert.equal(serial(later), day / 1000 + 60)
    assert.equal(serial(later, allow), day / 1000)
    // The clock went back.
    const again = rendered({ hosts: ['b.example'], made: day }, {}, later)
    assert.equal(serial(again), day / 1000 + 61)
  })

  test('have their changes beside them', () => {
    const first = rendered({ hosts: ['a.example', 'b.example'], made: day })
    assert.match(first.files.get(changes)!, /^; changes of block\.rpz\.sundew from nothing to 1795564800\n/)
    const later = rendered({ hosts: ['b.example', 'c.example'], made: day + 1000 }, {}, first)
    const lines = later.files.get(changes)!.split('\n')
    assert.equal(lines[0], '; changes of block.rpz.sundew from 1795564800 to 1795564801')
    assert.deepEqual(lines.slice(5), [';- a.example CNAME .', 'c.example CNAME .', ''])
    const ttl = rendered({ hosts: ['b.example', 'c.example'], made: day + 2000 }, { ttl: 5 }, later)
    assert.match(ttl.files.get(changes)!, /from nothing to 1795564802\n/)
  })

  test('are the same text whether they continue a former one or not', () => {
    const names = fc.uniqueArray(fc.integer({ min: 1, max: 40 }).map((n) => `n${n}.example`))
    const settings = { comments: true }
    fc.assert(
      fc.property(names, names, (old, now) => {
        const before = rendered({ hosts: old, made: day }, settings)
        const after = rendered({ domains: now, made: day + 1000 }, settings, before)
        const alone = rendered({ domains: now, made: day + 1000 }, settings)
        if (old.length + now.length > 0) assert.equal(after.files.get(block), alone.files.get(block))
        else assert.deepEqual(after.files, before.files)
      }),
    )
  })

  test('are begun anew where the former file is something else', () => {
    const garbage = [
      '',
      '; \n',
      'a\nb\nc\nd\ne\n',
      '; block.rpz.sundew: x\n$TTL 60\n@ SOA a. b. 9 x\n@ NS localhost.\n',
    ]
    for (const text of garbage) {
      const before = { files: new Map([[block, text]]), leftOut: {} }
      const now = rendered({ hosts: ['a.example'], made: day }, {}, before)
      assert.equal(serial(now), day / 1000)
      assert.deepEqual(records(now), ['a.example CNAME .'])
    }
  })

  test(
    'pass named-checkzone whatever is listed',
    { skip: !hasTool('named-checkzone') && 'no BIND here' },
    async () => {
      const nasty = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.domain(),
        fc.constantFrom(
          'a"b.example',
          'a\n@ A 1.2.3.4',
          '$INCLUDE x.example',
          '(.example',
          '\\.example',
          '@',
          'x.rpz-ip',
        ),
      )
      const titles = fc.string({ unit: 'binary', maxLength: 60 })
      const told = fc.record(
        {
          domains: fc.array(nasty, { maxLength: 20 }),
          hosts: fc.array(fc.record({ value: nasty, why: fc.record({ title: titles, link: titles }) })),
          addresses: fc.array(
            fc.oneof(
              fc.ipV4(),
              fc.ipV6().filter((text) => !text.includes('.')),
            ),
          ),
        },
        { noNullPrototype: true },
      )
      await using folder = scratch()
      for (const [i, list] of fc.sample(told, 12).entries()) {
        const before = i % 3 === 0 ? undefined : rendered({ hosts: ['a.example'], made: day - 1000 })
        const settings = { comments: i % 2 === 0, triggers: ['name', 'address', 'nsdname', 'nsip'] }
        await writeFiles(folder.path, rendered(list as FakeList, settings, before))
        assert.equal(checked(bindRpz, folder.path), '')
      }
    },
  )

  test('count what is blocked once, and not what is let pass', () => {
    const { files } = rendered({
      domains: ['bad.example'],
      hosts: ['host.example'],
      addresses: ['203.0.113.7'],
      allowedDomains: ['good.bad.example'],
    })
    const entries = [...files].flatMap(([name, text]) =>
      text.split('\n').flatMap((line) => bindRpz.entry!(line, name) ?? []),
    )
    assert.deepEqual(entries, ['bad.example', 'host.example', '32.7.113.0.203.rpz-ip'])
  })

  test('carry what their triggers look at', () => {
    const all = bindRpz.config.parse({})
    const names = bindRpz.config.parse({ triggers: ['name'] })
    assert.ok(bindRpz.carries({ type: 'domain' }, all))
    assert.ok(bindRpz.carries({ type: 'address', family: 6 }, all))
    assert.ok(!bindRpz.carries({ type: 'address', family: 4 }, names))
    assert.ok(!bindRpz.carries({ type: 'url' }, all))
  })
})
