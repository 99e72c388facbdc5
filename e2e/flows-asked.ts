// What is asked of flows by whoever looks after the network, beside what nfdump and rwcut would say.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { Nfcapd, nfdumpNeed } from '../bench/lib/nfcapd.ts'
import { freeUdpPort } from '../bench/lib/udp.ts'
import { encodeV9, type FieldValue } from '../packages/sundew/src/wire/netflow/encode.ts'
import type { E2eCheck, E2eContext, Need } from './check.ts'
import { flowFields, flowRecord, flowTemplate } from './flows/exported.ts'
import { type ExportVersion, nfprobe, sendAll, softflowd } from './flows/exporters.ts'
import { linesOfNfdump, linesOfStore } from './flows/flow-lines.ts'
import { recentCapture } from './flows/recent-capture.ts'
import { sundewBin } from './instance.ts'
import { partPid } from './kill.ts'

const run = promisify(execFile)

const soft: Need = { command: 'softflowd', package: 'softflowd' }
const pmacct: Need = { command: 'pmacctd', package: 'pmacct' }
const tshark: Need = { command: 'tshark', package: 'tshark' }

const list = 'e2e-list'
/** What is listed: the one met first tells that `sundew tail` listens, the others are met in turn. */
const [first, ...listed] = Array.from({ length: 11 }, (_, i) => `198.51.100.${2 * i + 1}`) as [
  string,
  ...string[],
]
const host = '10.20.4.1'
const bytesMet = 4321
const post = join(import.meta.dirname, '..', 'testdata', 'flows', 'rwcut-layout.txt')

/** Settings of this suite's Sundew: networks of ours, and a list. */
export async function config(temp: string) {
  const path = join(temp, `${list}.txt`)
  await writeFile(path, `# met by the suite flows-asked\n${[first, ...listed].join('\n')}\n`)
  return { networks: ['10.20.0.0/16'], intel: { core: { bogons: false }, files: [{ path, name: list }] } }
}

const versions = [5, 9, 10] as const
const nameOf = { 5: 'NetFlow v5', 9: 'NetFlow v9', 10: 'IPFIX' } as const

export const checks: readonly E2eCheck[] = [
  ...versions.flatMap((version): E2eCheck[] => [
    {
      name: `what softflowd tells as ${nameOf[version]} is stored flow for flow as nfcapd stores it`,
      needs: [soft, nfdumpNeed],
      async run(context) {
        const { ours, theirs } = await both(context, `softflowd-${version}`, (capture) =>
          softflowd(capture, version),
        )
        assert.deepEqual(ours, theirs)
      },
    },
    {
      name: `what pmacct's nfprobe tells as ${nameOf[version]} is stored flow for flow as nfcapd stores it`,
      needs: [pmacct, nfdumpNeed],
      async run(context) {
        const { ours, theirs } = await both(context, `nfprobe-${version}`, (capture) =>
          nfprobe(capture, version as ExportVersion, context.temp),
        )
        // ICMP's type and code in v9's element 32 are not read by nfdump 1.7: port unreachable it was.
        const unread = (line: string) => (version === 9 ? line.replace(/ 0 771 1 /, ' 0 0 1 ') : line)
        assert.deepEqual(ours.map(unread).sort(), theirs)
        assert.equal(ours.filter((line) => / 0 771 1 /.test(line)).length, 3)
      },
    },
  ]),
  {
    name: 'sundew flows prints the flows that nfdump has, in sum, one by one, and one by one in the columns of the 2016 post',
    needs: [soft, nfdumpNeed],
    async run(context) {
      const asked = ['--since', '1h', '--exporter', '127.0.0.1', '--address', '10.20.1.7']
      const theirs = (await both(context, 'asked', (capture) => softflowd(capture, 5))).theirs
      const mine = theirs.filter((line) => line.split(' ').slice(0, 2).includes('10.20.1.7'))
      assert.ok(mine.length > 5, theirs.join('\n'))
      const before = await told(context, ...asked)
      // The same again, so that what others of these checks sent is told apart.
      await both(context, 'asked-again', (capture) => softflowd(capture, 5))
      const after = await told(context, ...asked)
      const sum = (index: number) => mine.reduce((all, line) => all + Number(line.split(' ')[index]), 0)
      assert.deepEqual(
        after.count.map((value, index) => value - before.count[index]!),
        [mine.length, sum(5), sum(6)],
      )
      assert.deepEqual(
        after.rows.map((value, index) => value - before.rows[index]!),
        [mine.length, sum(5), sum(6)],
      )
      const [titles = '', ...lines] = (
        await sundew(context, 'flows', ...asked, '--format', 'silk', '-f', '1-5')
      )
        .trimEnd()
        .split('\n')
      const [, layout] = (await readFile(post, 'utf8')).split('\n')
      assert.equal(titles, layout)
      assert.equal(lines.length, after.count[0])
      const cells = new Set(lines.map((line) => line.replaceAll('|', ' ').trim().replace(/ +/g, ' ')))
      assert.deepEqual(cells, new Set(mine.map((line) => line.split(' ').slice(0, 5).join(' '))))
      for (const line of lines) assert.match(line, /^[ \d.]{15}\|[ \d.]{15}\|[ \d]{5}\|[ \d]{5}\|[ \d]{3}\|$/)
    },
  },
  {
    name: "sundew import nfcapd brings in the flows of nfcapd's file, and sundew import pcap the capture's as tshark counts it, each once",
    needs: [soft, nfdumpNeed, tshark],
    async run(context) {
      const { temp, query } = context
      const capture = await recentCapture(join(temp, 'imported.pcap'))
      await using nfcapd = await startNfcapd(context)
      await sendAll(await softflowd(capture, 5), [nfcapd.port])
      await new Promise((resolve) => setTimeout(resolve, settleMs))
      await nfcapd.stop()
      for (let times = 0; times < 2; times++)
        await sundew(context, 'import', 'nfcapd', nfcapd.folder).catch(refused)
      assert.deepEqual(await linesOfStore(context, notTold), await linesOfNfdump(nfcapd.folder))

      const lengths = await lengthsByTshark(capture)
      for (let times = 0; times < 2; times++) await sundew(context, 'import', 'pcap', capture).catch(refused)
      const [row] = await query(
        'SELECT sum(raw_packets) AS packets, sum(raw_bytes) AS bytes FROM flows WHERE export_version = 200',
      )
      assert.deepEqual(
        [Number(row?.['packets']), Number(row?.['bytes'])],
        [lengths.length, lengths.reduce((sum, length) => sum + length, 0)],
      )
    },
  },
  {
    name: 'sundew tail tells within a second that a host of ours met an address of a list, which, and who began',
    needs: [],
    async run(context) {
      const { dataDir, ports, figure, waitFor } = context
      const child = spawn(
        process.execPath,
        [sundewBin, 'tail', '--json', '--kind', 'intel.match', '--data', dataDir],
        { stdio: ['ignore', 'pipe', 'ignore'] },
      )
      const events = new Map<string, { atMs: number; event: Record<string, unknown> }>()
      createInterface({ input: child.stdout }).on('line', (line) => {
        const event = JSON.parse(line) as Record<string, unknown>
        const { indicator } = event['fields'] as { indicator: string }
        if (!events.has(indicator)) events.set(indicator, { atMs: performance.now(), event })
      })
      using router = await Router.open(ports.flow)
      try {
        // Until it listens; each host is another pair, told at once.
        for (let other = 1; !events.has(first); other++) {
          assert.ok(other < 200, 'sundew tail tells of no match')
          router.tell([flowRecord(`10.20.3.${other}`, first, { bytes: 1, port: 443 })])
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
        const lateMs: number[] = []
        for (const address of listed) {
          const sentMs = performance.now()
          router.tell([flowRecord(host, address, { bytes: bytesMet, port: 443 })])
          const { atMs, event } = await waitFor(async () => events.get(address))
          lateMs.push(atMs - sentMs)
          const fields = event['fields'] as Record<string, unknown>
          assert.deepEqual(
            [event['source_ip'], event['destination_ip'], event['destination_port'], Number(fields['bytes'])],
            [host, address, 443, bytesMet],
          )
          assert.deepEqual(
            [fields['list'], fields['indicator'], fields['direction'], fields['matched']],
            [list, address, 'outbound', 'destination'],
          )
        }
        lateMs.sort((a, b) => a - b)
        figure('tailMs', {
          median: Math.round(lateMs[lateMs.length >> 1]!),
          worst: Math.round(lateMs.at(-1)!),
        })
        assert.ok(lateMs.at(-1)! < 1000, `told after ${lateMs.at(-1)} ms`)
      } finally {
        child.kill()
      }
    },
  },
  {
    name: 'sundew report hits counts what was met, and sundew flows --set of the list tells the same flows',
    needs: [],
    async run(context) {
      const { temp, waitFor } = context
      const hits = await waitFor(async () => {
        const rows = JSON.parse(await sundew(context, 'report', 'hits', '--by', 'host', '--json')) as {
          key: string
          matches: number
          bytes: number
        }[]
        const found = rows.find(({ key }) => key === host)
        return found && Number(found.matches) >= listed.length && found
      })
      assert.deepEqual([Number(hits.matches), Number(hits.bytes)], [listed.length, listed.length * bytesMet])
      const all = join(temp, 'all.set')
      const [left, both_, right] = [listed.slice(0, 6), listed.slice(3, 6), listed.slice(3)]
      const [a, b] = [join(temp, 'a.txt'), join(temp, 'b.txt')]
      await writeFile(a, left.toReversed().join('\n'))
      await writeFile(b, `# the rest\n${right.join('\n')}\n`)
      await run(process.execPath, [sundewBin, 'sets', 'build', a, b, '-o', all])
      const shown = async (...args: string[]) =>
        (await run(process.execPath, [sundewBin, 'sets', ...args])).stdout.trim().split('\n').map(single)
      assert.deepEqual(await shown('show', all), listed)
      assert.deepEqual(await shown('intersect', a, b), both_)
      assert.deepEqual(await shown('difference', all, b), left.slice(0, 3))
      const rows = (
        await sundew(context, 'flows', '--since', '1h', '--source', host, '--set', all, '--format', 'json')
      )
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { destination_ip: string; bytes: number })
      assert.deepEqual(rows.map(({ destination_ip }) => destination_ip).sort(), listed.toSorted())
      assert.ok(rows.every(({ bytes }) => Number(bytes) === bytesMet))
    },
  },
  {
    name: 'templates outlive a SIGKILL of the collectors: data of an exporter that does not tell them again is decoded',
    needs: [],
    async run(context) {
      const { dataDir, ports, waitFor } = context
      using router = await Router.open(ports.flow)
      router.tell([flowRecord('10.20.5.1', '203.0.113.1', { bytes: 1 })])
      // They are saved every half minute.
      await waitFor(
        async () =>
          (await readFile(join(dataDir, 'collectors', 'templates.json'), 'utf8')).includes(`:${router.port}`),
        40_000,
      )
      const pid = await partPid({ data: dataDir }, 'collectors')
      process.kill(pid, 'SIGKILL')
      await waitFor(async () => (await partPid({ data: dataDir }, 'collectors')) !== pid)
      const where = `exporter_port = ${router.port} AND source_ip = toIPv6('10.20.5.2')`
      await waitFor(async () => {
        router.tell([flowRecord('10.20.5.2', '203.0.113.1', { bytes: 2 })], false)
        return (await countOf(context, where)) > 0
      })
    },
  },
]

/** Time in which a collector has read some dozen packets, milliseconds. */
const settleMs = 300

/** Came by no export packet and is of no capture. */
const notTold = 'exporter_port = 0 AND export_version != 200'

/** The same export packets to nfcapd and to Sundew, and what each made of them. */
async function both(
  context: E2eContext,
  name: string,
  exported: (capture: string) => Promise<Buffer[]>,
): Promise<{ ours: string[]; theirs: string[] }> {
  const packets = await exported(await recentCapture(join(context.temp, `${name}.pcap`)))
  await using nfcapd = await startNfcapd(context)
  const port = await sendAll(packets, [nfcapd.port, context.ports.flow])
  await new Promise((resolve) => setTimeout(resolve, settleMs))
  await nfcapd.stop()
  const theirs = await linesOfNfdump(nfcapd.folder)
  assert.ok(theirs.length > 100, `nfcapd has ${theirs.length} flows of ${packets.length} packets`)
  const where = `exporter_port = ${port}`
  await context.waitFor(async () => (await countOf(context, where)) >= theirs.length)
  return { ours: await linesOfStore(context, where), theirs }
}

async function startNfcapd({ temp }: E2eContext): Promise<Nfcapd> {
  return Nfcapd.start({ port: await freeUdpPort(), under: temp, bufferBytes: 1_000_000 })
}

async function countOf({ query }: E2eContext, where: string): Promise<number> {
  const [row] = await query(`SELECT count() AS n FROM flows WHERE ${where}`)
  return Number(row?.['n'])
}

/** Flows, packets and bytes: as `--count` says, and added up of what is printed one by one. */
async function told(context: E2eContext, ...asked: string[]): Promise<{ count: number[]; rows: number[] }> {
  const counted = JSON.parse(await sundew(context, 'flows', ...asked, '--count', '--format', 'json')) as {
    flows: number
    packets: number
    bytes: number
  }
  const rows = (await sundew(context, 'flows', ...asked, '--format', 'csv', '-f', 'packets,bytes'))
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(',').map(Number))
  return {
    count: [counted.flows, counted.packets, counted.bytes].map(Number),
    rows: [0, 1].reduce(
      (sums, index) => [...sums, rows.reduce((sum, row) => sum + row[index]!, 0)],
      [rows.length],
    ),
  }
}

/** Each IP packet's length without the frame around it, bytes. */
async function lengthsByTshark(capture: string): Promise<number[]> {
  const ipv6Header = 40
  const fields = ['-T', 'fields', '-E', 'occurrence=f', '-e', 'ip.len', '-e', 'ipv6.plen']
  const { stdout } = await run('tshark', ['-r', capture, '-Y', 'ip or ipv6', ...fields])
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
    .map(([ip, ipv6]) => (ip ? Number(ip) : Number(ipv6) + ipv6Header))
}

/** A file that was imported before ends `sundew import` with 1. */
function refused(error: { code?: unknown; stderr?: unknown }): void {
  assert.match(String(error.stderr), /imported before/)
}

/** A prefix that is one address, as the address. */
function single(prefix: string): string {
  return prefix.replace(/\/32$/, '')
}

async function sundew({ dataDir }: E2eContext, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [sundewBin, ...args, '--data', dataDir], {
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
}

/** An exporter of NetFlow v9. */
class Router implements Disposable {
  readonly port: number
  readonly #socket: Socket
  readonly #to: number
  #sequence = 0

  private constructor(socket: Socket, to: number) {
    this.port = socket.address().port
    this.#socket = socket
    this.#to = to
  }

  static async open(to: number): Promise<Router> {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return new Router(socket, to)
  }

  /** Flows of {@link flowTemplate}, which it tells before them where it is not to be left out. */
  tell(records: readonly (readonly FieldValue[])[], template = true): void {
    const header = {
      uptimeMs: 3_600_000,
      seconds: Math.floor(Date.now() / 1000),
      sequence: this.#sequence++,
      domain: 7003,
    }
    const data = { id: flowTemplate.id, fields: flowFields, records }
    const sets = template ? [{ templates: [flowTemplate] }, data] : [data]
    this.#socket.send(encodeV9(header, sets), this.#to, '127.0.0.1')
  }

  [Symbol.dispose](): void {
    this.#socket.close()
  }
}
