import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FlowColumns } from '../packages/sundew/src/wire/flow/columns.ts'
import { linkTypes } from '../packages/sundew/src/wire/packet/link.ts'
import { FlowMeter } from '../packages/sundew/src/wire/packet/meter.ts'
import { CaptureReader } from '../packages/sundew/src/wire/pcap/reader.ts'
import type { Target } from './target.ts'

const samples = join(import.meta.dirname, '..', 'testdata', 'pcap')

/** A capture is read, and its packets become flows, or it is told what is wrong with it; no packet is lost on the way. */
export const pcap: Target = {
  name: 'pcap',
  seeds: ['nanoseconds.pcap', 'modified.pcap', 'cooked.pcap', 'interfaces.pcapng'].map((name) =>
    readFileSync(join(samples, name)),
  ),
  start() {
    const columns = new FlowColumns(64)
    return Promise.resolve({
      bear(input: Uint8Array) {
        let told = 0
        const take = () => {
          for (let row = 0; row < columns.rows; row++) told += columns.cells('raw_packets')[row * 2]!
          columns.clear()
        }
        const meter = new FlowMeter({ columns, full: take }, { flows: 64 })
        const reader = new CaptureReader()
        let packets = 0
        for (let at = 0; at < input.length; at += 1000)
          for (const packet of reader.feed(input.subarray(at, at + 1000))) {
            const link = linkTypes.get(packet.linkType)
            if (link && meter.add(packet, link)) packets++
          }
        reader.end()
        meter.end()
        take()
        if (told !== packets) throw new Error(`${packets} packets in flows of ${told}`)
        return Promise.resolve()
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    })
  },
}
