import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { blocklistDe } from '../../../src/intel/feeds/blocklist-de.ts'
import { cins } from '../../../src/intel/feeds/cins.ts'
import { csv } from '../../../src/intel/feeds/csv.ts'
import { emergingThreats } from '../../../src/intel/feeds/emerging-threats.ts'
import { hosts } from '../../../src/intel/feeds/hosts.ts'
import { netset } from '../../../src/intel/feeds/netset.ts'
import { plain } from '../../../src/intel/feeds/plain.ts'
import { FeedServer, whole, withKey } from '../../feed-server.ts'
import { conforms } from './conformance.ts'
import { address, each, lines, sampled } from './made-up.ts'
import { answer, Puller } from './puller.ts'

conforms({
  feed: plain,
  section: (url) => ({ url: url('/list.txt') }),
  sample: {
    '/list.txt': lines([
      '# a list',
      '192.0.2.1',
      '198.51.100.0/24 ; a network',
      'evil.example.com # Mirai',
      'hxxp://evil[.]example[.]com/a.exe',
      'D41D8CD98F00B204E9800998ECF8427E',
    ]),
  },
  indicators: [
    'address 192.0.2.1',
    'address 198.51.100.0/24',
    'domain evil.example.com',
    'url http://evil.example.com/a.exe',
    'hash d41d8cd98f00b204e9800998ecf8427e',
  ],
  many: (count) => ({ '/list.txt': lines(each(count, (number) => `host${number}.example.com`)) }),
})

conforms({
  feed: csv,
  section: (url) => ({
    url: url('/table.csv'),
    delimiter: ';',
    columns: { indicator: 'what', type: 'kind', title: 4, confidence: 'sure' },
  }),
  sample: {
    '/table.csv': lines([
      'kind;what;sure;why',
      'ip;192.0.2.1;70;scanner',
      'domain;"evil.example.com";;"says ""hello"""',
    ]),
  },
  indicators: ['address 192.0.2.1', 'domain evil.example.com'],
  many: (count) => ({
    '/table.csv': lines(['kind;what;sure;why', ...each(count, (number) => `ip;${address(number)};50;x`)]),
  }),
})

conforms({
  feed: netset,
  section: (url) => ({ url: url('/level1.netset') }),
  sample: {
    '/level1.netset': sampled('firehol_level1_head_2015.netset').replace('6273 subnets', '5 subnets'),
  },
  indicators: [
    'address 0.0.0.0/8',
    'address 1.4.0.0/17',
    'address 1.10.16.0/20',
    'address 1.93.0.224',
    'address 10.0.0.0/8',
  ],
  many: (count) => ({
    '/level1.netset': lines([`# Entries         : ${count} unique IPs`, '#', ...each(count, address)]),
  }),
  types: ['address'],
})

conforms({
  feed: hosts,
  section: (url) => ({ url: url('/hosts') }),
  sample: { '/hosts': sampled('hosts_malware.txt') },
  indicators: [
    'hostname downloads.evil.example.com',
    'hostname tracker.bad.example.net',
    'hostname one.worse.example.org',
    'hostname two.worse.example.org',
  ],
  many: (count) => ({ '/hosts': lines(each(count, (number) => `0.0.0.0 host${number}.example.com`)) }),
})

for (const feed of [emergingThreats, cins, blocklistDe])
  conforms({
    feed,
    section: (url) => ({ url: url('/list.txt') }),
    sample: { '/list.txt': lines(['# Updated: 2026-11-24', '45.33.0.1', '2001:db8:77::1']) },
    indicators: ['address 45.33.0.1', 'address 2001:db8:77::1'],
    many: (count) => ({ '/list.txt': lines(each(count, address)) }),
    types: ['address'],
  })

describe('a list at an address of the owner’s choice', () => {
  test('is asked for with the key, in the address or in a header', async () => {
    await using server = await FeedServer.start()
    server.on('/in-address/s%2Fe%20cret/list', '192.0.2.1\n')
    using inAddress = new Puller(plain, { url: server.url('/in-address/{key}/list'), key: 's/e cret' })
    assert.equal(await inAddress.pull(), undefined)
    assert.deepEqual(inAddress.indicators, ['address 192.0.2.1'])
    server.on('/in-header', withKey('X-Api-Key', 'secret', whole('192.0.2.2\n')))
    using inHeader = new Puller(plain, {
      url: server.url('/in-header'),
      key: 'secret',
      key_header: 'X-Api-Key',
    })
    assert.equal(await inHeader.pull(), undefined)
    assert.deepEqual(inHeader.indicators, ['address 192.0.2.2'])
    using wrong = new Puller(plain, { url: server.url('/in-header'), key: 'guess', key_header: 'X-Api-Key' })
    assert.equal((await wrong.pull())?.code, 'key')
  })

  test('says that it wants a key, and shows none', async () => {
    await using server = await FeedServer.start()
    using none = new Puller(plain, { url: server.url('/{key}/list') })
    assert.match(
      (await none.pull())?.message ?? '',
      /\/\*\*\*\/list wants a key: set key_file, key_env or key$/,
    )
    assert.equal(server.asked.length, 0)
    const url = server.url('/{key}/list').replace('http://', 'http://owner:password@')
    using gone = new Puller(plain, { url, key: 'secret' })
    const trouble = await gone.pull()
    assert.doesNotMatch(`${trouble?.message}`, /secret|password/)
    assert.equal(
      server.asked[0]?.headers.authorization,
      `Basic ${Buffer.from('owner:password').toString('base64')}`,
    )
  })

  test('is read again where the section says something else of it, though it has not changed', async () => {
    await using server = await FeedServer.start()
    server.on('/list', 'evil.example.com\n')
    const section = { url: server.url('/list') }
    using names = new Puller(plain, section)
    await names.pull()
    assert.deepEqual(names.indicators, ['domain evil.example.com'])
    using changed = new Puller(plain, { ...section, holds: 'hostname' })
    await changed.pull()
    assert.deepEqual(changed.indicators, ['hostname evil.example.com'])
    const cursor = (source: Puller<never>) => (source.state.cursor as { form: string }).form
    assert.notEqual(cursor(names as never), cursor(changed as never))
  })

  test('is a hosts file where it looks like one', async () => {
    using source = new Puller(plain, { url: 'https://list.example/' })
    await source.pull(async () => answer(sampled('hosts_malware.txt')))
    assert.equal(source.indicators.length, 4)
  })

  test('a table says of each what its columns say', async () => {
    using source = new Puller(csv, {
      url: 'https://list.example/',
      names: ['seen', 'what', 'family', 'page'],
      columns: { indicator: 'what', malware: 'family', link: 'page', first: 'seen' },
    })
    await source.pull(async () => answer('2026-11-01 10:00:00,192.0.2.1,Mirai,https://list.example/1\n'))
    const [sighting] = source.sightings.get('address 192.0.2.1') ?? []
    assert.equal(sighting?.link, 'https://list.example/1')
    using wrong = new Puller(csv, { url: 'https://list.example/', columns: { indicator: 'nowhere' } })
    const trouble = await wrong.pull(async () => answer('a,b\n192.0.2.1,x\n'))
    assert.deepEqual(
      [trouble?.code, trouble?.message],
      ['form', 'https://list.example/: it has no column nowhere'],
    )
  })

  test('a list that has less than it says was cut', async () => {
    using source = new Puller(netset, {})
    const body = sampled('firehol_level1_head_2015.netset')
    const trouble = await source.pull(async () => answer(body))
    assert.deepEqual([trouble?.code, source.indicators], ['cut', []])
    assert.match(trouble?.message ?? '', /says that it has 6273 entries, and has 5$/)
  })
})
