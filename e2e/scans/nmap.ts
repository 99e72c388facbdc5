import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Need } from '../check.ts'

const run = promisify(execFile)

const unshare: Need = { command: 'unshare', package: 'util-linux' }
export const nmapNeeds: readonly Need[] = [
  unshare,
  { command: 'nmap', package: 'nmap' },
  { command: 'nft', package: 'nftables' },
  { command: 'tcpdump', package: 'tcpdump' },
  { command: 'tshark', package: 'tshark' },
]

/** A packet that nftables logged. */
export interface Logged {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly source: string
  readonly destination: string
  readonly protocol: number
  readonly sourcePort: number
  readonly port: number
}

/** The loopback network that is scanned, as nftables logs what comes for it; nothing of it leaves the namespace. */
const scanned = '127.20.0.0/16'
const scanMs = 60_000

/**
 * Runs nmap with these arguments, one after the other, on the loopback of a network namespace of its own, and returns what
 * nftables logged of it (NFLOG, read by tcpdump), in order.
 *
 * @param scans arguments of each, its own source address among them (-S)
 */
export async function nmapLogged(scans: readonly (readonly string[])[], folder: string): Promise<Logged[]> {
  const capture = join(folder, 'nmap.pcap')
  const script = [
    'ip link set lo up',
    'nft add table inet scans',
    "nft 'add chain inet scans input { type filter hook input priority 0; }'",
    `nft 'add rule inet scans input ip daddr ${scanned} log group 5'`,
    `nft 'add rule inet scans input ip daddr ${scanned} meta l4proto udp drop'`,
    `tcpdump -i nflog:5 -U -w '${capture}' 2> '${capture}.log' & tcpdump=$!`,
    `while ! grep -q listening '${capture}.log'; do kill -0 $tcpdump; sleep 0.1; done`,
    ...scans.map((args) => `nmap -Pn -n -e lo ${args.join(' ')} > /dev/null`),
    'sleep 0.5',
    'kill $tcpdump',
    'wait $tcpdump || true',
  ]
  const child = spawn(unshare.command, ['--net', 'sh', '-ec', script.join('\n')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: scanMs,
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`scanning ended with ${String(code)}`)
  const fields = ['frame.time_epoch', 'ip.src', 'ip.dst', 'ip.proto', 'tcp.srcport', 'tcp.dstport']
  const { stdout } = await run(
    'tshark',
    [
      '-r',
      capture,
      '-T',
      'fields',
      '-E',
      'separator=,',
      ...[...fields, 'udp.srcport', 'udp.dstport'].flatMap((field) => ['-e', field]),
    ],
    { maxBuffer: 1 << 28 },
  )
  return stdout
    .trim()
    .split('\n')
    .map((line): Logged => {
      const [time, source = '', destination = '', protocol, tcpFrom, tcpTo, udpFrom, udpTo] = line.split(',')
      return {
        time: Math.floor(Number(time) * 1000),
        source,
        destination,
        protocol: Number(protocol),
        sourcePort: Number(tcpFrom || udpFrom),
        port: Number(tcpTo || udpTo),
      }
    })
}

/** As the kernel writes it and syslog sends it: RFC 5424 around, for the time to the millisecond. */
export function netfilterLine({ time, source, destination, protocol, sourcePort, port }: Logged): string {
  const head = `<4>1 ${new Date(time).toISOString()} gate kernel - - - BLOCK IN=eth0 OUT= MAC=00:00:5e:00:53:01:00:00:5e:00:53:02:08:00`
  const packet = `SRC=${source} DST=${destination} LEN=44 TOS=0x00 PREC=0x00 TTL=54 ID=4711`
  return protocol === 6
    ? `${head} ${packet} PROTO=TCP SPT=${sourcePort} DPT=${port} WINDOW=1024 RES=0x00 SYN URGP=0`
    : `${head} ${packet} PROTO=UDP SPT=${sourcePort} DPT=${port} LEN=24`
}
