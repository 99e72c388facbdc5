import { FlowColumns } from '../../wire/flow/columns.ts'
import type { flowColumns } from '../../wire/flow/layout.ts'
import { type BatchHost, Batches } from '../batches.ts'

/** Rows of a batch, and how many fewer it may have so that no packet is begun that would not fit. */
const capacity = 65_536
const margin = 4_096

/** Who sent the rows that were dropped. */
export interface DroppedColumns {
  readonly rows: number
  readonly exporterIp: Uint32Array
  readonly exporterPort: Uint16Array
}

type FlowSpec = (typeof flowColumns)[number]
type FlowBatches = Batches<FlowColumns, DroppedColumns, FlowSpec>
type Host = Pick<BatchHost<FlowColumns, DroppedColumns, FlowSpec>, 'spool' | 'look' | 'dropped'>

/** Batches of flows. */
export function flowBatches(host: Host): FlowBatches {
  return new Batches({
    ...host,
    make: () => new FlowColumns(capacity),
    margin,
    who: (columns) => {
      const { rows } = columns
      return {
        rows,
        exporterIp: columns.cells('exporter_ip').subarray(0, rows * 4),
        exporterPort: columns.cells('exporter_port').subarray(0, rows),
      }
    },
    copied: ({ rows, exporterIp, exporterPort }) => ({
      rows,
      exporterIp: exporterIp.slice(),
      exporterPort: exporterPort.slice(),
    }),
  })
}
