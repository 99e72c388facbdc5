import { type FlowColumns, mappedPrefix } from '../flow/columns.ts'
import type { FlowColumnName } from '../flow/layout.ts'
import { readFrame } from '../packet/headers.ts'
import type { Link } from '../packet/link.ts'
import { bytesOf } from './address.ts'

/** What a sample's records said of the packet so far. */
export interface Length {
  /** How good the length is: 3 of the frame, 2 of Ethernet's, 1 of IP's; 0 for none. */
  rank: number
  bytes: number
  /** It is an IP packet, whose addresses are in the row: the first record that tells them counts. */
  ip: boolean
}

/** Header protocols of `sampled_header` that can be read (sFlow 5, "enum header_protocol"). */
const links: ReadonlyMap<number, Link> = new Map([
  [1, 'ethernet'],
  [7, 'ppp'],
  [11, 'ip'],
  [12, 'ip'],
  [14, 'ppp'],
])

/** Of a path's autonomous systems, so many segments are looked through. */
const maxSegments = 64
/** Longest name of a user, bytes. */
const maxUserBytes = 256

type Reader = (
  view: DataView,
  at: number,
  end: number,
  columns: FlowColumns,
  row: number,
  length: Length,
) => boolean

/** Flow records of sflow.org (enterprise 0) by their format. */
const readers: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [1, sampledHeader],
  [2, sampledEthernet],
  [3, sampledIpv4],
  [4, sampledIpv6],
  [1001, extendedSwitch],
  [1002, extendedRouter],
  [1003, extendedGateway],
  [1004, extendedUser],
  [1007, extendedNat],
  [1020, extendedNatPorts],
])

/**
 * Reads one record into the row; one of another format is skipped.
 *
 * @param end where it ends, within the packet
 * @returns false where it is shorter than its format is
 */
export function readRecord(
  view: DataView,
  format: number,
  at: number,
  end: number,
  columns: FlowColumns,
  row: number,
  length: Length,
): boolean {
  return readers.get(format)?.(view, at, end, columns, row, length) ?? true
}

function sampledHeader(
  view: DataView,
  at: number,
  end: number,
  columns: FlowColumns,
  row: number,
  length: Length,
) {
  if (at + 16 > end) return false
  const link = links.get(view.getUint32(at))
  const headerBytes = view.getUint32(at + 12)
  const whole = headerBytes <= end - at - 16
  lengthen(length, 3, view.getUint32(at + 4))
  if (link === undefined || length.ip) return whole
  const { version } = readFrame(view, at + 16, Math.min(headerBytes, end - at - 16), link, columns, row)
  if (version !== 0) length.ip = true
  return whole
}

function sampledEthernet(
  view: DataView,
  at: number,
  end: number,
  columns: FlowColumns,
  row: number,
  length: Length,
) {
  if (at + 24 > end) return false
  lengthen(length, 2, view.getUint32(at))
  for (const [name, offset] of [
    ['source_mac', at + 4],
    ['destination_mac', at + 12],
  ] as const) {
    const cells = columns.cells(name)
    cells[row * 2] = view.getUint32(offset + 2)
    cells[row * 2 + 1] = view.getUint16(offset)
  }
  columns.cells('ethernet_type')[row] = view.getUint32(at + 20)
  columns.touch('source_mac', 'destination_mac', 'ethernet_type')
  return true
}

function sampledIpv4(
  view: DataView,
  at: number,
  end: number,
  columns: FlowColumns,
  row: number,
  length: Length,
) {
  if (at + 32 > end) return false
  if (length.ip) return true
  address(view, at + 8, 4, columns, 'source_ip', row)
  address(view, at + 12, 4, columns, 'destination_ip', row)
  sampledIp(view, at, at + 16, columns, row, length)
  return true
}

function sampledIpv6(
  view: DataView,
  at: number,
  end: number,
  columns: FlowColumns,
  row: number,
  length: Length,
) {
  if (at + 56 > end) return false
  if (length.ip) return true
  address(view, at + 8, 16, columns, 'source_ip', row)
  address(view, at + 24, 16, columns, 'destination_ip', row)
  columns.wide = true
  sampledIp(view, at, at + 40, columns, row, length)
  return true
}

/** What both have: length and protocol before the addresses; ports, flags and type of service behind them. */
function sampledIp(
  view: DataView,
  at: number,
  behind: number,
  columns: FlowColumns,
  row: number,
  length: Length,
) {
  lengthen(length, 1, view.getUint32(at))
  length.ip = true
  columns.cells('protocol')[row] = view.getUint32(at + 4)
  columns.cells('source_port')[row] = view.getUint32(behind)
  columns.cells('destination_port')[row] = view.getUint32(behind + 4)
  columns.cells('tcp_flags')[row] = view.getUint32(behind + 8)
  columns.cells('tos')[row] = view.getUint32(behind + 12)
  columns.touch('protocol', 'source_port', 'destination_port', 'tcp_flags', 'tos')
}

function extendedSwitch(view: DataView, at: number, end: number, columns: FlowColumns, row: number) {
  if (at + 16 > end) return false
  columns.cells('vlan')[row] = view.getUint32(at)
  columns.cells('post_vlan')[row] = view.getUint32(at + 8)
  columns.touch('vlan', 'post_vlan')
  return true
}

function extendedRouter(view: DataView, at: number, end: number, columns: FlowColumns, row: number) {
  const behind = typedAddress(view, at, end, columns, 'next_hop', row)
  if (behind + 8 > end) return false
  columns.cells('source_mask')[row] = view.getUint32(behind)
  columns.cells('destination_mask')[row] = view.getUint32(behind + 4)
  columns.touch('source_mask', 'destination_mask')
  return true
}

function extendedGateway(view: DataView, at: number, end: number, columns: FlowColumns, row: number) {
  const behind = typedAddress(view, at, end, columns, 'bgp_next_hop', row)
  if (behind + 16 > end) return false
  columns.cells('source_as')[row] = view.getUint32(behind + 4)
  columns.touch('source_as')
  // The path to the destination: its last autonomous system is the destination's.
  const segments = view.getUint32(behind + 12)
  let here = behind + 16
  for (let segment = 0; segment < Math.min(segments, maxSegments); segment++) {
    if (here + 8 > end) return false
    const count = view.getUint32(here + 4)
    if (count > (end - here - 8) / 4) return false
    here += 8 + count * 4
    if (count === 0) continue
    columns.cells('destination_as')[row] = view.getUint32(here - 4)
    columns.touch('destination_as')
  }
  return true
}

/** Who sent it, and where that is not told who received it. */
function extendedUser(view: DataView, at: number, end: number, columns: FlowColumns, row: number) {
  let here = at
  for (let user = 0; user < 2; user++) {
    if (here + 8 > end) return false
    const bytes = view.getUint32(here + 4)
    if (bytes > end - here - 8) return false
    if (bytes > 0 && columns.cells('user_name')[row] === undefined) {
      const name = new Uint8Array(view.buffer, view.byteOffset + here + 8, Math.min(bytes, maxUserBytes))
      columns.cells('user_name')[row] = Buffer.from(name).toString('utf8')
      columns.touch('user_name')
    }
    here += 8 + Math.ceil(bytes / 4) * 4
  }
  return true
}

function extendedNat(view: DataView, at: number, end: number, columns: FlowColumns, row: number) {
  const behind = typedAddress(view, at, end, columns, 'nat_source_ip', row)
  return typedAddress(view, behind, end, columns, 'nat_destination_ip', row) <= end
}

function extendedNatPorts(view: DataView, at: number, end: number, columns: FlowColumns, row: number) {
  if (at + 8 > end) return false
  columns.cells('nat_source_port')[row] = view.getUint32(at)
  columns.cells('nat_destination_port')[row] = view.getUint32(at + 4)
  columns.touch('nat_source_port', 'nat_destination_port')
  return true
}

/** An address behind its type. @returns where it ends; past `end` where it does not fit or is none */
function typedAddress(
  view: DataView,
  at: number,
  end: number,
  columns: FlowColumns,
  name: Address,
  row: number,
): number {
  if (at + 4 > end) return Infinity
  const type = view.getUint32(at)
  if (type === 0) return at + 4 // unknown, and of no bytes
  const bytes = bytesOf(type)
  if (bytes === 0 || at + 4 + bytes > end) return Infinity
  address(view, at + 4, bytes, columns, name, row)
  columns.touch(name)
  return at + 4 + bytes
}

type Address = Extract<
  FlowColumnName,
  'source_ip' | 'destination_ip' | 'next_hop' | 'bgp_next_hop' | 'nat_source_ip' | 'nat_destination_ip'
>

function address(
  view: DataView,
  at: number,
  bytes: number,
  columns: FlowColumns,
  name: Address,
  row: number,
): void {
  const cells = columns.cells(name)
  const first = row * 4
  if (bytes === 4) {
    cells[first] = cells[first + 1] = 0
    cells[first + 2] = mappedPrefix
    cells[first + 3] = view.getUint32(at, true)
  } else for (let word = 0; word < 4; word++) cells[first + word] = view.getUint32(at + word * 4, true)
}

function lengthen(length: Length, rank: number, bytes: number): void {
  if (rank < length.rank) return
  length.rank = rank
  length.bytes = bytes
}
