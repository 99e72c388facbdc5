import type { FlowColumnName } from '../flow/layout.ts'

/** An element as `id`, or `pen.id`. */
type Key = string

/** Which elements tell a column, the best first: only the first that a template has is read. */
export const numbers: Partial<Record<FlowColumnName, readonly Key[]>> = {
  source_port: ['7', '182', '180', '9.12240'],
  destination_port: ['11', '183', '181', '9.12241'],
  protocol: ['4', '193'],
  tos: ['5', '55'],
  raw_bytes: ['1', '231', '85', '23', '171', '352'],
  raw_packets: ['2', '298', '86', '24', '172'],
  reverse_bytes: ['29305.1', '232', '29305.85', '29305.23', '3054.176'],
  reverse_packets: ['29305.2', '299', '29305.86', '29305.24', '3054.177'],
  input_interface: ['10', '252'],
  output_interface: ['14', '253'],
  source_as: ['16'],
  destination_as: ['17'],
  nat_source_port: ['227', '40003', '10704.9'],
  nat_destination_port: ['228', '40004', '10704.11'],
  nat_event: ['230'],
  direction: ['61'],
  vlan: ['58', '243', '245'],
  post_vlan: ['59', '254', '255'],
  ethernet_type: ['256'],
  vrf: ['234', '41916.4321'],
  firewall_event: ['233', '40005'],
  forwarding_status: ['89'],
  end_reason: ['136'],
  ttl: ['52', '192', '53'],
  flow_label: ['31'],
  fragment_id: ['54'],
}

/** Elements that are or-ed into a column, all that a template has. */
export const flags: Partial<Record<FlowColumnName, readonly Key[]>> = {
  tcp_flags: ['6', '6871.14', '6871.15'],
  reverse_tcp_flags: ['29305.6', '6871.16398', '6871.16399'],
}

/** Of IPv4 and IPv6 elements a template may have both: the one that is not all zeros counts. */
export const addresses: Partial<
  Record<FlowColumnName, { readonly v4: readonly Key[]; readonly v6: readonly Key[] }>
> = {
  source_ip: { v4: ['8', '44', '9.12236', '366'], v6: ['27', '170', '9.12238'] },
  destination_ip: { v4: ['12', '45', '9.12237'], v6: ['28', '169', '9.12239'] },
  next_hop: { v4: ['15'], v6: ['62'] },
  bgp_next_hop: { v4: ['18'], v6: ['63'] },
  nat_source_ip: { v4: ['225', '40001', '10704.8'], v6: ['281'] },
  nat_destination_ip: { v4: ['226', '40002', '10704.10'], v6: ['282'] },
}

/** Prefix lengths, likewise of either family. */
export const masks: Partial<Record<FlowColumnName, { readonly v4: Key; readonly v6: Key }>> = {
  source_mask: { v4: '9', v6: '29' },
  destination_mask: { v4: '13', v6: '30' },
}

export const macs: Partial<Record<FlowColumnName, readonly Key[]>> = {
  source_mac: ['56', '81', '365'],
  destination_mac: ['80', '57'],
}

export const texts: Partial<Record<FlowColumnName, readonly Key[]>> = {
  application: ['96', '56701', '35632.119', '57591', '3054.111', '15397.1'],
  user_name: ['371', '40000', '56702'],
}

/** A number that stands for the application where no text does. */
export const applicationNumbers: readonly Key[] = ['6871.33', '35632.118', '57590']

export type TimeKind = 'ms' | 's' | 'ntp' | 'uptime' | 'delta'
export const starts: readonly (readonly [Key, TimeKind])[] = [
  ['152', 'ms'],
  ['154', 'ntp'],
  ['156', 'ntp'],
  ['150', 's'],
  ['22', 'uptime'],
  ['158', 'delta'],
]
export const ends: readonly (readonly [Key, TimeKind])[] = [
  ['153', 'ms'],
  ['155', 'ntp'],
  ['157', 'ntp'],
  ['151', 's'],
  ['21', 'uptime'],
  ['159', 'delta'],
]
/** When it was observed: the start where none is told, else the end where none is told (Cisco ASA's events). */
export const observations: readonly (readonly [Key, TimeKind])[] = [
  ['323', 'ms'],
  ['324', 'ntp'],
  ['325', 'ntp'],
  ['322', 's'],
]

/** Neither a column's nor worth keeping: padding, and what the addresses tell themselves. */
export const ignored: ReadonlySet<Key> = new Set(['0', '210', '60'])
