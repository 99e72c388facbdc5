import { Columns } from '../columns/columns.ts'
import { firewallColumns, firewallIndex } from './layout.ts'

/** What firewalls' logs tell as typed columns. Of a line that names no address, both ends are `::`. */
export class FirewallColumns extends Columns<(typeof firewallColumns)[number]> {
  constructor(capacity: number) {
    super(firewallColumns, firewallIndex, capacity)
  }
}
