// Flows end to end: what real exporters tell of real traffic is in the store as nfcapd counts it, and asked for in one line.
import { execFile, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { alertDelays } from '../bench/lib/flow-alert.ts'
import { Nfcapd } from '../bench/lib/nfcapd.ts'
import { freeUdpPort } from '../bench/lib/udp.ts'
import { encodeIpfix, type ExportSet, type FieldSpec } from '../packages/sundew/src/wire/netflow/encode.ts'
import type { E2eCheck, E2eContext, Need } from './check.ts'
import { liveNfprobe, nfprobe, sendAll, sfprobe, softflowd, softflowdOverTcp } from './flows/exporters.ts'
import { captured, EchoServers } from './flows/loopback-traffic.ts'
import { sundewBin } from './instance.ts'

const run = promisify(execFile)

const tcpdump: Need = { command: 'tcpdump', package: 'tcpdump' }
const nfdump: Need = { command: 'nfcapd', package: 'nfdump' }
const sflow: Need = { command: 'sfcapd', package: 'nfdump-sflow' }
const pmacct: Need = { command: 'pmacctd', package: 'pmacct' }
const soft: Need = { command: 'softflowd', package: 'softflowd' }
const tshark: Need = { command: 'tshark', package: 'tshark' }
const openssl: Need = { command: 'openssl', package: 'openssl' }

/** Files that this Sundew's settings name, so they have to be there before it starts. */
const folder = mkdtempSync(join(tmpdir(), 'sundew-e2e-flows-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const files = {
  list: join(folder, 'bad.txt'),
  alerts: join(folder, 'alerts.log'),
  certificate: join(folder, 'certificate.pem'),
  key: join(folder, 'key.pem'),
}
const bad = ['198.51.100.7', '198.51.100.8', '198.51.100.9']
writeFileSync(files.list, `# made up\n${bad.join('\n')}\n`)
makeCertificate()

export const config = {
  collectors: {
    flow: {
      ports: [
        { port: 0, transport: 'udp' },
        { port: 0, transport: 'tcp' },
        { port: 0, transport: 'tls' },
      ],
      tls: { certificate: files.certificate, key: files.key },
    },
  },
  intel: { core: { bogons: false }, files: [{ path: files.list, name: 'made-up' }] },
  outputs: { alert_file: { enabled: true, path: files.alerts, format: 'json', per_minute: 0 } },
}

export const checks: readonly E2eCheck[] = [
  ...([5, 9, 10] as const).flatMap((version): E2eCheck[] => {
    const name = version === 10 ? 'IPFIX' : `NetFlow v${version}`
    return [
      {
        name: `what softflowd tells of a capture as ${name} adds up as in nfcapd`,
        needs: [tcpdump, soft, nfdump],
        run: async (context) => sameTotals(context, await softflowd(await capture(context), version)),
      },
      {
        name: `what pmacct's nfprobe tells of a capture as ${name} adds up as in nfcapd`,
        needs: [tcpdump, pmacct, nfdump],
        run: async (context) =>
          sameTotals(context, await nfprobe(await capture(context), version, context.temp)),
      },
    ]
  }),
  {
    name: "what pmacct's nfprobe tells of traffic as it passes adds up as in nfcapd",
    needs: [pmacct, nfdump],
    async run(context) {
      await using servers = await EchoServers.start()
      const { filter } = servers
      await sameTotals(context, await liveNfprobe(filter, 9, context.temp, () => servers.talk()))
    },
  },
  {
    name: "what pmacct's sfprobe samples of a capture adds up as in sfcapd",
    needs: [tcpdump, pmacct, sflow, nfdump],
    run: async (context) =>
      sameTotals(context, await sfprobe(await capture(context), context.temp), 'sfcapd'),
  },
  {
    name: 'what softflowd tells over TCP adds up as what it tells nfcapd over UDP',
    needs: [tcpdump, soft, nfdump],
    async run(context) {
      const file = await capture(context)
      const theirs = await peerTotals(context, await softflowd(file, 10), 'nfcapd', [])
      const before = await totals(context, softflowdsIpfix)
      await softflowdOverTcp(file, context.ports.flowTcp)
      await agree(context, softflowdsIpfix, {
        flows: before.flows + theirs.flows,
        packets: before.packets + theirs.packets,
        bytes: before.bytes + theirs.bytes,
      })
    },
  },
  {
    name: 'IPFIX through openssl s_client is heard over TLS, messages cut anywhere',
    needs: [openssl],
    async run(context) {
      const domain = 77_001
      const bytes = messages(domain, 40)
      const client = spawn(
        'openssl',
        ['s_client', '-quiet', '-no_ign_eof', '-connect', `127.0.0.1:${context.ports.flowTls}`],
        { stdio: ['pipe', 'ignore', 'ignore'] },
      )
      const exited = once(client, 'exit')
      await new Promise((resolve) => setTimeout(resolve, 300))
      for (let at = 0; at < bytes.length; at += 101) client.stdin.write(bytes.subarray(at, at + 101))
      await context.waitFor(async () => (await flowsOf(context, `domain = ${domain}`)) === 40)
      client.kill('SIGKILL')
      await exited
    },
  },
  {
    name: 'IPFIX over TCP byte by byte is heard',
    needs: [],
    async run(context) {
      const domain = 77_002
      const socket = connect(context.ports.flowTcp, '127.0.0.1')
      await once(socket, 'connect')
      socket.setNoDelay(true)
      for (const byte of messages(domain, 20)) socket.write(Uint8Array.of(byte))
      await context.waitFor(async () => (await flowsOf(context, `domain = ${domain}`)) === 20)
      socket.destroy()
    },
  },
  {
    name: 'a listed address that is talked to is warned of within a second, and the match is kept',
    needs: [],
    async run(context) {
      const figures = await alertDelays(context.ports.flow, files.alerts, bad)
      context.figure('alertMs', { median: figures.median, worst: figures.worst })
      if (figures.worst > 1_000) throw new Error(`it took ${JSON.stringify(figures)}`)
      await context.waitFor(async () => {
        const [row] = await context.query(
          `SELECT count() AS n FROM events WHERE kind = 'intel.match' AND matched_ip IN (${bad.map((each) => `'${each}'`).join()})`,
        )
        return Number(row?.['n']) === bad.length
      })
    },
  },
  {
    name: 'sundew flows tells who met what is listed, and the flows in the columns of rwcut',
    needs: [],
    async run(context) {
      await context.waitFor(
        async () => (await flowsOf(context, "destination_ip = toIPv6('198.51.100.7')")) > 0,
      )
      const met = await sundew(context, 'flows', '--intel', 'all', '--since', '1h', '--format', 'json')
      for (const address of bad)
        if (!met.includes(`"indicator":"${address}"`)) throw new Error(`${address} is not told:\n${met}`)
      const cut = await sundew(context, 'flows', '-d', bad[0]!, '--format', 'silk', '-f', '1-5')
      const [titles, first] = cut.split('\n')
      // As in the owner's post of 2016.
      if (titles !== '            sIP|            dIP|sPort|dPort|pro|') throw new Error(cut)
      if (!/^ {4}192\.168\.7\.\d\| {3}198\.51\.100\.7\|50000\| {2}443\| {2}6\|$/.test(first ?? ''))
        throw new Error(cut)
    },
  },
  {
    name: 'sundew import pcap makes flows of a capture that add up as tshark counts it, once',
    needs: [tcpdump, tshark],
    async run(context) {
      const file = await capture(context)
      const { stdout } = await run('tshark', ['-r', file, '-T', 'fields', '-e', 'ip.len', '-e', 'ipv6.plen'])
      const lines = stdout.split('\n').filter((line) => line.trim() !== '')
      const bytes = lines.reduce((sum, line) => {
        const [four = '', six = ''] = line.split('\t')
        return sum + (six === '' ? Number(four) : Number(six) + 40)
      }, 0)
      await sundew(context, 'import', 'pcap', file)
      await sundew(context, 'import', 'pcap', file)
      await agreeInTraffic(context, { packets: lines.length, bytes })
    },
  },
]

let captureFile: Promise<string> | undefined

/** Traffic on loopback, captured once for all checks. */
function capture({ temp }: E2eContext): Promise<string> {
  captureFile ??= (async () => {
    const file = join(temp, 'loopback.pcap')
    await using servers = await EchoServers.start()
    await captured(file, servers.filter, () => servers.talk())
    return file
  })()
  return captureFile
}

interface Totals {
  readonly flows: number
  readonly packets: number
  readonly bytes: number
}

/** What softflowd sends as IPFIX is of domain 0, over UDP and TCP alike. */
const softflowdsIpfix = 'export_version = 10 AND domain = 0'

/** Sends the packets to the peer and to us, and holds the totals of both beside each other. */
async function sameTotals(
  context: E2eContext,
  packets: readonly Buffer[],
  command: 'nfcapd' | 'sfcapd' = 'nfcapd',
): Promise<void> {
  const { exporterPort, ...theirs } = await peerTotals(context, packets, command, [context.ports.flow])
  await agree(context, `exporter_port = ${exporterPort}`, theirs)
}

/** What the peer counts in the packets, which go to our ports too. */
async function peerTotals(
  context: E2eContext,
  packets: readonly Buffer[],
  command: 'nfcapd' | 'sfcapd',
  ours: readonly number[],
): Promise<Totals & { readonly exporterPort: number }> {
  if (packets.length === 0) throw new Error('the exporter sent nothing')
  await using peer = await Nfcapd.start({
    port: await freeUdpPort(),
    under: context.temp,
    bufferBytes: 1_000_000,
    command,
  })
  const exporterPort = await sendAll(packets, [peer.port, ...ours])
  await new Promise((resolve) => setTimeout(resolve, 300))
  await peer.stop()
  const { flows, packets: carried, bytes } = await peer.totals()
  if (flows === 0) throw new Error(`${command} counts no flows`)
  return { flows, packets: carried, bytes, exporterPort }
}

async function agree(context: E2eContext, where: string, theirs: Totals): Promise<void> {
  let ours: Totals | undefined
  await context
    .waitFor(async () => {
      ours = await totals(context, where)
      return JSON.stringify(ours) === JSON.stringify(theirs)
    })
    .catch(() => {
      throw new Error(`the peer counts ${JSON.stringify(theirs)}, and Sundew ${JSON.stringify(ours)}`)
    })
}

async function totals({ query }: E2eContext, where: string): Promise<Totals> {
  const [row] = await query(
    `SELECT count() AS flows, sum(packets) AS packets, sum(bytes) AS bytes FROM flows WHERE ${where}`,
  )
  return { flows: Number(row?.['flows']), packets: Number(row?.['packets']), bytes: Number(row?.['bytes']) }
}

/** Flows made of packets: how many is a matter of timeouts, what they carry is not. */
async function agreeInTraffic(context: E2eContext, counted: Omit<Totals, 'flows'>): Promise<void> {
  const where = 'export_version = 200'
  await context.waitFor(async () => (await totals(context, where)).packets >= counted.packets)
  const { packets, bytes } = await totals(context, where)
  if (packets !== counted.packets || bytes !== counted.bytes)
    throw new Error(`${packets} packets, ${bytes} bytes; tshark counts ${JSON.stringify(counted)}`)
}

async function flowsOf({ query }: E2eContext, where: string): Promise<number> {
  const [row] = await query(`SELECT count() AS n FROM flows WHERE ${where}`)
  return Number(row?.['n'])
}

const fields: readonly FieldSpec[] = [
  { id: 8, length: 4 },
  { id: 12, length: 4 },
  { id: 1, length: 8 },
  { id: 2, length: 8 },
]

/** A template, then messages of one flow each, on end. */
function messages(domain: number, flows: number): Buffer {
  const seconds = Math.floor(Date.now() / 1000)
  const message = (sequence: number, ...sets: ExportSet[]) => encodeIpfix({ seconds, sequence, domain }, sets)
  return Buffer.concat([
    message(0, { templates: [{ id: 300, fields }] }),
    ...Array.from({ length: flows }, (_, i) =>
      message(i, { id: 300, fields, records: [[0x0a000001 + i, 0xc0000201, 1_000 + i, 1 + i]] }),
    ),
  ])
}

async function sundew({ dataDir }: E2eContext, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [sundewBin, '--data', dataDir, ...args])
  return stdout
}

/** Of nobody's authority, for 127.0.0.1; where there is no openssl, the check that needs it is not run. */
function makeCertificate(): void {
  const subject = ['-subj', '/CN=127.0.0.1', '-days', '2', '-nodes']
  const made = ['-keyout', files.key, '-out', files.certificate]
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...subject, ...made], { stdio: 'ignore' })
  } catch {
    config.collectors.flow.ports.pop()
  }
}
