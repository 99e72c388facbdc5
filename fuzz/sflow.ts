import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FlowColumns } from '../packages/sundew/src/wire/flow/columns.ts'
import { SflowDecoder } from '../packages/sundew/src/wire/sflow/decoder.ts'
import type { Target } from './target.ts'

const samples = join(import.meta.dirname, '..', 'testdata', 'flow', 'goflow2')

/** An sFlow datagram is decoded or refused, and leaves nothing in rows that are not its own. */
export const sflow: Target = {
  name: 'sflow',
  seeds: [
    'TestSFlowDecode_1',
    'TestExpandedSFlowDecode_1',
    'TestSFlowDecodeDropEgressQueue_1',
    'TestSFlowDecodeDropExtendedACL_1',
    'TestSFlowDecodeDropExtendedFunction_1',
  ].map((name) => readFileSync(join(samples, `${name}.dat`))),
  start() {
    const decoder = new SflowDecoder()
    const columns = new FlowColumns(512)
    const exporter = { words: new Uint32Array(4), port: 6343, name: 'fuzz' }
    const sink = {
      columns,
      full() {
        columns.clear()
      },
    }
    return Promise.resolve({
      bear(input: Uint8Array) {
        columns.clear()
        const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
        const { flows } = decoder.decode(view, 0, input.length, exporter, 0, sink)
        if (flows < columns.rows) throw new Error(`${columns.rows} rows, and ${flows} flows told`)
        const after = columns.cells('source_ip').subarray(columns.rows * 4, columns.rows * 4 + 4)
        if (after.some((word, index) => word !== (index === 2 ? 0xffff_0000 : 0)))
          throw new Error('a row that is not kept was not cleared')
        return Promise.resolve()
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    })
  },
}
