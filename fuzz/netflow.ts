import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FlowColumns } from '../packages/sundew/src/wire/flow/columns.ts'
import { NetflowDecoder } from '../packages/sundew/src/wire/netflow/decoder.ts'
import type { Target } from './target.ts'

/** A packet, of 64 KiB at most, takes no longer: hostile ones may take more than real ones, which take microseconds. */
const maxPacketMs = 100
const capacity = 4096
const folder = join(import.meta.dirname, '../testdata/flow')

/** Export packets in any state: none throws, none takes long, no row is outside its batch. */
export const netflow: Target = {
  name: 'netflow',
  seeds: ['logstash-codec-netflow', 'bitkeks-python-netflow', 'goflow2'].flatMap((from) =>
    readdirSync(join(folder, from))
      .filter((name) => name.endsWith('.dat') && !name.includes('SFlow'))
      .map((name) => readFileSync(join(folder, from, name))),
  ),
  start() {
    const columns = new FlowColumns(capacity)
    const sink = { columns, full: () => columns.clear() }
    const decoder = new NetflowDecoder({ keepUnknown: true, sampling: () => undefined })
    let inputs = 0
    return Promise.resolve({
      bear(input: Uint8Array) {
        const exporter = {
          words: new Uint32Array([0, 0, 0xffff_0000, inputs % 8]),
          port: 2055,
          name: `fuzz:${inputs % 8}`,
        }
        const nowMs = 1_700_000_000_000 + inputs * 10
        const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
        const before = process.cpuUsage()
        decoder.decode(view, 0, input.length, exporter, nowMs, sink)
        const { user, system } = process.cpuUsage(before)
        if (user + system > maxPacketMs * 1000) throw new Error(`a packet that takes ${user + system} µs`)
        if (columns.rows > capacity) throw new Error(`${columns.rows} rows in a batch of ${capacity}`)
        if (++inputs % 1000 === 0) {
          decoder.expire(nowMs)
          const again = new NetflowDecoder({ keepUnknown: true, sampling: () => undefined })
          again.restore(JSON.parse(JSON.stringify(decoder.save())), nowMs)
        }
        return Promise.resolve()
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    })
  },
}
