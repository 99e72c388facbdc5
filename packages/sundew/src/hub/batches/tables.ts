import { firewallColumns } from '../../wire/firewall/layout.ts'
import { flowColumns } from '../../wire/flow/layout.ts'

/** A table that collectors fill by batches. */
export interface BatchTable {
  readonly name: string
  /** In the order that batches' names number them by. */
  readonly columns: readonly { readonly name: string }[]
  /** What its rows are called in messages. */
  readonly what: string
}

export const flowBatches: BatchTable = { name: 'flows', columns: flowColumns, what: 'flows' }

export const firewallBatches: BatchTable = {
  name: 'firewall',
  columns: firewallColumns,
  what: 'lines of firewalls',
}
