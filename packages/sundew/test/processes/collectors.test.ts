import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { NativeReceiver } from '../../src/collectors/flow/native-receiver.ts'
import type { ToCollectors } from '../../src/core/collector-messages.ts'
import { listBatchFiles } from '../../src/core/batch-spool.ts'
import { journalStart, JournalReader } from '../../src/core/journal/reader.ts'
import type { SundewEvent } from '../../src/event/event.ts'
import { AddressSetBuilder } from '../../src/match/address-set-builder.ts'
import { parseRange } from '../../src/match/parse-address.ts'
import { encodeIpfix, encodeV5 } from '../../src/wire/netflow/encode.ts'
import { CollectorsProcess } from './collectors-process.ts'

const v5 = (flows: number, sequence = 0): Uint8Array =>
  encodeV5(
    { uptimeMs: 60_000, seconds: Math.floor(Date.now() / 1000), sequence },
    Array.from({ length: flows }, (_, i) => ({
      source: 0x0a000001 + i,
      destination: 0xc6336401,
      nextHop: 0,
      input: 1,
      output: 2,
      packets: 3,
      bytes: 100 + i,
      firstMs: 50_000,
      lastMs: 51_000,
      sourcePort: 40_000,
      destinationPort: 443,
      tcpFlags: 0x1b,
      protocol: 6,
      tos: 0,
      sourceAs: 0,
      destinationAs: 0,
      sourceMask: 24,
      destinationMask: 0,
    })),
  )

const template = { id: 256, fields: [8, 12].map((id) => ({ id, length: 4 })) }
const ipfix = (withTemplate: boolean, records: number): Uint8Array =>
  encodeIpfix({ seconds: Math.floor(Date.now() / 1000), sequence: 0, domain: 7 }, [
    ...(withTemplate ? [{ templates: [template] }] : []),
    {
      id: 256,
      fields: template.fields,
      records: Array.from({ length: records }, (_, i) => [0x0a000001 + i, 0xc6336401]),
    },
  ])

async function send(port: number, ...packets: Uint8Array[]): Promise<void> {
  const socket = createSocket('udp4')
  for (const packet of packets)
    await new Promise((resolve) => socket.send(packet, port, '127.0.0.1', resolve))
  socket.close()
}

async function until(ask: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await ask())) {
    if (Date.now() > deadline) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const rowsIn = async ({ paths }: CollectorsProcess): Promise<number> =>
  (await listBatchFiles(paths.flows)).reduce((sum, { rows }) => sum + rows, 0)

async function eventsOf({ paths }: CollectorsProcess): Promise<SundewEvent[]> {
  const reader = new JournalReader(paths.collectorJournal)
  const { entries } = await reader.read(journalStart, 1e9)
  await reader.close()
  return entries.map(({ event }) => event)
}

for (const receiver of ['recvmmsg', 'dgram'] as const) {
  const skip = receiver === 'recvmmsg' && !NativeReceiver.available
  describe(`the collectors' process with ${receiver}`, { skip }, () => {
    test('a NetFlow packet is on its way to the store a second later, and told of', async () => {
      await using collectors = await CollectorsProcess.start(
        { ports: [{ port: 0 }], receive_buffer_mb: 1 },
        { receiver },
      )
      await send(collectors.port('udp'), v5(30), v5(30, 30), new Uint8Array(3))
      await until(async () => (await rowsIn(collectors)) === 60)
      await until(() => collectors.statuses.some(({ packets }) => packets === 3))
      await until(() => collectors.statuses.at(-1)!.exporters === 1)
      const status = collectors.statuses.at(-1)!
      assert.deepEqual(
        [status.receiver, status.flows, status.lost, status.refused, status.dropped],
        [receiver, 60, 0, 1, 0],
      )
      assert.equal(status.sockets[0]?.wantedBytes, 1024 * 1024)
      assert.ok(status.sockets[0].bufferBytes > 0)
      await collectors.stop()
      const [health] = await eventsOf(collectors)
      assert.equal(health?.kind, 'flow.exporter')
      const fields = health?.fields as Record<string, unknown>
      assert.deepEqual([fields['packets'], fields['flows'], fields['refused']], [3, 60, ['version 1']])
    })

    test('templates outlive a restart, and a kill', async () => {
      await using collectors = await CollectorsProcess.start({ ports: [{ port: 0 }] }, { receiver })
      const socket = createSocket('udp4').bind(0, '127.0.0.1')
      const say = (bytes: Uint8Array) =>
        new Promise((resolve) => socket.send(bytes, collectors.port('udp'), '127.0.0.1', resolve))
      try {
        await say(ipfix(true, 2))
        await until(async () => (await rowsIn(collectors)) === 2)
        await collectors.stop()
        await collectors.up()
        await say(ipfix(false, 3))
        await until(async () => (await rowsIn(collectors)) === 5)
        await collectors.kill()
        await collectors.up()
        await say(ipfix(false, 4))
        await until(async () => (await rowsIn(collectors)) === 9)
      } finally {
        socket.close()
      }
    })
  })
}

describe("the collectors' process", () => {
  test('a flow to a listed address is told of within a second, and a new set is in force at once', async () => {
    await using collectors = await CollectorsProcess.start({ ports: [{ port: 0 }] })
    const put = async (version: number, listed: string) => {
      const builder = new AddressSetBuilder()
      const { first, last } = parseRange(listed)!
      builder.add(first, last, builder.label(builder.source('bad'), 'a title', 'https://example.org/'))
      const path = join(collectors.paths.intel, `set-${version}.bin`)
      await writeFile(path, builder.toBytes())
      collectors.send({
        type: 'relay',
        to: 'collectors',
        body: { type: 'set', path, version, entries: 1 } satisfies ToCollectors,
      })
      await until(() => collectors.statuses.at(-1)?.set.version === version)
    }
    const matches = async () => (await eventsOf(collectors)).filter(({ kind }) => kind === 'intel.match')
    await put(1, '203.0.113.0/24')
    await send(collectors.port('udp'), v5(1))
    await until(async () => (await rowsIn(collectors)) === 1)
    assert.deepEqual(await matches(), [])

    await put(2, '198.51.100.0/24')
    const sent = Date.now()
    await send(collectors.port('udp'), v5(1))
    await until(async () => (await matches()).length > 0)
    const [match] = await matches()
    const tookMs = Date.parse(match!.time) - sent
    assert.ok(tookMs < 1_000, `${tookMs} ms`)
    const fields = match!.fields as Record<string, unknown>
    assert.deepEqual(
      [match!.source_ip, match!.destination_ip, fields['indicator'], fields['list'], fields['direction']],
      ['10.0.0.1', '198.51.100.1', '198.51.100.0/24', 'bad', 'outbound'],
    )
    const path = join(collectors.paths.intel, 'set-3.bin')
    await writeFile(path, 'no set')
    collectors.send({ type: 'relay', to: 'collectors', body: { type: 'set', path, version: 3, entries: 1 } })
    await until(() => collectors.alerts.includes('SUNDEW_SET_NOT_TAKEN'))
    assert.equal(collectors.statuses.at(-1)?.set.version, 2)
  })

  test('a damaged file of templates is moved aside, and collecting goes on', async () => {
    await using collectors = await CollectorsProcess.start({ ports: [{ port: 0 }] })
    await collectors.stop()
    const file = join(collectors.paths.collectorState, 'templates.json')
    for (const damage of ['{"half', '[]', '{"exporters": 7}', '\0\0\0']) {
      await writeFile(file, damage)
      await collectors.up()
      await send(collectors.port('udp'), v5(1))
      const before = collectors.statuses.length
      await until(() => collectors.statuses.slice(before).some(({ flows }) => flows === 1))
      await collectors.stop()
      JSON.parse(await readFile(file, 'utf8'))
    }
    assert.ok((await readdir(collectors.paths.collectorState)).includes('templates.json.damaged'))
  })

  test('a port that another program has is a notice, and the others work', async () => {
    const other = createSocket('udp4').bind(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    try {
      await using collectors = await CollectorsProcess.start({
        ports: [{ port: other.address().port }, { port: 0 }, { port: 0, transport: 'tls' }],
      })
      assert.equal(collectors.listeners.length, 1)
      assert.match(
        collectors.notices[0] ?? '',
        /^SUNDEW_PORT_IN_USE: .* udp port \d+ .*collectors\.flow\.ports/,
      )
      assert.match(collectors.notices[1] ?? '', /^SUNDEW_PORT_FAILED: .*collectors\.flow\.tls/)
      await send(collectors.port('udp'), v5(2))
      await until(async () => (await rowsIn(collectors)) === 2)
    } finally {
      other.close()
    }
  })

  test('IPFIX over TCP: messages cut anywhere; its templates end with the stream', async () => {
    await using collectors = await CollectorsProcess.start({ ports: [{ port: 0, transport: 'tcp' }] })
    const port = collectors.port('tcp')
    const bytes = Buffer.concat([ipfix(true, 2), ipfix(false, 3), ipfix(false, 4)])
    const peer = connect(port, '127.0.0.1')
    for (let at = 0; at < bytes.length; at += 7) {
      peer.write(bytes.subarray(at, at + 7))
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await until(async () => (await rowsIn(collectors)) === 9)
    peer.destroy()
    await until(() => collectors.statuses.at(-1)?.templates === 0)
  })

  test('what waits has a limit: more is dropped, counted, and the owner hears of it', async () => {
    await using collectors = await CollectorsProcess.start({ ports: [{ port: 0 }], waiting_mb: 16 })
    await writeFile(
      join(collectors.paths.flows, `01900000-0000-7000-8000-000000000000-1-1.native`),
      new Uint8Array(17_000_000),
    )
    await until(() => collectors.statuses.some(({ waiting }) => waiting.files === 1))
    await send(collectors.port('udp'), v5(5))
    await until(() => collectors.alerts.includes('SUNDEW_FLOWS_DROPPED'))
    assert.equal(collectors.statuses.at(-1)!.dropped, 5)
    await collectors.stop()
    const [health] = await eventsOf(collectors)
    assert.equal((health!.fields as Record<string, unknown>)['dropped'], 5)
  })

  test('it has no way out: no connection, no name look-up, no program, no file but its own', async () => {
    await using collectors = await CollectorsProcess.start(
      { ports: [{ port: 0 }] },
      { imports: [join(import.meta.dirname, 'probe.ts')] },
    )
    await until(() => collectors.stdout.includes('\n'))
    const outcomes = JSON.parse(collectors.stdout.replace('outcomes ', '')) as Record<string, string>
    assert.deepEqual(
      outcomes,
      Object.fromEntries(Object.keys(outcomes).map((way) => [way, 'ERR_ACCESS_DENIED'])),
    )
    assert.equal(Object.keys(outcomes).length, 8)
    await send(collectors.port('udp'), v5(1))
    await until(async () => (await rowsIn(collectors)) === 1)
  })
})
