// Flows are kept once and whole, whichever process is killed when: batches are neither lost nor doubled.
import { createSocket } from 'node:dgram'
import { encodeV5 } from '../packages/sundew/src/wire/netflow/encode.ts'
import { Instance, sleep, waitFor } from './instance.ts'
import { partPid } from './kill.ts'

const victims = ['hub', 'store', 'collectors'] as const
const killsEach = 10
/** Milliseconds between a part being back and its next death. */
const load = { atLeast: 300, more: 900 }
const flowsOfPacket = 30
const packetEveryMs = 5
/** 10.0.0.0/8 and a number: each flow is another address. */
const firstAddress = 0x0a00_0000
/** Milliseconds of flows that the collectors may have in hand when they die: they spool once a second. */
const inHandMs = 1_500

/** What was sent while, and a while before, the collectors were dead may be lost; nothing else, and nothing twice. */
export async function run(): Promise<{ ok: boolean; figures: Readonly<Record<string, unknown>> }> {
  await using instance = await Instance.start({})
  const stop = new AbortController()
  const sentAt: number[] = []
  const sending = keepSending(instance.ports.flow, sentAt, stop.signal)
  /** Spans of time whose flows the collectors could not keep. */
  const dead: { from: number; to: number }[] = []
  for (const victim of victims) {
    for (let i = 0; i < killsEach; i++) {
      await sleep(load.atLeast + Math.random() * load.more)
      const pid = await partPid(instance, victim)
      const from = Date.now() - inHandMs
      process.kill(pid, 'SIGKILL')
      await waitFor(async () => (await partPid(instance, victim)) !== pid, 60_000)
      if (victim === 'collectors') {
        // Back is who answers again.
        await waitFor(
          async () => (await instance.status()).parts.every(({ state }) => state === 'running'),
          60_000,
        )
        dead.push({ from, to: Date.now() + 500 })
      }
    }
    console.error(`${victim}: killed ${killsEach} times`)
  }
  await sleep(2_000)
  stop.abort()
  await sending
  await waitFor(async () => (await stored(instance)) === (await storedLater(instance)), 120_000)
  const rows = await instance.query<{ n: string; ids: string }>(
    'SELECT count() AS n, uniqExact(source_ip) AS ids FROM flows WHERE export_version = 5',
  )
  const kept = Number(rows[0]!.n)
  const doubled = kept - Number(rows[0]!.ids)
  const missing = await missingFlows(instance, sentAt.length * flowsOfPacket)
  const excused = missing.filter((flow) => {
    const at = sentAt[Math.floor(flow / flowsOfPacket)]!
    return dead.some(({ from, to }) => at >= from && at <= to)
  }).length
  const lost = missing.length - excused
  return {
    ok: lost === 0 && doubled === 0 && kept > 10_000,
    figures: {
      kills: victims.length * killsEach,
      sent: sentAt.length * flowsOfPacket,
      kept,
      doubled,
      lost,
      /** Sent to collectors that were dead, or in their hands when they died. */
      inDeadHands: excused,
    },
  }
}

async function keepSending(port: number, sentAt: number[], signal: AbortSignal): Promise<void> {
  const socket = createSocket('udp4')
  socket.on('error', () => {}) // nobody listens while the collectors are dead
  while (!signal.aborted) {
    const first = sentAt.length * flowsOfPacket
    const packet = encodeV5(
      { uptimeMs: 60_000, seconds: Math.floor(Date.now() / 1000), sequence: first },
      Array.from({ length: flowsOfPacket }, (_, i) => ({
        source: firstAddress + first + i,
        destination: 0xc633_6401,
        packets: 1,
        bytes: 100,
      })),
    )
    sentAt.push(Date.now())
    socket.send(packet, port, '127.0.0.1', () => {})
    await sleep(packetEveryMs)
  }
  socket.close()
}

async function stored(instance: Instance): Promise<number> {
  const [row] = await instance.query<{ n: string }>('SELECT count() AS n FROM flows')
  return Number(row!.n)
}

async function storedLater(instance: Instance): Promise<number> {
  await sleep(3_000)
  return stored(instance)
}

/** Numbers of the flows that are not in the store. */
async function missingFlows(instance: Instance, sent: number): Promise<number[]> {
  const there = new Uint8Array(sent)
  const rows = await instance.query<{ id: number }>(
    `SELECT toUInt32(toIPv4(replaceOne(toString(source_ip), '::ffff:', ''))) - ${firstAddress} AS id FROM flows WHERE export_version = 5`,
  )
  for (const { id } of rows) there[Number(id)] = 1
  const missing: number[] = []
  for (let flow = 0; flow < sent; flow++) if (there[flow] === 0) missing.push(flow)
  return missing
}
