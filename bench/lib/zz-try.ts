import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { FlowSender } from './flow-sender.ts'
import { PacketFile } from './flow-packets.ts'
import { CollectorsProcess } from '../../packages/sundew/test/processes/collectors-process.ts'
import { FlowColumns } from '../../packages/sundew/src/wire/flow/columns.ts'
import { listFlowFiles } from '../../packages/sundew/src/core/flow-spool.ts'

const dir = '/tmp/h/collect-try'
await mkdir(dir, { recursive: true })
const sender = await FlowSender.build(dir)
const columns = new FlowColumns(60_000)
columns.touch('protocol','source_port','destination_port','raw_bytes','raw_packets','flow_start','duration_ms','tcp_flags','time')
const base = Date.now()
for (let row = 0; row < 60_000; row++) {
  columns.cells('source_ip')[row * 4 + 3] = (0x0a + ((row * 2654435761) >>> 8) * 256) >>> 0
  columns.cells('destination_ip')[row * 4 + 3] = ((row * 40503) >>> 0) * 977 >>> 0
  if (row % 7 === 0) { for (const n of ['source_ip','destination_ip'] as const) { columns.cells(n)[row*4] = 0x0120; columns.cells(n)[row*4+2] = row } columns.wide = true }
  columns.cells('source_port')[row] = row
  columns.cells('destination_port')[row] = 443
  columns.cells('protocol')[row] = 6
  columns.cells('raw_bytes')[row * 2] = row * 10
  columns.cells('raw_packets')[row * 2] = 3
  for (const n of ['flow_start','time'] as const) { const ms = base - 1000; columns.cells(n)[row * 2] = ms % 2**32; columns.cells(n)[row*2+1] = Math.floor(ms / 2**32) }
}
columns.rows = 60_000
const file = new PacketFile(join(dir, 'packets'))
file.add(columns)
const facts = file.close()
console.log(facts)
for (const receiver of (process.argv[2] ?? 'recvmmsg,dgram').split(',')) {
  for (const rate of (process.argv[3] ?? '50000,100000,200000,300000').split(',').map(Number)) {
    await using c = await CollectorsProcess.start({ ports: [{ port: 0 }], waiting_mb: 20_000 }, { receiver })
    execFileSync('taskset', ['-a', '-p', '-c', process.argv[4] ?? '0,1', String(c.pid)], { stdio: 'ignore' })
    const cpu = async () => { const s = (await readFile(`/proc/${c.pid}/stat`, 'utf8')).split(') ')[1]!.split(' '); return (Number(s[11]) + Number(s[12])) / 100 }
    const cleaner = setInterval(() => void listFlowFiles(c.paths.flows).then((files) => Promise.all(files.map(({ path }) => rm(path, { force: true })))), 300)
    const sent = await sender.send(facts.path, { port: c.port('udp'), rate, seconds: 4 })
    const used = await cpu()
    await new Promise((r) => setTimeout(r, 2500))
    clearInterval(cleaner)
    const s = c.statuses.at(-1)!
    console.log(receiver, rate, 'sent/s', Math.round(sent.packets / sent.seconds), 'got', s.packets, 'of', sent.packets, 'flows', s.flows, sent.flows, 'kernel', s.sockets[0]!.kernelDrops, 'dropped', s.dropped, 'lost', s.lost, 'refused', s.refused, 'cpu us/pkt', (used * 1e6 / s.packets).toFixed(2), 'Mflow/s', (s.flows / sent.seconds / 1e6).toFixed(2))
  }
}
