/** Protocols with ports: TCP, UDP, DCCP, SCTP, UDP-Lite. */
const ported = '(6, 17, 33, 132, 136)'

/** Whether a row's packet has a port, or an ICMP type and code, to tell. A later fragment has neither, and both ports are 0. */
const hasPlace = 'NOT (source_port = 0 AND destination_port = 0 AND protocol NOT IN (1, 58))'

/**
 * Answers to somebody, and what comes late to a connection that is over, look like probes of many ports: the sender's port
 * is a server's, ours one that a client had. Left out are TCP with RST, or with SYN and ACK (what victims of forged
 * addresses send); and to ports from 1024 on TCP with ACK, which opens nothing, and from ports below 1024 whatever is not a bare
 * SYN. Who scans so (nmap -sA, nmap -g 53) is still seen by the ports below 1024.
 */
const isAnswer = `(protocol = 6 AND (bitAnd(tcp_flags, 4) != 0 OR bitAnd(tcp_flags, 18) = 18))
  OR (protocol = 6 AND bitAnd(tcp_flags, 16) != 0 AND destination_port >= 1024)
  OR (protocol IN (6, 17) AND source_port BETWEEN 1 AND 1023 AND destination_port >= 1024 AND NOT (protocol = 6 AND bitAnd(tcp_flags, 63) = 2))
  OR (protocol = 1 AND intDiv(destination_port, 256) IN (0, 3, 4, 5, 11, 12, 14)) OR (protocol = 58 AND intDiv(destination_port, 256) IN (1, 2, 3, 4, 129))`

/** Rows of `firewall` that ask for something. */
export const isProbe = `(${hasPlace} AND NOT (${isAnswer}))`
/** Of those, rows that ask for a port. */
export const isPorted = `protocol IN ${ported}`
/** What is asked for, as one number: protocol and port, or ICMP type and code. */
export const place = 'toUInt32(protocol) * 65536 + destination_port'
/** Milliseconds since 1970. */
export const ms = (column: string): string => `toUnixTimestamp64Milli(${column})`
/** Parameters `from` and `before`, milliseconds since 1970. */
export const inTime =
  "time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({before:Int64}, 'UTC')"
/** An address column as text, IPv4 plain. */
export const plainText = (column: string): string =>
  `if(startsWith(toString(${column}), '::ffff:'), substring(toString(${column}), 8), toString(${column}))`
