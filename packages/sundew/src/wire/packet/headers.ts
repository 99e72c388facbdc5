import type { FlowColumns } from '../flow/columns.ts'
import { type Link, type LinkFacts, readLink } from './link.ts'

/** What a packet is beside what stands in its row. One object, used again for the next packet. */
export interface PacketFacts {
  /** 4 or 6; 0 where no IP packet was found. */
  version: 0 | 4 | 6
  protocol: number
  /** Where the IP header begins. */
  network: number
  /**
   * Bytes of the IP packet by its own header, which may be more than was captured; 0 where there is none, and where the
   * network card was to fill it in (segmentation offload) or it is a jumbogram (RFC 2675).
   */
  ipBytes: number
  /** Where the transport header begins, and where what was captured of the packet ends. */
  transport: number
  end: number
  /** Not the first piece of a fragmented packet: there are no ports in it. */
  laterFragment: boolean
  /** A piece of a fragmented packet, the first one too. */
  fragment: boolean
  /** Of TCP and UDP: where the payload begins; else `transport`. */
  payload: number
}

/** IPv6 extension headers that are looked through at most (RFC 8200 names fewer). */
const maxExtensions = 8
/** Hop-by-hop, routing, destination options, mobility, HIP, shim6: length in 8 bytes, without the first 8. */
const extensions = new Set([0, 43, 60, 135, 139, 140])
const fragmentHeader = 44
const authenticationHeader = 51
const ported = new Set([6, 17, 33, 132, 136])

const link: LinkFacts = { ip: -1, etherType: 0, vlan: 0, label: 0, macs: -1, sourceMac: -1 }
const facts: PacketFacts = {
  version: 0,
  protocol: 0,
  network: 0,
  ipBytes: 0,
  transport: 0,
  end: 0,
  laterFragment: false,
  fragment: false,
  payload: 0,
}

/**
 * Reads the headers of a captured frame, or of its first bytes, into a row: MAC addresses, VLAN, EtherType, MPLS label,
 * addresses, protocol, ports (ICMP: type * 256 + code as `destination_port`), TCP flags, TOS, TTL, flow label and
 * identification. Touches what it writes. Bytes and packets are the caller's to count. Never throws for what is in it.
 *
 * Ethernet with VLAN tags, SNAP, PPPoE, MPLS; Linux cooked, BSD loopback, PPP and bare IP; IPv4 (RFC 791), IPv6 (RFC 8200).
 * What a tunnel carries inside (GRE, IP in IP, VXLAN) is not looked at: the flow is the tunnel's.
 */
export function readFrame(
  view: DataView,
  offset: number,
  length: number,
  layer: Link,
  columns: FlowColumns,
  row: number,
): PacketFacts {
  const end = Math.min(offset + length, view.byteLength)
  readLink(view, offset, end, layer, link)
  facts.version = 0
  facts.protocol = facts.ipBytes = 0
  facts.network = facts.transport = facts.payload = facts.end = end
  facts.laterFragment = facts.fragment = false
  below(view, columns, row)
  if (link.ip < 0) return facts
  if (view.getUint8(link.ip) >>> 4 === 4) ipv4(view, link.ip, end, columns, row)
  else ipv6(view, link.ip, end, columns, row)
  if (facts.version !== 0 && !facts.laterFragment) transport(view, columns, row)
  return facts
}

function below(view: DataView, columns: FlowColumns, row: number): void {
  if (link.macs >= 0) {
    mac(view, link.macs, columns, 'destination_mac', row)
    mac(view, link.macs + 6, columns, 'source_mac', row)
  } else if (link.sourceMac >= 0) mac(view, link.sourceMac, columns, 'source_mac', row)
  if (link.etherType !== 0) {
    columns.cells('ethernet_type')[row] = link.etherType
    columns.touch('ethernet_type')
  }
  if (link.vlan !== 0) {
    columns.cells('vlan')[row] = link.vlan
    columns.touch('vlan')
  }
  if (link.label !== 0) {
    columns.cells('mpls_label')[row] = link.label
    columns.touch('mpls_label')
  }
}

function mac(
  view: DataView,
  at: number,
  columns: FlowColumns,
  name: 'source_mac' | 'destination_mac',
  row: number,
): void {
  const words = columns.cells(name)
  words[row * 2] = view.getUint32(at + 2)
  words[row * 2 + 1] = view.getUint16(at)
  columns.touch(name)
}

function ipv4(view: DataView, at: number, end: number, columns: FlowColumns, row: number): void {
  const headerBytes = (view.getUint8(at) & 0x0f) * 4
  if (headerBytes < 20) return
  facts.version = 4
  facts.network = at
  facts.ipBytes = view.getUint16(at + 2)
  facts.end = whole(at, end)
  facts.transport = Math.min(at + headerBytes, facts.end)
  const fragment = view.getUint16(at + 6)
  facts.fragment = (fragment & 0x3fff) !== 0
  facts.laterFragment = (fragment & 0x1fff) !== 0
  facts.protocol = view.getUint8(at + 9)
  columns.cells('tos')[row] = view.getUint8(at + 1)
  columns.cells('fragment_id')[row] = view.getUint16(at + 4)
  columns.cells('ttl')[row] = view.getUint8(at + 8)
  columns.cells('protocol')[row] = facts.protocol
  columns.cells('source_ip')[row * 4 + 3] = view.getUint32(at + 12, true)
  columns.cells('destination_ip')[row * 4 + 3] = view.getUint32(at + 16, true)
  columns.touch('tos', 'fragment_id', 'ttl', 'protocol')
}

function ipv6(view: DataView, at: number, end: number, columns: FlowColumns, row: number): void {
  facts.version = 6
  const payloadBytes = view.getUint16(at + 4)
  facts.network = at
  facts.ipBytes = payloadBytes === 0 ? 0 : 40 + payloadBytes
  facts.end = whole(at, end)
  const first = view.getUint32(at)
  columns.cells('tos')[row] = (first >>> 20) & 0xff
  columns.cells('flow_label')[row] = first & 0xfffff
  columns.cells('ttl')[row] = view.getUint8(at + 7)
  for (const [name, from] of [
    ['source_ip', at + 8],
    ['destination_ip', at + 24],
  ] as const) {
    const words = columns.cells(name)
    for (let word = 0; word < 4; word++) words[row * 4 + word] = view.getUint32(from + word * 4, true)
  }
  columns.wide = true
  let next = view.getUint8(at + 6)
  let here = at + 40
  for (let i = 0; i < maxExtensions && here + 8 <= facts.end; i++) {
    if (next === fragmentHeader) {
      const fragment = view.getUint16(here + 2)
      facts.fragment = (fragment & 0xfff9) !== 0
      facts.laterFragment = (fragment & 0xfff8) !== 0
      columns.cells('fragment_id')[row] = view.getUint32(here + 4)
      columns.touch('fragment_id')
      next = view.getUint8(here)
      here += 8
      if (facts.laterFragment) break
    } else if (extensions.has(next) || next === authenticationHeader) {
      const unit =
        next === authenticationHeader ? (view.getUint8(here + 1) + 2) * 4 : (view.getUint8(here + 1) + 1) * 8
      next = view.getUint8(here)
      here += unit
    } else break
  }
  facts.protocol = next
  facts.transport = Math.min(here, facts.end)
  columns.cells('protocol')[row] = next
  columns.touch('tos', 'flow_label', 'ttl', 'protocol')
}

/** Where what was captured of the packet ends: what follows it in a short Ethernet frame is padding. */
function whole(at: number, end: number): number {
  return facts.ipBytes === 0 ? end : Math.min(end, at + facts.ipBytes)
}

function transport(view: DataView, columns: FlowColumns, row: number): void {
  const { transport: at, end, protocol } = facts
  facts.payload = at
  if (ported.has(protocol)) {
    if (at + 4 > end) return
    columns.cells('source_port')[row] = view.getUint16(at)
    columns.cells('destination_port')[row] = view.getUint16(at + 2)
    columns.touch('source_port', 'destination_port')
    if (protocol === 17) facts.payload = Math.min(at + 8, end)
    if (protocol === 6 && at + 14 <= end) {
      columns.cells('tcp_flags')[row] = view.getUint16(at + 12) & 0x01ff
      columns.touch('tcp_flags')
      facts.payload = Math.min(at + Math.max(20, (view.getUint8(at + 12) >>> 4) * 4), end)
    }
  } else if ((protocol === 1 || protocol === 58) && at + 2 <= end) {
    columns.cells('destination_port')[row] = view.getUint16(at)
    columns.touch('destination_port')
  }
}
