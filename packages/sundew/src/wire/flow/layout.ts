import { column, type ColumnSpec, indexOf } from '../columns/layout.ts'

/**
 * What is kept of a flow, whatever export protocol told it. A column that no row of a batch has is left out of it, so a
 * field that a network's exporters do not send costs nothing.
 */
export const flowColumns = [
  column('time', 'ms', 'When the export packet came, by our clock.'),
  column('flow_start', 'ms', "The first packet's time, by the exporter's clock; `time` where it tells none."),
  column('duration_ms', 'u32', 'From the first packet to the last, milliseconds.'),
  column('source_ip', 'address', 'The sender; an IPv4 address as ::ffff:a.b.c.d.'),
  column('destination_ip', 'address', 'The receiver.'),
  column('source_port', 'u16', "The sender's port."),
  column('destination_port', 'u16', "The receiver's port; for ICMP type * 256 + code."),
  column('protocol', 'u8', 'IP protocol number.'),
  column(
    'tcp_flags',
    'u16',
    'TCP flags seen, or-ed (FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128).',
  ),
  column('tos', 'u8', 'Type of service (DSCP and ECN).'),
  column('raw_bytes', 'u64', 'Bytes as the exporter counted them, before sampling is undone.'),
  column('raw_packets', 'u64', 'Packets as the exporter counted them.'),
  column('sampling', 'u32', 'One packet in so many was looked at; 1 and 0 for all.'),
  column('exporter_ip', 'address', 'Where the export packet came from, by its socket.'),
  column('exporter_port', 'u16', 'And the port.'),
  column(
    'domain',
    'u32',
    'Observation domain (IPFIX), source id (v9), engine type and id (v5), sub-agent (sFlow).',
  ),
  column('export_version', 'u8', '1, 5, 7, 9, 10 (IPFIX), 105 (sFlow v5), 200 (packets of a capture).'),
  column('input_interface', 'u32', 'ifIndex it came in by.'),
  column('output_interface', 'u32', 'ifIndex it went out by.'),
  column('source_as', 'u32', "The sender's autonomous system: as exported, else looked up."),
  column('destination_as', 'u32', "The receiver's autonomous system."),
  column('source_country', 'country', "The sender's country, ISO 3166-1; looked up."),
  column('destination_country', 'country', "The receiver's country."),
  column('source_mask', 'u8', "Length of the sender's prefix, bits."),
  column('destination_mask', 'u8', "Length of the receiver's prefix, bits."),
  column('next_hop', 'address', 'Next router.'),
  column('bgp_next_hop', 'address', 'Next hop by BGP.'),
  column('nat_source_ip', 'address', 'The sender after translation.'),
  column('nat_destination_ip', 'address', 'The receiver after translation.'),
  column('nat_source_port', 'u16', "The sender's port after translation."),
  column('nat_destination_port', 'u16', "The receiver's port after translation."),
  column('nat_event', 'u8', 'IANA natEvent.'),
  column('direction', 'u8', '0 ingress, 1 egress.'),
  column('vlan', 'u16', 'VLAN it came in by.'),
  column('post_vlan', 'u16', 'VLAN it went out by.'),
  column('source_mac', 'u64', "The sender's MAC address, as a number."),
  column('destination_mac', 'u64', "The receiver's MAC address, as a number."),
  column('ethernet_type', 'u16', 'EtherType.'),
  column('mpls_label', 'u32', 'Top MPLS label (20 bits).'),
  column('vrf', 'u32', 'VRF (ingress).'),
  column('firewall_event', 'u8', 'IANA firewallEvent: 1 created, 2 deleted, 3 denied, 4 alert, 5 update.'),
  column(
    'forwarding_status',
    'u8',
    'IANA forwardingStatus: 64-127 forwarded, 128-191 dropped, 192-255 consumed.',
  ),
  column('end_reason', 'u8', 'IANA flowEndReason.'),
  column('ttl', 'u8', 'Lowest TTL or hop limit seen.'),
  column('flow_label', 'u32', 'IPv6 flow label.'),
  column('fragment_id', 'u32', 'IP identification.'),
  column(
    'reverse_bytes',
    'u64',
    'Bytes of the way back, where one record tells both (RFC 5103), before sampling is undone.',
  ),
  column('reverse_packets', 'u64', 'Packets of the way back.'),
  column('reverse_tcp_flags', 'u16', 'TCP flags of the way back.'),
  column('application', 'text', 'Application, as the exporter names it (NBAR, App-ID …), or its number.'),
  column('user_name', 'text', 'User, as the exporter names it.'),
  column('extra', 'text', 'Further elements as a JSON object, where the configuration keeps them.'),
] as const satisfies readonly ColumnSpec[]

export type FlowColumnName = (typeof flowColumns)[number]['name']

/** Position of each column in {@link flowColumns}. */
export const columnIndex = indexOf(flowColumns)
