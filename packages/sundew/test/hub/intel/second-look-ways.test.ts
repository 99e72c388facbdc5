import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { SecondLook } from '../../../src/hub/intel/second-look.ts'
import { secondLookSection } from '../../../src/hub/intel/second-look-section.ts'
import { secondLookWays } from '../../../src/hub/intel/second-look-ways.ts'
import { networksOf } from '../../../src/intel/ours.ts'
import { classes, codes, flags, types } from '../../../src/wire/dns/codes.ts'
import { readMessage } from '../../../src/wire/dns/message.ts'
import { encodeName } from '../../../src/wire/dns/name.ts'
import { MessageWriter } from '../../../src/wire/dns/writer.ts'
import { FeedServer } from '../../feed-server.ts'

const samples = join(import.meta.dirname, '../../../../../testdata/intel')

test('a second look asks over HTTP and DNS, and leaves no file behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-second-'))
  await using web = await FeedServer.start()
  web.on(
    '/api/v1/indicators/IPv4/1.1.1.1/general',
    await readFile(join(samples, 'otx_indicator_general_1.1.1.1.json')),
  )
  const names = createSocket('udp4').bind(0, '127.0.0.1')
  await once(names, 'listening')
  names.on('message', (bytes, { port }) => {
    const message = readMessage(bytes)
    assert.ok(typeof message !== 'string')
    const { name } = message.questions[0]!
    const isListed = name === '1.1.1.1.bl.blocklist.net'
    const writer = new MessageWriter().begin(message.id, flags.response | (isListed ? 0 : codes.noSuchName))
    writer.question(encodeName(name)!, types.a, classes.internet)
    if (isListed)
      writer.record('answers', encodeName(name)!, types.a, classes.internet, 60, Uint8Array.of(127, 0, 0, 2))
    names.send(writer.bytes(), port, '127.0.0.1')
  })
  const section = secondLookSection.parse({
    otx: { url: web.url(''), key: 'secret' },
    dnsbl: { resolver: '127.0.0.1', port: names.address().port, zones: [{ zone: 'bl.blocklist.net' }] },
    per_minute: 6_000,
  })
  const stop = new AbortController()
  const told: string[] = []
  const look = new SecondLook({
    section,
    networks: networksOf([]),
    domains: [],
    ...secondLookWays(section, { folder, version: '0', environment: {} }, stop.signal),
    allow: async ({ value, reason, action }) => told.push(`${action} ${value}: ${reason}`) as never,
    note: async ({ source, value, title }) => told.push(`${source} ${value}: ${title}`),
    trouble: (_, message, cause) => told.push(`${message} ${String(cause)}`),
  })
  const running = look.run(stop.signal)
  look.offer({ indicator: '1.1.1.0/24', matched_ip: '1.1.1.1' })
  // Nothing lies there: OTX does not know it.
  look.offer({ indicator: '1.1.1.0/24', matched_ip: '1.1.1.2' })
  for (let tries = 0; tries < 200 && web.asked.length < 2; tries++) await wait(20)
  await wait(50)
  stop.abort()
  await running
  names.close()
  assert.deepEqual(told, [
    'downgrade 1.1.1.1: OTX: Known False Positive (false_positive); contained in whitelisted prefix (whitelist)',
    'dnsbl/bl.blocklist.net 1.1.1.1: 127.0.0.2',
  ])
  assert.equal(web.asked[0]?.headers['x-otx-api-key'], 'secret')
  assert.deepEqual(await readdir(folder), [])
  await rm(folder, { recursive: true })
})
