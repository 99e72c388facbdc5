import assert from 'node:assert/strict'
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { listBatchFiles } from '../../src/core/batch-spool.ts'
import { JournalReader } from '../../src/core/journal/reader.ts'
import { layout } from '../../src/core/layout.ts'
import { encodeV5 } from '../../src/wire/netflow/encode.ts'
import { ipv4, udp } from '../importers/flows/packets.ts'
import { pcap } from '../wire/pcap/written.ts'
import { listed } from './listed.ts'
import { dataFolder, sundew } from './sundew.ts'

const captures = join(import.meta.dirname, '../../../../testdata/pcap')
const bring = (data: string, ...args: string[]) => sundew(['import', ...args, '--data', data])
const rows = async (data: string) => (await listBatchFiles(layout(data).flows)).map((file) => file.rows)
/** The captures are from this day on too old at some time: the lifetime is set so that they are not. */
const config = 'keep: { flows_1h_days: 10000 }\n'

describe('sundew import pcap', () => {
  test('puts flows on their way to the store, a file once', async () => {
    await using folder = await dataFolder()
    await writeFile(join(folder.data, 'sundew.yaml'), config)
    const file = join(captures, 'nanoseconds.pcap')
    const first = await bring(folder.data, 'pcap', file)
    assert.deepEqual([first.code, first.stdout], [0, ''], first.stderr)
    assert.match(
      first.stderr,
      /^11 flows imported\n11 flows wait on disk for the next start of "sundew up".\n$/,
    )
    const copy = join(folder.data, 'copy.pcap')
    await copyFile(file, copy)
    const second = await bring(folder.data, 'pcap', '--no-wait', copy)
    assert.equal(second.code, 0)
    assert.match(second.stderr, /^0 flows imported\n1 left out: files imported before \(--again .*\n$/)
    assert.deepEqual(await rows(folder.data), [11])
    await bring(folder.data, 'pcap', '--no-wait', '--again', copy)
    assert.deepEqual(await rows(folder.data), [11, 11])
  })

  test('unwraps gzip and Zstandard, takes folders, and tells what is no capture', async () => {
    await using folder = await dataFolder()
    await writeFile(join(folder.data, 'sundew.yaml'), config)
    const inside = await readFile(join(captures, 'capture.pcapng'))
    const cooked = await readFile(join(captures, 'cooked.pcap'))
    const packed = join(folder.data, 'packed')
    await writeFile(`${packed}.gz`, gzipSync(inside))
    await writeFile(`${packed}.zst`, zstdCompressSync(cooked))
    await writeFile(`${packed}.broken.gz`, gzipSync(inside).subarray(0, 500))
    const { code, stderr } = await bring(
      folder.data,
      'pcap',
      '--no-wait',
      ...['gz', 'zst', 'broken.gz'].map((end) => `${packed}.${end}`),
    )
    assert.equal(code, 1)
    assert.match(
      stderr,
      /^22 flows imported\n1 left out: compressed files that are broken \(Z_BUF_ERROR\); the first: .*broken\.gz at byte 0\n$/,
    )
    const other = await bring(folder.data, 'pcap', '--no-wait', captures)
    assert.equal(other.code, 1)
    assert.match(
      other.stderr,
      /2 left out: files that are no capture; the first: .*(README\.md|packets\.tsv) at byte 0/,
    )
    assert.deepEqual(await readdir(join(layout(folder.data).flows, 'import')), [])
  })

  test('refuses a port that is none', async () => {
    await using folder = await dataFolder()
    const { code, stderr } = await bring(
      folder.data,
      'pcap',
      '--port',
      '2055,x',
      join(captures, 'cooked.pcap'),
    )
    assert.equal(code, 2)
    assert.match(stderr, /It should be a whole number/)
  })
})

/** An export packet of a flow from one of ours to a listed host, sent at this time (seconds). */
function exported(seconds: number, sequence: number) {
  const [source, destination] = [0xc0a8_010a, 0xcb00_7107]
  const flow = { source, destination, packets: 3, bytes: 400, firstMs: 59_000, lastMs: 60_000 }
  const v5 = encodeV5({ uptimeMs: 60_000, seconds, sequence }, [
    { ...flow, sourcePort: 50_000, destinationPort: 443, protocol: 6, tcpFlags: 27, input: 1, output: 2 },
  ])
  return { time: BigInt(seconds) * 1_000_000n, bytes: ipv4(udp(v5, 2055), { source: 9 }) }
}

async function matchesOf(data: string) {
  const reader = new JournalReader(layout(data).importJournal)
  const { entries } = await reader.read({ segment: 0, offset: 0 }, 1_000_000)
  await reader.close()
  return entries.map(({ event }) => {
    assert.ok(event.kind === 'intel.match')
    const { source_ip, destination_ip, time, fields } = event
    const { indicator, flows, bytes, summary, retro, exporter } = fields
    return {
      source_ip,
      destination_ip,
      ms: Date.parse(time),
      indicator,
      flows,
      bytes,
      summary,
      retro,
      exporter,
    }
  })
}

describe('flows that are imported', () => {
  test('are matched against the lists in force at their own time, sampling undone, and once', async () => {
    await using folder = await dataFolder()
    await listed(folder.data, '203.0.113.0/24')
    await writeFile(
      join(folder.data, 'sundew.yaml'),
      'collectors: { flow: { window_seconds: 300, sampling: [{ exporter: 192.0.2.0/24, rate: 100 }] } }\n',
    )
    const began = Math.floor(Date.now() / 1000) - 3600
    const file = join(folder.data, 'exports.pcap')
    const packets = [exported(began, 0), exported(began + 60, 1), exported(began + 400, 2)]
    await writeFile(file, pcap(packets, { linkType: 101 }))
    const first = await bring(folder.data, 'pcap', '--no-wait', file)
    assert.equal(first.code, 0, first.stderr)
    assert.match(first.stderr, /^3 flows imported\n3 matches with listed addresses\n$/)
    const common = {
      source_ip: '192.168.1.10',
      destination_ip: '203.0.113.7',
      indicator: '203.0.113.0/24',
      retro: false,
      exporter: '192.0.2.9:50000',
    }
    const matches = await matchesOf(folder.data)
    assert.deepEqual(matches, [
      { ...common, ms: began * 1000, flows: 1, bytes: 40_000, summary: false },
      { ...common, ms: (began + 400) * 1000, flows: 2, bytes: 80_000, summary: true },
      { ...common, ms: (began + 400) * 1000, flows: 1, bytes: 40_000, summary: false },
    ])
    // As if killed after its matches were noted and before the file was.
    const { imports } = layout(folder.data)
    const lines = (await readFile(imports, 'utf8')).split('\n').filter((line) => line !== '')
    await writeFile(imports, `${lines.slice(0, -1).join('\n')}\n`)
    const again = await bring(folder.data, 'pcap', '--no-wait', file)
    assert.match(again.stderr, /^3 flows imported\n$/)
    assert.deepEqual(await matchesOf(folder.data), matches)
  })

  test('say the country of both ends', async () => {
    await using folder = await dataFolder()
    const file = join(folder.data, 'exports.pcap')
    const { time, bytes } = exported(Math.floor(Date.now() / 1000) - 60, 0)
    // The destination of the flow: 24 bytes of header and a record's first field before it, after IP and UDP.
    bytes.writeUInt32BE(0x0808_0808, 20 + 8 + 24 + 4)
    await writeFile(file, pcap([{ time, bytes }], { linkType: 101 }))
    assert.equal((await bring(folder.data, 'pcap', '--no-wait', file)).code, 0)
    const [batch] = await listBatchFiles(layout(folder.data).flows)
    const columns = (await readFile(batch!.path)).toString('latin1')
    assert.match(columns, /destination_country.*FixedString\(2\)US/s)
  })
})

describe('sundew import nfcapd', () => {
  test('without nfdump says what to install', async () => {
    await using folder = await dataFolder()
    const { code, stderr } = await sundew(
      ['import', 'nfcapd', join(captures, 'cooked.pcap'), '--data', folder.data],
      { env: { PATH: folder.data } },
    )
    assert.equal(code, 69)
    assert.match(stderr, /SUNDEW_NO_NFDUMP: .*apt install nfdump/)
  })
})
