import { column, type ColumnSpec, indexOf } from '../columns/layout.ts'

/** What a firewall did, as a number: cells of the column `kind`, told as `firewall.block` and so on. */
export const firewallKinds = { other: 0, block: 1, allow: 2 } as const

/** What is kept of a firewall's log line, whatever firewall wrote it: one row a line, in the table `firewall`. */
export const firewallColumns = [
  column('time', 'ms', 'When it was: as the line says, where that can be, else when the line came.'),
  column('received', 'ms', 'When the line came, by our clock.'),
  column('kind', 'u8', 'firewall.block, firewall.allow, or firewall.other: a rule that only logs.'),
  column('source_ip', 'address', 'The sender of the packet; an IPv4 address as ::ffff:a.b.c.d.'),
  column('destination_ip', 'address', 'The receiver.'),
  column('source_port', 'u16', "The sender's port."),
  column('destination_port', 'u16', "The receiver's port; for ICMP type * 256 + code."),
  column('protocol', 'u8', 'IP protocol number.'),
  column(
    'tcp_flags',
    'u16',
    'TCP flags as in its header (FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128).',
  ),
  column('length', 'u32', 'Bytes of the packet, or of the connection.'),
  column('nat_source_ip', 'address', 'The sender after translation.'),
  column('nat_destination_ip', 'address', 'The receiver after translation.'),
  column('nat_source_port', 'u16', "The sender's port after translation."),
  column('nat_destination_port', 'u16', "The receiver's port after translation."),
  column('sender_ip', 'address', 'Who sent the line, by the socket; :: for a file.'),
  column('source_country', 'country', "The sender's country, ISO 3166-1; looked up."),
  column('source_as', 'u32', "The sender's autonomous system; looked up."),
  column('listed', 'u8', '1 where one of the two ends was on a list of bad addresses when the line came.'),
  column('device', 'term', 'The host name in the line, or the file.'),
  column('format', 'term', 'How it was read: mikrotik, netfilter, filterlog ….'),
  column('rule', 'term', 'Rule, prefix or chain, as the firewall names it.'),
  column('in_interface', 'term', 'Interface it came in by.'),
  column('out_interface', 'term', 'Interface it went out by, or would have.'),
  column('state', 'term', 'Connection state or reason, as the firewall says it.'),
  column('source_mac', 'u64', "The sender's MAC address, as a number."),
] as const satisfies readonly ColumnSpec[]

export type FirewallColumnName = (typeof firewallColumns)[number]['name']

/** Position of each column in {@link firewallColumns}. */
export const firewallIndex = indexOf(firewallColumns)
