import { readFileSync, rmSync, mkdirSync } from 'node:fs'
import { FlowPipeline } from '../../packages/sundew/src/collectors/flow/pipeline.ts'
import { Senders, allowedBy } from '../../packages/sundew/src/collectors/flow/senders.ts'
import { addressBytes } from '../../packages/sundew/src/collectors/flow/address-bytes.ts'
import { NetflowDecoder } from '../../packages/sundew/src/wire/netflow/decoder.ts'
import { FlowSpoolWriter, listFlowFiles } from '../../packages/sundew/src/core/flow-spool.ts'
import { nextDatagram, datagramHeaderBytes } from '../../packages/sundew/src/collectors/flow/receiver.ts'
const file = readFileSync('/tmp/h/collect-try/packets')
const blocks: { view: DataView; from: number; to: number; datagrams: number }[] = []
let bytes = new Uint8Array(1 << 20), at = 8, n = 0
for (let p = 0; p < file.length; ) {
  const len = file.readUInt32LE(p); const stream = file[p + 7]!
  if (nextDatagram(at, len) > 1 << 20) { blocks.push({ view: new DataView(bytes.buffer), from: 8, to: at, datagrams: n }); bytes = new Uint8Array(1 << 20); at = 8; n = 0 }
  const view = new DataView(bytes.buffer)
  view.setUint32(at, len, true); view.setUint16(at + 4, 5000 + stream, true); bytes.set(addressBytes('127.0.1.' + (stream + 1)), at + 8); view.setFloat64(at + 24, Date.now(), true)
  bytes.set(file.subarray(p + 8, p + 8 + len), at + datagramHeaderBytes)
  at = nextDatagram(at, len); n++; p += 8 + len
}
blocks.push({ view: new DataView(bytes.buffer), from: 8, to: at, datagrams: n })
const mode = process.argv[2]
rmSync('/tmp/h/collect-try/spool', { recursive: true, force: true }); mkdirSync('/tmp/h/collect-try/spool')
const spool = mode === 'write' ? await FlowSpoolWriter.open('/tmp/h/collect-try/spool', 1e11) : { write: async () => true }
const netflow = new NetflowDecoder({ keepUnknown: false, sampling: () => undefined })
const pipe = new FlowPipeline({ senders: new Senders(allowedBy([])), netflow, sflow: netflow, spool })
for (let round = 0; round < 4; round++) {
  const f0 = pipe.counts.flows, p0 = pipe.counts.packets, t = performance.now(), c = process.cpuUsage()
  while (performance.now() - t < 1500) {
    for (const b of blocks) { const w = pipe.take(b); if (w) await w }
    await new Promise((r) => setImmediate(r))
  }
  const dt = (performance.now() - t) / 1000, cpu = process.cpuUsage(c)
  console.log(mode, ((pipe.counts.flows - f0) / dt / 1e6).toFixed(2), 'Mflow/s', Math.round((pipe.counts.packets - p0) / dt / 1000), 'kpps', 'cpu us/pkt', ((cpu.user + cpu.system) / (pipe.counts.packets - p0)).toFixed(2), 'user', (cpu.user/1e6).toFixed(2), 'sys', (cpu.system/1e6).toFixed(2))
  if (mode === 'write') for (const { path } of await listFlowFiles('/tmp/h/collect-try/spool')) rmSync(path)
}
await pipe.close()
