import { spawn } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export type ExportVersion = 5 | 9 | 10

/** How long an exporter may take with a capture; some wait for more when they are done, and are told to end. */
const patienceMs = 8_000
const afterwardsMs = 200
/** They do not say when they begin to listen. */
const beginMs = 1_500

/** Takes what an exporter sends to a loopback port of its own, in order. */
export class ExportTap {
  readonly packets: Buffer[] = []
  readonly port: number
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
    this.port = socket.address().port
    socket.on('message', (bytes) => this.packets.push(bytes))
  }

  static async open(): Promise<ExportTap> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 })
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    return new ExportTap(socket)
  }

  [Symbol.dispose](): void {
    this.#socket.close()
  }
}

/** The export packets that softflowd makes of a capture. */
export async function softflowd(capture: string, version: ExportVersion): Promise<Buffer[]> {
  using tap = await ExportTap.open()
  await ended('softflowd', ['-d', '-r', capture, ...softflowdArgs(tap.port, version)])
  return tap.packets
}

function softflowdArgs(port: number, version: ExportVersion): string[] {
  // With a control socket it now and then waits for ever.
  return ['-6', '-n', `127.0.0.1:${port}`, '-v', String(version), '-p', 'none', '-c', 'none']
}

/** softflowd exporting IPFIX over TCP to the port. */
export async function softflowdOverTcp(capture: string, port: number): Promise<void> {
  await ended('softflowd', ['-d', '-r', capture, '-P', 'tcp', ...softflowdArgs(port, 10)])
}

/** The export packets that pmacct's nfprobe makes of a capture. */
export async function nfprobe(capture: string, version: ExportVersion, folder: string): Promise<Buffer[]> {
  return pmacctd(capture, folder, (port) => nfprobeKeys(port, version))
}

/** The sFlow datagrams that pmacct's sfprobe makes of a capture: every packet is sampled. */
export async function sfprobe(capture: string, folder: string): Promise<Buffer[]> {
  return pmacctd(capture, folder, (port) => [
    'plugins: sfprobe[probe]',
    `sfprobe_receiver: 127.0.0.1:${port}`,
    'sfprobe_agentip: 127.0.0.1',
  ])
}

/** nfprobe on live loopback traffic, until `work` is done. */
export async function liveNfprobe(
  filter: string,
  version: ExportVersion,
  folder: string,
  work: () => Promise<void>,
): Promise<Buffer[]> {
  using tap = await ExportTap.open()
  const file = await configured(folder, tap.port, [
    'pcap_interface: lo',
    `pcap_filter: ${filter}`,
    ...nfprobeKeys(tap.port, version),
  ])
  const child = spawn('pmacctd', ['-f', file], { stdio: 'ignore' })
  const exited = once(child, 'exit')
  const late = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  try {
    await new Promise((resolve) => setTimeout(resolve, beginMs))
    await work()
    await new Promise((resolve) => setTimeout(resolve, beginMs))
  } finally {
    child.kill('SIGINT')
    await exited
    clearTimeout(late)
  }
  await new Promise((resolve) => setTimeout(resolve, afterwardsMs))
  return tap.packets
}

function nfprobeKeys(port: number, version: ExportVersion): string[] {
  return [
    'plugins: nfprobe[probe]',
    `nfprobe_receiver: 127.0.0.1:${port}`,
    `nfprobe_version: ${version}`,
    'aggregate: src_host, dst_host, src_port, dst_port, proto, tos',
  ]
}

async function pmacctd(
  capture: string,
  folder: string,
  plugin: (port: number) => readonly string[],
): Promise<Buffer[]> {
  using tap = await ExportTap.open()
  const keys = [`pcap_savefile: ${capture}`, ...plugin(tap.port)]
  await ended('pmacctd', ['-f', await configured(folder, tap.port, keys)])
  return tap.packets
}

/** A configuration file for pmacctd. */
async function configured(folder: string, port: number, keys: readonly string[]): Promise<string> {
  const file = join(folder, `pmacctd-${port}.conf`)
  await writeFile(file, `${['daemonize: false', 'snaplen: 700', ...keys].join('\n')}\n`)
  return file
}

/** Settles when the exporter has ended, by itself or because it was told so after a while. */
async function ended(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: 'ignore' })
  const late = setTimeout(() => child.kill('SIGINT'), patienceMs)
  await once(child, 'exit')
  clearTimeout(late)
  await new Promise((resolve) => setTimeout(resolve, afterwardsMs))
}

/** Sends the packets to each of the ports, from one socket: its port is what tells this exporter from others. */
export async function sendAll(packets: readonly Buffer[], ports: readonly number[]): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  for (const packet of packets) {
    for (const port of ports) {
      await new Promise<void>((resolve, reject) => {
        socket.send(packet, port, '127.0.0.1', (error) => (error ? reject(error) : resolve()))
      })
    }
  }
  const { port } = socket.address()
  socket.close()
  return port
}
