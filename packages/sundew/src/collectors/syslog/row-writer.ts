import { swapBytes } from '../../match/words.ts'
import type { Terms } from '../../wire/columns/terms.ts'
import type { FirewallColumns } from '../../wire/firewall/columns.ts'
import type { FirewallRow, Span } from './firewall-row.ts'
import type { LineAbout } from './firewall-sink.ts'

/** Times that the store's partitions and lifetimes can have; others are when the line came. */
const firstTime = Date.UTC(2000, 0)
const lastTime = Date.UTC(2100, 0)

/** Columns that every batch carries. */
const always = [
  'time',
  'received',
  'kind',
  'source_ip',
  'destination_ip',
  'source_port',
  'destination_port',
  'protocol',
  'tcp_flags',
  'length',
  'sender_ip',
  'device',
  'format',
  'rule',
  'in_interface',
  'out_interface',
  'state',
] as const

/** Copies rows into the columns of one batch, without an object a row. */
export class RowWriter {
  readonly columns: FirewallColumns
  readonly #time
  readonly #received
  readonly #kind
  readonly #source
  readonly #destination
  readonly #sourcePort
  readonly #destinationPort
  readonly #protocol
  readonly #tcpFlags
  readonly #length
  readonly #sender
  readonly #texts
  readonly #terms
  /** The format that the last row had, and its number; '' at first. */
  #format = ''
  #formatNumber = 0

  constructor(columns: FirewallColumns) {
    this.columns = columns
    this.#time = columns.cells('time')
    this.#received = columns.cells('received')
    this.#kind = columns.cells('kind')
    this.#source = columns.cells('source_ip')
    this.#destination = columns.cells('destination_ip')
    this.#sourcePort = columns.cells('source_port')
    this.#destinationPort = columns.cells('destination_port')
    this.#protocol = columns.cells('protocol')
    this.#tcpFlags = columns.cells('tcp_flags')
    this.#length = columns.cells('length')
    this.#sender = columns.cells('sender_ip')
    const texts = ['device', 'format', 'rule', 'in_interface', 'out_interface', 'state'] as const
    const [device, format, rule, inInterface, outInterface, state] = texts.map((name) => columns.cells(name))
    this.#texts = { device, format, rule, inInterface, outInterface, state } as Record<Text, Uint16Array>
    this.#terms = {
      device: columns.terms('device'),
      format: columns.terms('format'),
      rule: columns.terms('rule'),
      inInterface: columns.terms('in_interface'),
      outInterface: columns.terms('out_interface'),
      state: columns.terms('state'),
    }
    columns.touch(...always)
  }

  /** False where the batch is full: of rows, or of different texts. */
  write(row: FirewallRow, line: Uint8Array, about: LineAbout): boolean {
    const columns = this.columns
    const at = columns.rows
    if (at === columns.capacity || !this.#writeTexts(row, line, about, at)) return false
    const { received } = about
    const time = about.time >= firstTime && about.time < lastTime ? about.time : received
    this.#time[at * 2] = time
    this.#time[at * 2 + 1] = time / 2 ** 32
    this.#received[at * 2] = received
    this.#received[at * 2 + 1] = received / 2 ** 32
    this.#kind[at] = row.kind
    writeAddress(row.source, this.#source, at)
    writeAddress(row.destination, this.#destination, at)
    this.#sourcePort[at] = row.sourcePort
    this.#destinationPort[at] = row.destinationPort
    this.#protocol[at] = row.protocol
    this.#tcpFlags[at] = row.tcpFlags
    this.#length[at] = row.length
    writeAddress(about.sender, this.#sender, at)
    this.#writeSeldom(row, at)
    columns.rows = at + 1
    return true
  }

  #writeTexts(row: FirewallRow, line: Uint8Array, { device, format }: LineAbout, at: number): boolean {
    if (format !== this.#format) {
      const bytes = Buffer.from(format, 'utf8')
      const number = this.#terms.format.numberOf(bytes, 0, bytes.length)
      if (number < 0) return false
      this.#format = format
      this.#formatNumber = number
    }
    this.#texts.format[at] = this.#formatNumber
    return (
      write(this.#terms.device, device.bytes, device, this.#texts.device, at) &&
      write(this.#terms.rule, line, row.rule, this.#texts.rule, at) &&
      write(this.#terms.inInterface, line, row.inInterface, this.#texts.inInterface, at) &&
      write(this.#terms.outInterface, line, row.outInterface, this.#texts.outInterface, at) &&
      write(this.#terms.state, line, row.state, this.#texts.state, at)
    )
  }

  /** What most lines do not tell: such columns are left out of a batch that has none. */
  #writeSeldom(row: FirewallRow, at: number): void {
    const columns = this.columns
    if (isSome(row.natSource)) {
      columns.touch('nat_source_ip', 'nat_source_port')
      writeAddress(row.natSource, columns.cells('nat_source_ip'), at)
      columns.cells('nat_source_port')[at] = row.natSourcePort
    }
    if (isSome(row.natDestination)) {
      columns.touch('nat_destination_ip', 'nat_destination_port')
      writeAddress(row.natDestination, columns.cells('nat_destination_ip'), at)
      columns.cells('nat_destination_port')[at] = row.natDestinationPort
    }
    if (row.macLow !== 0 || row.macHigh !== 0) {
      columns.touch('source_mac')
      const cells = columns.cells('source_mac')
      cells[at * 2] = row.macLow
      cells[at * 2 + 1] = row.macHigh
    }
  }
}

type Text = 'device' | 'format' | 'rule' | 'inInterface' | 'outInterface' | 'state'

function write(terms: Terms, bytes: Uint8Array, { from, to }: Span, into: Uint16Array, at: number): boolean {
  const number = terms.numberOf(bytes, from, to)
  if (number < 0) return false
  into[at] = number
  return true
}

/** From numbers to the words that address columns have. */
function writeAddress(address: Uint32Array, into: Uint32Array, row: number): void {
  const at = row * 4
  into[at] = swapBytes(address[0]!)
  into[at + 1] = swapBytes(address[1]!)
  into[at + 2] = swapBytes(address[2]!)
  into[at + 3] = swapBytes(address[3]!)
}

function isSome(address: Uint32Array): boolean {
  return address[0] !== 0 || address[1] !== 0 || address[2] !== 0 || address[3] !== 0
}
