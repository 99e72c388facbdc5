import type { FlowColumnName } from '../../wire/flow/layout.ts'
import type { FlowSink } from '../../wire/flow/sink.ts'

/** What nfdump 1.7.1 calls IP protocols, from 1 on: it was given a flow of each. Those it has no name for are numbers. */
const protocolNames = [
  'ICMP IGMP GGP IPIP ST TCP CBT EGP IGP BBN NVPII PUP ARGUS ENCOM XNET CHAOS UDP MUX DCN HMP PRM XNS',
  'Trnk1 Trnk2 Leaf1 Leaf2 RDP IRTP ISO-4 NETBK MFESP MEINP DCCP 3PC IDPR XTP DDP IDPR TP++ IL IPv6',
  'SDRP Rte6 Frag6 IDRP RSVP GRE MHRP BNA ESP AH INLSP SWIPE NARP MOBIL TLSP SKIP ICMP6 NOHE6 OPTS6',
  'HOST CFTP NET SATNT KLAN RVD IPPC FS SATM VISA IPCV CPNX CPHB WSN PVP BSATM SUNND WBMON WBEXP ISOIP',
  'VMTP SVMTP VINES TTP NSIGP DGP TCF EIGRP OSPF S-RPC LARP MTP AX.25 OS MICP SCCSP ETHIP ENCAP 99 GMTP',
  'IFMP PNNI PIM ARIS SCPS QNX A/N IPcmp SNP CpqPP IPXIP VRRP PGM 0hop L2TP DDX IATP STP SRP UTI SMP SM',
  'PTP ISIS4 FIRE CRTP CRUDP 128 IPLT SPS PIPE SCTP FC 134 MHEAD UDP-L MPLS',
].flatMap((line) => line.split(' '))
const protocols: ReadonlyMap<string, number> = new Map(
  // Of two of one name the first is meant.
  protocolNames.map((name, index) => [name, index + 1] as const).toReversed(),
)
/** What letters of `...A..S.` stand for. */
const flagBits: Readonly<Record<string, number>> = { C: 128, E: 64, U: 32, A: 16, P: 8, R: 4, S: 2, F: 1 }
/** Numbers, by the name in nfdump's first line. */
const numbers: Readonly<Record<string, FlowColumnName>> = {
  sp: 'source_port',
  fwd: 'forwarding_status',
  stos: 'tos',
  in: 'input_interface',
  out: 'output_interface',
  sas: 'source_as',
  das: 'destination_as',
  smk: 'source_mask',
  dmk: 'destination_mask',
  dir: 'direction',
  svln: 'vlan',
  dvln: 'post_vlan',
}
const wide: Readonly<Record<string, FlowColumnName>> = {
  ipkt: 'raw_packets',
  ibyt: 'raw_bytes',
  opkt: 'reverse_packets',
  obyt: 'reverse_bytes',
}
const addresses: Readonly<Record<string, FlowColumnName>> = {
  nh: 'next_hop',
  nhb: 'bgp_next_hop',
  ra: 'exporter_ip',
}
const macs: Readonly<Record<string, FlowColumnName>> = { ismc: 'source_mac', odmc: 'destination_mac' }
const needed = ['ts', 'te', 'sa', 'da', 'pr', 'ipkt', 'ibyt'] as const

/** Reads an address as the four words of an address column. */
export type ReadAddress = (text: string) => Uint32Array | undefined

/**
 * Reads what `nfdump -o csv` writes with `TZ=UTC`, line by line: the first line names the columns, and after
 * the flows comes a summary. Bytes and packets are as
 * nfdump has them: it undid the sampling itself.
 */
export class NfdumpCsv {
  readonly #address: ReadAddress
  readonly #sink: FlowSink
  #names: readonly string[] | undefined
  readonly #at = new Map<string, number>()
  #over = false
  /** Lines that are no flow. */
  malformed = 0
  /** Columns that are needed and are not there: another nfdump's. */
  missing: readonly string[] = []

  constructor(sink: FlowSink, address: ReadAddress) {
    this.#sink = sink
    this.#address = address
  }

  /** @returns whether it was a flow's */
  line(text: string): boolean {
    if (text === 'Summary' || text === 'No matching flows') this.#over = true
    if (text === '' || this.#over) return false
    const cells = text.split(',').map((cell) => cell.trim())
    if (!this.#names) {
      this.#names = cells
      for (const [index, name] of cells.entries()) this.#at.set(name, index)
      this.missing = needed.filter((name) => !this.#at.has(name))
      return false
    }
    if (this.missing.length > 0 || cells.length < this.#names.length) {
      this.malformed++
      return false
    }
    const cell = (name: string) => cells[this.#at.get(name) ?? -1] ?? ''
    const source = this.#address(cell('sa'))
    const destination = this.#address(cell('da'))
    const start = timeOf(cell('ts'))
    const end = timeOf(cell('te'))
    if (!source || !destination || start === undefined || end === undefined) {
      this.malformed++
      return false
    }
    this.#row(cell, source, destination, start, end)
    return true
  }

  #row(
    cell: (name: string) => string,
    source: Uint32Array,
    destination: Uint32Array,
    start: number,
    end: number,
  ): void {
    const { columns } = this.#sink
    if (columns.rows === columns.capacity) this.#sink.full()
    const row = columns.rows
    const set = (name: FlowColumnName, value: number | undefined) => {
      if (!value) return
      columns.cells(name)[row] = value
      columns.touch(name)
    }
    const set64 = (name: FlowColumnName, value: number | undefined) => {
      if (!value) return
      const cells = columns.cells(name) as Uint32Array
      cells[row * 2] = value % 0x1_0000_0000
      cells[row * 2 + 1] = Math.floor(value / 0x1_0000_0000)
      columns.touch(name)
    }
    const setAddress = (name: FlowColumnName, words: Uint32Array) => {
      ;(columns.cells(name) as Uint32Array).set(words, row * 4)
      columns.touch(name)
    }
    setAddress('source_ip', source)
    setAddress('destination_ip', destination)
    columns.wide = true
    const duration = Number(cell('td'))
    set64('time', timeOf(cell('tr')) ?? end)
    set64('flow_start', start)
    set(
      'duration_ms',
      Math.min(0xffff_ffff, Math.round(duration >= 0 ? duration * 1000 : Math.max(0, end - start))),
    )
    for (const [from, name] of Object.entries(numbers)) set(name, whole(cell(from)))
    for (const [from, name] of Object.entries(wide)) set64(name, whole(cell(from)))
    for (const [from, name] of Object.entries(addresses)) {
      const words = this.#address(cell(from))
      if (words && (words[3] !== 0 || words[0] !== 0)) setAddress(name, words)
    }
    for (const [from, name] of Object.entries(macs))
      set64(name, parseInt(cell(from).replaceAll(':', ''), 16) || 0)
    const protocol = protocols.get(cell('pr')) ?? whole(cell('pr'))
    set('protocol', protocol)
    // Of ICMP it writes type.code.
    const [type = '', code] = cell('dp').split('.')
    set('destination_port', code === undefined ? whole(type) : (whole(type) ?? 0) * 256 + (whole(code) ?? 0))
    set('mpls_label', whole(cell('mpls1').split('-')[0]!))
    let flags = 0
    for (const letter of cell('flg')) flags |= flagBits[letter] ?? 0
    set('tcp_flags', flags)
    columns.rows++
  }
}

function whole(text: string): number | undefined {
  return /^\d{1,20}$/.test(text) ? Number(text) : undefined
}

/** `2026-11-25 17:11:48`, with or without a fraction, as UTC, in milliseconds since the epoch. */
function timeOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,9})?$/.test(text)) return undefined
  const ms = Date.parse(`${text.replace(' ', 'T')}Z`)
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined
}
