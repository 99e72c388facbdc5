import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { EgressError, type Question } from '../../../src/core/egress.ts'
import { type NotedListing, SecondLook, type SecondLookParts } from '../../../src/hub/intel/second-look.ts'
import { secondLookSection } from '../../../src/hub/intel/second-look-section.ts'
import { FeedError, type FeedRequest, type FeedTrouble } from '../../../src/intel/feeds/feed.ts'
import { networksOf } from '../../../src/intel/ours.ts'
import { classes, codes, flags, types } from '../../../src/wire/dns/codes.ts'
import { readMessage } from '../../../src/wire/dns/message.ts'
import { encodeName } from '../../../src/wire/dns/name.ts'
import { MessageWriter } from '../../../src/wire/dns/writer.ts'

const sample = readFileSync(
  join(import.meta.dirname, '../../../../../testdata/intel/otx_indicator_general_1.1.1.1.json'),
  'utf8',
)
const bad = '45.61.1.2'
const zone = 'bl.blocklist.net'
const dayMs = 24 * 3_600_000
const began = Date.UTC(2026, 10, 25)

/** A name server of the block lists: answers by name; no such name where there is none, silence where it is `undefined`. */
type Zone = Map<string, readonly string[] | 'refused' | undefined>

/** A hub's second look, its clock, and what came of it. */
function start(section: object, { names = new Map() as Zone, networks = ['10.0.0.0/8', '93.0.0.0/8'] } = {}) {
  const clock = { now: began }
  const asked: string[] = []
  const allowed: Parameters<SecondLookParts['allow']>[0][] = []
  const noted: NotedListing[] = []
  const troubles: string[] = []
  const otx: { answer: string | (() => string) } = { answer: '{}' }
  const look = new SecondLook({
    section: secondLookSection.parse({ per_minute: 6_000, ...section }),
    networks: networksOf(networks),
    domains: ['ours.org'],
    fetch: async ({ url, headers }: FeedRequest) => {
      asked.push(url.replace('https://otx.alienvault.com/api/v1/indicators/', ''))
      assert.equal(headers?.['x-otx-api-key'], 'secret')
      const { answer } = otx
      if (typeof answer === 'function') return answer()
      if (/^[a-z]+$/.test(answer)) throw new FeedError(answer as FeedTrouble, `OTX: ${answer}`)
      return answer
    },
    ask: async (question) => dnsAnswer(question, names, asked),
    allow: async (entry) => {
      allowed.push(entry)
      return { changed: true } as never
    },
    note: async (listing) => noted.push(listing),
    trouble: (code, message, cause) => {
      assert.equal(code, 'SUNDEW_INTEL_SECOND_LOOK')
      troubles.push(cause instanceof Error ? `${message}: ${cause.message}` : message)
    },
    now: () => clock.now,
  })
  /** Tells of matches, and waits for what comes of them. */
  const met = async (
    ...matches: (string | { indicator: string; indicator_type: string; matched_ip?: string })[]
  ) => {
    const stop = new AbortController()
    const running = look.run(stop.signal)
    for (const match of matches)
      look.offer(
        typeof match === 'string'
          ? { indicator: `${match}/24`, matched_ip: match }
          : { matched_ip: '', ...match },
      )
    for (let before = -1; before !== asked.length;) {
      before = asked.length
      await wait(40)
    }
    stop.abort()
    await running
    return asked.splice(0)
  }
  return { look, clock, otx, allowed, noted, troubles, met, names }
}

async function dnsAnswer(
  { datagram, accepts, to }: Question,
  names: Zone,
  asked: string[],
): Promise<Uint8Array> {
  assert.deepEqual(to, { host: '127.0.0.1', port: 5353, transport: 'udp' })
  const message = readMessage(datagram)
  assert.ok(typeof message !== 'string')
  const { name } = message.questions[0]!
  asked.push(name)
  const listed = names.get(name)
  if (listed === undefined && names.has(name)) throw new EgressError('did not answer')
  const code = listed === undefined ? codes.noSuchName : listed === 'refused' ? codes.refused : codes.noError
  const writer = new MessageWriter().begin(message.id, flags.response | code)
  writer.question(encodeName(name)!, types.a, classes.internet)
  for (const address of typeof listed === 'object' ? listed : [])
    writer.record(
      'answers',
      encodeName(name)!,
      types.a,
      classes.internet,
      60,
      Uint8Array.from(address.split('.'), Number),
    )
  assert.ok(accepts(writer.bytes()))
  return writer.bytes()
}

const withOtx = { otx: { key: 'secret' } }
const withZone = (more: object = {}) => ({
  dnsbl: { resolver: '127.0.0.1', port: 5353, zones: [{ zone, ...more }] },
})

describe('a second look', () => {
  test('is off where nobody is named to be asked', async () => {
    const { met } = start({})
    assert.deepEqual(await met(bad), [])
  })

  test('what OTX knows to be harmless is allowed to be matched only, with the reason', async () => {
    const { otx, allowed, met } = start(withOtx)
    otx.answer = sample
    assert.deepEqual(await met('1.1.1.1'), ['IPv4/1.1.1.1/general'])
    assert.deepEqual(allowed, [
      {
        value: '1.1.1.1',
        reason: 'OTX: Known False Positive (false_positive); contained in whitelisted prefix (whitelist)',
        until: began + 30 * dayMs,
        by: 'second-look',
        action: 'downgrade',
      },
    ])
  })

  test('each indicator is asked about once a day, as often as it is met', async () => {
    const { allowed, clock, met } = start(withOtx)
    assert.equal((await met(bad, bad, '45.61.1.3', bad)).length, 2)
    clock.now += dayMs / 2
    assert.equal((await met(bad)).length, 0)
    clock.now += dayMs / 2
    assert.equal((await met(bad)).length, 1)
    assert.deepEqual(allowed, [])
  })

  test('names, URLs and hashes are asked about as they are listed, and lead to no other path', async () => {
    const { met } = start(withOtx)
    const asked = await met(
      { indicator: 'bad.com', indicator_type: 'domain' },
      { indicator: 'a.bad.com', indicator_type: 'hostname' },
      { indicator: 'http://bad.com/../../x?y#z', indicator_type: 'url' },
      { indicator: 'ab'.repeat(32), indicator_type: 'hash' },
      { indicator: '2a00:1450::1', indicator_type: 'address' },
      // OTX knows nothing of these.
      { indicator: 'a@bad.com', indicator_type: 'email' },
      { indicator: 'x', indicator_type: '__proto__' },
    )
    assert.deepEqual(asked, [
      'domain/bad.com/general',
      'hostname/a.bad.com/general',
      'url/http%3A%2F%2Fbad.com%2F..%2F..%2Fx%3Fy%23z/general',
      `file/${'ab'.repeat(32)}/general`,
      'IPv6/2a00%3A1450%3A%3A1/general',
    ])
  })

  test('nobody is asked about what is ours, private, or no name of the Internet', async () => {
    const { met } = start({ ...withOtx, ...withZone() })
    const url = (indicator: string) => ({ indicator, indicator_type: 'url' })
    const name = (indicator: string) => ({ indicator, indicator_type: 'domain' })
    const asked = await met(
      ...'10.0.0.1 93.1.2.3 192.168.1.1 127.0.0.1 198.51.100.1 fe80::1 ::1 2001:db8::1'.split(' '),
      ...'ours.org mail.ours.org printer.local nas.home.arpa localhost x.onion'.split(' ').map(name),
      ...'http://10.0.0.1/x http://wiki.ours.org/ http://[fe80::1]/ nonsense http://nas/'.split(' ').map(url),
    )
    assert.deepEqual(asked, [])
    // And the other way round: a name that only ends alike is none of ours.
    assert.equal((await met(name('yours.org'))).length, 1)
  })

  test('where OTX does not answer it is told once, and the rest waits', async () => {
    const { otx, troubles, clock, met } = start(withOtx)
    otx.answer = 'key'
    assert.equal((await met(bad, '45.61.1.3', '45.61.1.4')).length, 1)
    clock.now += 20 * 60_000
    assert.equal((await met(bad)).length, 1)
    assert.deepEqual(troubles, ['OTX does not say what it knows of what was met: OTX: key'])
    otx.answer = '{}'
    clock.now += 20 * 60_000
    assert.equal((await met(bad, '45.61.1.3')).length, 2)
    otx.answer = 'key'
    await met('45.61.1.5')
    assert.equal(troubles.length, 2)
  })

  for (const answer of [
    '<html>',
    '',
    '{"validation": [',
    'null',
    '{"validation": {"source": 1}}',
    '{"validation": [7, {}, {"name": 5}]}',
  ])
    test(`of ${JSON.stringify(answer)} nothing is allowed`, async () => {
      const { otx, allowed, met } = start(withOtx)
      otx.answer = () => answer
      assert.equal((await met(bad)).length, 1)
      assert.deepEqual(allowed, [])
    })

  test('what OTX does not know is no trouble', async () => {
    const { otx, troubles, met } = start(withOtx)
    otx.answer = 'gone'
    await met(bad)
    assert.deepEqual(troubles, [])
  })

  test('a listing is noted with what it means', async () => {
    const names: Zone = new Map([[`2.1.61.45.${zone}`, ['127.0.0.4', '127.0.0.2', '127.0.0.11']]])
    const { noted, met } = start(
      withZone({ meanings: { '127.0.0.4': 'exploited' }, ignore: ['127.0.0.11'], name: 'bl', weight: 55 }),
      { names },
    )
    assert.deepEqual(await met(bad), [`1.0.0.127.${zone}`, `2.1.61.45.${zone}`])
    assert.deepEqual(noted, [
      {
        source: 'dnsbl/bl',
        weight: 55,
        value: bad,
        title: '127.0.0.2, 127.0.0.4: exploited',
        until: began + 30 * dayMs,
      },
    ])
    // The check of the day was made.
    assert.deepEqual(await met('45.61.1.3'), [`3.1.61.45.${zone}`])
  })

  test('what is answered with nothing but ignored ones is not listed', async () => {
    const { noted, met } = start(withZone({ ignore: ['127.0.0.11'] }), {
      names: new Map([[`2.1.61.45.${zone}`, ['127.0.0.11']]]),
    })
    await met(bad)
    assert.deepEqual(noted, [])
  })

  test('an IPv6 address is asked for digit by digit, a name as it is where the zone lists names', async () => {
    const name = `1.${'0.'.repeat(23)}0.5.4.1.0.0.a.2.${zone}`
    const { noted, met } = start(withZone(), { names: new Map([[name, ['127.0.0.2']]]) })
    await met('2a00:1450::1')
    assert.equal(noted[0]?.value, '2a00:1450::1')
    const ofNames = start(withZone({ of: 'names' }), { names: new Map([[`bad.com.${zone}`, ['127.0.1.2']]]) })
    assert.deepEqual(await ofNames.met(bad, { indicator: 'bad.com', indicator_type: 'domain' }), [
      `invalid.${zone}`,
      `bad.com.${zone}`,
    ])
    assert.equal(ofNames.noted[0]?.value, 'bad.com')
  })

  for (const [code, why] of [
    ['127.255.255.254', /asks for too many others/],
    ['127.255.255.255', /asked too often/],
    ['127.255.255.7', /answers 127\.255\.255\.7/],
    ['203.0.113.80', /its name another's/],
  ] as const)
    test(`${code} is an error and no listing, told once, and the zone rests for a day`, async () => {
      const names: Zone = new Map(
        [2, 3, 4].map((last) => [`${last}.1.61.45.${zone}`, [code, '127.0.0.2']] as const),
      )
      const { noted, troubles, clock, met } = start(withZone(), { names })
      await met(bad, '45.61.1.3')
      assert.deepEqual(noted, [])
      assert.equal(troubles.length, 1)
      assert.match(troubles[0]!, why)
      assert.deepEqual(await met('45.61.1.4'), [])
      clock.now += dayMs
      assert.equal((await met('45.61.1.4')).length, 2)
      assert.equal(troubles.length, 1)
      assert.deepEqual(noted, [])
    })

  test('a zone that lists what must never be listed is not believed', async () => {
    const names: Zone = new Map([
      [`1.0.0.127.${zone}`, ['127.0.0.2']],
      [`2.1.61.45.${zone}`, ['127.0.0.2']],
    ])
    const { noted, troubles, met } = start(withZone(), { names })
    assert.deepEqual(await met(bad), [`1.0.0.127.${zone}`])
    assert.deepEqual(noted, [])
    assert.match(troubles[0]!, /lists what must never be listed/)
  })

  test('a name server that is silent or refuses is told after five times, and then asked again', async () => {
    const names: Zone = new Map([[`1.0.0.127.${zone}`, 'refused']])
    const { noted, troubles, met } = start(withZone(), { names })
    for (let last = 10; last < 14; last++) await met(`45.61.1.${last}`)
    assert.deepEqual(troubles, [])
    names.set(`1.0.0.127.${zone}`, undefined)
    for (let last = 14; last < 20; last++) await met(`45.61.1.${last}`)
    assert.equal(troubles.length, 1)
    names.clear()
    names.set(`2.1.61.45.${zone}`, ['127.0.0.2'])
    await met(bad)
    assert.equal(noted.length, 1)
  })

  test('no more than a thousand wait', () => {
    const { look } = start(withOtx)
    for (let number = 0; number < 1500; number++)
      look.offer({ indicator: '', matched_ip: `45.62.${number >> 8}.${number & 255}` })
    assert.equal(look.passedOver, 500)
  })

  test('it asks no faster than it may', async () => {
    const { met } = start({ ...withOtx, per_minute: 60 })
    const asked = await met(bad, '45.61.1.3', '45.61.1.4')
    assert.equal(asked.length, 1)
  })
})
