import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dshield } from '../../../src/intel/feeds/dshield.ts'
import { maltrail } from '../../../src/intel/feeds/maltrail.ts'
import { spamhaus } from '../../../src/intel/feeds/spamhaus.ts'
import { answered, FeedServer } from '../../feed-server.ts'
import { conforms } from './conformance.ts'
import { address, each, lines, sampled } from './made-up.ts'
import { answer, Puller } from './puller.ts'

function metadata(records: number): string {
  return JSON.stringify({ type: 'metadata', timestamp: 1_790_072_042, records })
}

conforms({
  feed: spamhaus,
  section: (url) => ({ url: url('/drop') }),
  sample: {
    '/drop/drop_v4.json': sampled('spamhaus_drop_v4.json'),
    '/drop/drop_v6.json': sampled('spamhaus_drop_v6.json'),
    '/drop/asndrop.json': sampled('spamhaus_asndrop.json'),
  },
  indicators: [
    'address 1.10.16.0/20',
    'address 1.19.0.0/16',
    'address 2a06:e480::/29',
    'as AS245',
    'as AS2601',
  ],
  many: (count) => ({
    '/drop/drop_v4.json': lines([
      ...each(count, (number) => `{"cidr":"45.${number >> 8}.${number & 255}.0/24","sblid":"SBL${number}"}`),
      metadata(count),
    ]),
    '/drop/drop_v6.json': lines([
      ...each(count, (number) => `{"cidr":"2a06:${number.toString(16)}::/32","sblid":"SBL${number}"}`),
      metadata(count),
    ]),
    '/drop/asndrop.json': lines([
      ...each(count, (number) => `{"asn":${number + 1000},"asname":"AS-${number}","cc":"ZZ"}`),
      metadata(count),
    ]),
  }),
  types: ['address', 'as'],
})

conforms({
  feed: dshield,
  section: (url) => ({ url: url('/block.txt') }),
  sample: { '/block.txt': sampled('dshield_block_2015.txt') },
  indicators: ['address 43.229.53.0/24', 'address 194.63.140.0/24'],
  many: (count) => ({
    '/block.txt': lines([
      'Start\tEnd\tNetblock\tAttacks\tName\tCountry\temail',
      ...each(count, (number) => `45.33.${number}.0\t45.33.${number}.255\t24\t99\t\t\t`).slice(0, 256),
      ...each(Math.max(0, count - 256), (number) => `45.34.${number}.0\t45.34.${number}.255\t24\t99\t\t\t`),
    ]),
  }),
  types: ['address'],
})

conforms({
  feed: maltrail,
  section: (url) => ({ url: url('/static/'), files: ['malware/751.txt', 'suspicious/bad_names.txt'] }),
  sample: {
    '/static/malware/751.txt': sampled('maltrail_751.txt'),
    '/static/suspicious/bad_names.txt': 'example-bad.com\n',
  },
  indicators: [
    'url http://185.181.10.218/',
    'address 172.239.129.158',
    'address 185.181.10.218',
    'domain 751.lol',
    'domain stealer.best',
    'domain example-bad.com',
  ],
  many: (count) => ({
    '/static/malware/751.txt': lines(each(count, (number) => `host${number}.example.com`)),
    '/static/suspicious/bad_names.txt': lines(each(count, address)),
  }),
})

describe('a source of several files', () => {
  test('Spamhaus: a network has its SBL number and its page, a system its name', async () => {
    using source = new Puller(spamhaus, {})
    await source.pull(async ({ url }) => answer(sampled(url.replace(/^.*\//, 'spamhaus_'))))
    const [network] = source.sightings.get('address 1.10.16.0/20') ?? []
    assert.deepEqual(
      [network?.title, network?.link, network?.report.title],
      ['SBL256894', 'https://check.spamhaus.org/sbl/query/SBL256894', 'Spamhaus DROP'],
    )
    assert.equal(source.sightings.get('as AS2601')?.[0]?.title, 'RADIOLINK-AS, UA')
    assert.equal(source.state.made, 1_790_072_042_000)
  })

  test('Spamhaus: a list without its last record was cut', async () => {
    using source = new Puller(spamhaus, { lists: ['drop_v4'] })
    const body = sampled('spamhaus_drop_v4.json').split('\n').slice(0, 2).join('\n')
    assert.equal((await source.pull(async () => answer(body)))?.code, 'cut')
    const short = sampled('spamhaus_drop_v4.json').replace('"records":2', '"records":3')
    assert.equal((await source.pull(async () => answer(short)))?.code, 'cut')
    assert.deepEqual(source.indicators, [])
  })

  test('one file that is gone leaves the others as they come, and is told; it is asked for whole again', async () => {
    await using server = await FeedServer.start()
    using source = new Puller(spamhaus, { url: server.url('/'), lists: ['drop_v4', 'drop_v6'] })
    server.on('/drop_v4.json', answered(404))
    server.on('/drop_v6.json', sampled('spamhaus_drop_v6.json'))
    assert.equal((await source.pull())?.code, 'gone')
    assert.deepEqual(source.indicators, ['address 2a06:e480::/29'])
    server.on('/drop_v4.json', '<html>\n')
    assert.equal((await source.pull())?.code, 'form')
    assert.equal((await source.pull())?.code, 'form')
    server.on('/drop_v4.json', sampled('spamhaus_drop_v4.json'))
    assert.equal(await source.pull(), undefined)
    assert.equal(source.indicators.length, 3)
  })

  test('what is wrong with a file is told each time, though it does not change', async () => {
    await using server = await FeedServer.start()
    using source = new Puller(spamhaus, { url: server.url('/'), lists: ['drop_v4', 'drop_v6'] })
    server.on('/drop_v4.json', sampled('spamhaus_drop_v4.json'))
    server.on('/drop_v6.json', sampled('spamhaus_drop_v6.json'))
    await source.pull()
    const known = source.indicators
    server.on('/drop_v4.json', 'broken\n')
    // Committed with the other's.
    server.on('/drop_v6.json', sampled('spamhaus_drop_v6.json').replace('2a06:e480::/29', '2a06:e488::/29'))
    assert.ok(await source.pull())
    assert.ok(await source.pull(), 'it is believed to be unchanged')
    assert.deepEqual(
      source.indicators,
      known.map((one) => one.replace('2a06:e480', '2a06:e488')),
    )
  })

  test('a file that the section no longer names is withdrawn', async () => {
    await using server = await FeedServer.start()
    for (const name of ['a', 'b']) server.on(`/malware/${name}.txt`, `${name}.example.com\n`)
    const book = (files: string[]) => new Puller(maltrail, { url: server.url('/'), files })
    using both = book(['malware/a.txt', 'malware/b.txt'])
    await both.pull()
    assert.deepEqual(both.indicators, ['domain a.example.com', 'domain b.example.com'])
    both.configure({ url: server.url('/'), files: ['malware/b.txt'] })
    assert.equal(await both.pull(), undefined)
    assert.deepEqual(both.indicators, ['domain b.example.com'])
  })

  test('a file that has stayed short for a day is believed', async () => {
    await using server = await FeedServer.start()
    using source = new Puller(maltrail, { url: server.url('/'), files: ['malware/a.txt'] })
    const body = (count: number) => lines(each(count, (number) => `host${number}.example.com`))
    server.on('/malware/a.txt', body(200))
    assert.equal(await source.pull(), undefined)
    server.on('/malware/a.txt', body(50))
    assert.equal((await source.pull())?.code, 'sanity')
    assert.equal((await source.pull())?.code, 'sanity')
    assert.equal(source.indicators.length, 200)
    source.pass(24 * 3_600_000)
    assert.equal(await source.pull(), undefined)
    assert.equal(source.indicators.length, 50)
  })

  test('a file that stays as it is is told again each week, lest it is taken for old', async () => {
    await using server = await FeedServer.start()
    using source = new Puller(maltrail, { url: server.url('/'), files: ['malware/a.txt'] })
    server.on('/malware/a.txt', 'a.example.com\n')
    await source.pull()
    const last = () => source.sightings.get('domain a.example.com')?.[0]?.last
    const first = last()
    assert.equal(await source.pull(), undefined)
    assert.equal(last(), first)
    source.pass(7 * 24 * 3_600_000)
    assert.equal(await source.pull(), undefined)
    assert.ok((last() ?? 0) >= (first ?? 0) + 7 * 24 * 3_600_000)
  })

  test('Maltrail: a trail has the malware of its file and the report that it comes from', async () => {
    using source = new Puller(maltrail, { files: ['malware/751.txt'] })
    await source.pull(async () => answer(sampled('maltrail_751.txt')))
    const [sighting] = source.sightings.get('domain stealer.best') ?? []
    assert.deepEqual(
      [sighting?.report.title, sighting?.link],
      ['Maltrail: 751', 'https://twitter.com/kienbigmummy/status/1578388073422807040'],
    )
    assert.deepEqual(source.state.leftOut, { pattern: 1 })
  })

  test('no file may lie outside of the folder', () => {
    for (const file of ['../x.txt', '/etc/x.txt', 'a/../../x.txt', 'http://x/y.txt', 'x'])
      assert.equal(maltrail.config.safeParse({ files: [file] }).success, false, file)
  })
})
