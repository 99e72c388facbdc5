import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { feodo } from '../../../src/intel/feeds/feodo.ts'
import { malwarebazaar } from '../../../src/intel/feeds/malwarebazaar.ts'
import { sslbl } from '../../../src/intel/feeds/sslbl.ts'
import { threatfox } from '../../../src/intel/feeds/threatfox.ts'
import { urlhaus } from '../../../src/intel/feeds/urlhaus.ts'
import { FeedServer, whole, withKey } from '../../feed-server.ts'
import { conforms } from './conformance.ts'
import { address, each, hash, lines, sampled } from './made-up.ts'
import { answer, Puller } from './puller.ts'

/** What stands before the records of a sample. */
function head(name: string): string {
  const all = sampled(name).split('\n')
  const first = all.findIndex((line) => /^"?\d{4}-|^"\d+"|^[0-9a-f]{32},/.test(line))
  return lines(all.slice(0, first))
}

conforms({
  feed: urlhaus,
  section: (url) => ({ url: url('/{key}/recent.csv'), key: 'k' }),
  sample: { '/k/recent.csv': sampled('urlhaus_csv_recent.csv') },
  indicators: ['url http://61.54.253.89:37352/bin.sh', 'url https://innercoupon.foam-take.in.net/path'],
  many: (count) => ({
    '/k/recent.csv':
      head('urlhaus_csv_recent.csv') +
      lines(
        each(
          count,
          (number) =>
            `"${number}","2026-07-30 11:54:23","http://${address(number)}/bin.sh","online","","malware_download","elf","https://urlhaus.abuse.ch/url/${number}/","x"`,
        ),
      ),
  }),
  types: ['url'],
})

conforms({
  feed: threatfox,
  section: (url) => ({ url: url('/{key}/recent.csv'), key: 'k' }),
  sample: { '/k/recent.csv': sampled('threatfox_recent.csv') },
  indicators: ['domain mbond38982.workers.dev', 'url https://www.cedipay.cash/'],
  many: (count) => ({
    '/k/recent.csv':
      head('threatfox_recent.csv') +
      lines(
        each(
          count,
          (number) =>
            `"2026-08-30 01:39:33", "${number}", "${address(number)}:443", "ip:port", "botnet_cc", "win.x", "None", "X", "", "75", "False", "None", "None", "0", "x"`,
        ),
      ),
  }),
})

conforms({
  feed: feodo,
  section: (url) => ({ url: url('/ipblocklist.csv') }),
  sample: { '/ipblocklist.csv': sampled('feodo_ipblocklist.csv') },
  indicators: ['address 162.243.103.246', 'address 50.16.16.211'],
  many: (count) => ({
    '/ipblocklist.csv':
      head('feodo_ipblocklist.csv') +
      lines(
        each(
          count,
          (number) => `"2022-06-04 21:24:53","${address(number)}","8080","online","2026-03-07","Emotet"`,
        ),
      ),
  }),
  types: ['address'],
  empty: { '/ipblocklist.csv': head('feodo_ipblocklist.csv') },
})

conforms({
  feed: sslbl,
  section: (url) => ({ url: url('/sslblacklist.csv') }),
  sample: { '/sslblacklist.csv': sampled('sslbl_sslblacklist.csv') },
  indicators: [
    'hash 4da14224452c1fe61f46b1112c43ecfd9f322c82',
    'hash b331526a0949f88ce218555edf1060c4a02de5a2',
    'hash b785d1a9e5784703b98a96698ad05dff5e07229a',
    'hash be4d4f077bdd90618367eb2ab88f9f3074ccb7aa',
  ],
  many: (count) => ({
    '/sslblacklist.csv':
      head('sslbl_sslblacklist.csv') +
      lines(each(count, (number) => `2024-09-02 06:17:52,${hash(number, 40)},Rhadamanthys C&C`)),
  }),
  types: ['hash', 'ja3'],
})

conforms({
  feed: malwarebazaar,
  section: (url) => ({ url: url('/{key}/recent.csv'), key: 'k' }),
  sample: { '/k/recent.csv': sampled('malwarebazaar_recent.csv') },
  indicators: [
    'hash b7689b12e1b94e628c8398ec86a6ad5ba564f107c5085464f3d03f408959545b',
    'hash d07b4210db5c2610daedc2831915af6c4e9f7966739ff789a0af2a18bb5dca66',
  ],
  many: (count) => ({
    '/k/recent.csv':
      head('malwarebazaar_recent.csv') +
      lines(
        each(
          count,
          (number) =>
            `"2026-10-05 00:42:15", "${hash(number)}", "", "", "x", "a.exe", "exe", "application/x-dosexec", "Mirai", "n/a", "n/a", "n/a", "", ""`,
        ),
      ) +
      `# Number of entries: ${count}\n`,
  }),
  types: ['hash'],
})

describe('abuse.ch', () => {
  test('gets the key in the address and as its header', async () => {
    await using server = await FeedServer.start()
    server.on('/v2/k3y/recent.csv', withKey('Auth-Key', 'k3y', whole(sampled('urlhaus_csv_recent.csv'))))
    using source = new Puller(urlhaus, { url: server.url('/v2/{key}/recent.csv'), key: 'k3y' })
    assert.equal(await source.pull(), undefined)
    assert.equal(source.indicators.length, 2)
  })

  test('ThreatFox: who is a victim is so, and how sure it is', async () => {
    using source = new Puller(threatfox, { key: 'k' })
    await source.pull(async () => answer(sampled('threatfox_recent.csv')))
    const [domain] = source.sightings.get('domain mbond38982.workers.dev') ?? []
    assert.deepEqual([domain?.compromised, domain?.confidence], [true, 50])
    const [url] = source.sightings.get('url https://www.cedipay.cash/') ?? []
    assert.deepEqual([url?.compromised, url?.confidence, url?.link], [false, 90, 'https://example.com/ref'])
  })

  test('ThreatFox: its objects are the same, a line each or by their numbers', async () => {
    using lineEach = new Puller(threatfox, { key: 'k' })
    assert.equal(await lineEach.pull(async () => answer(sampled('threatfox_iocs.ndjson'))), undefined)
    assert.deepEqual(lineEach.indicators, [
      'address 2a02:cf40:1::5',
      'url http://72.11.148.153/jquery-3.3.1.min.js',
      'url http://malaikahlowry33.top/',
    ])
    const one = {
      ioc_value: '45.33.0.1:8443',
      ioc_type: 'ip:port',
      malware_printable: 'VShell',
      confidence_level: 100,
      is_compromised: true,
    }
    using byNumber = new Puller(threatfox, { key: 'k' })
    const exported = JSON.stringify({ '1891291': [one], '1891292': [{ ...one, ioc_type: 'yara' }, 7] })
    assert.equal(await byNumber.pull(async () => answer(exported)), undefined)
    assert.deepEqual(byNumber.indicators, ['address 45.33.0.1'])
    assert.equal(byNumber.sightings.get('address 45.33.0.1')?.[0]?.compromised, true)
    assert.deepEqual([byNumber.state.bad, byNumber.state.leftOut], [1, { type: 1 }])
  })

  test('Feodo: an address has its port and whether it answers', async () => {
    using source = new Puller(feodo, {})
    await source.pull(async () => answer(sampled('feodo_ipblocklist.csv')))
    const [sighting] = source.sightings.get('address 50.16.16.211') ?? []
    assert.equal(sighting?.title, 'online, port 443')
  })

  test('SSLBL’s JA3 are so, and hardly believed', async () => {
    using source = new Puller(sslbl, { url: 'https://sslbl.abuse.ch/blacklist/ja3_fingerprints.csv' })
    assert.equal(await source.pull(async () => answer(sampled('sslbl_ja3_fingerprints.csv'))), undefined)
    const [sighting] = source.sightings.get('ja3 b386946a5a44d1ddcc843bc75336dfce') ?? []
    assert.equal(sighting?.confidence, 20)
  })

  test('MalwareBazaar: a table that ends before its last line was cut', async () => {
    using source = new Puller(malwarebazaar, { key: 'k' })
    const body = sampled('malwarebazaar_recent.csv').replace('entries: 2', 'entries: 3')
    assert.equal((await source.pull(async () => answer(body)))?.code, 'cut')
  })
})
