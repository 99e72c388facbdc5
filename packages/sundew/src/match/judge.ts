import { isService } from './services.ts'

/** TCP flags as in its header (RFC 9293 §3.1). */
const fin = 1
const syn = 2
const rst = 4
const push = 8
const ack = 16
/** ECE, CWR and what came after: they say nothing about who talks. */
const telling = fin | syn | rst | push | ack

const icmp = 1
const tcp = 6
const icmp6 = 58

/** ICMP types that answer something with an error (RFC 792, RFC 4443 §3), and those that answer with what was asked. */
const icmpErrors = new Set([3, 4, 5, 11, 12])
const icmpReplies = new Set([0, 14, 16, 18])
const icmp6Errors = new Set([1, 2, 3, 4])
const icmp6Replies = new Set([129])

/** What is known of a flow to judge it by. */
export interface FlowFacts {
  readonly protocol: number
  readonly sourcePort: number
  /** For ICMP type * 256 + code. */
  readonly destinationPort: number
  /** Or-ed, of the way from source to destination; 0 where not told. */
  readonly tcpFlags: number
  /** IANA firewallEvent and forwardingStatus; 0 where not told. */
  readonly firewallEvent: number
  readonly forwardingStatus: number
  /** Packets of the way back, where the record tells both; else 0. */
  readonly reversePackets: number
  readonly reverseTcpFlags: number
}

/** Why a flow need not have been a conversation; '' where nothing says so. */
export type Caveat = '' | 'syn-only' | 'icmp-answer' | 'rejected' | 'one-way'

/** Relative to the listed address: catalogue.ts, `intel.match`. */
export type Direction = 'outbound' | 'inbound' | 'internal' | 'external'
export type Severity = 'low' | 'medium' | 'high'

/**
 * Whether the flow's source is the one who began: a record tells one way only, and that of the answer has the ports the
 * other way round. Flags say it for certain where they hold a lone SYN; else the end with the service's port is the one
 * that was called, else the lower port.
 */
export function sourceBegan(flow: FlowFacts): boolean {
  const { protocol, sourcePort, destinationPort } = flow
  if (protocol === icmp || protocol === icmp6) {
    const type = destinationPort >>> 8
    return protocol === icmp
      ? !icmpErrors.has(type) && !icmpReplies.has(type)
      : !icmp6Errors.has(type) && !icmp6Replies.has(type)
  }
  if (flow.reversePackets > 0) return true
  if (protocol === tcp && (flow.tcpFlags & (syn | ack)) === syn) return true
  const [source, destination] = [isService(sourcePort), isService(destinationPort)]
  if (source !== destination) return destination
  return destinationPort <= sourcePort
}

/** Why this flow by itself is no conversation. */
export function caveatOf(flow: FlowFacts): Caveat {
  const { protocol, firewallEvent, forwardingStatus } = flow
  if (firewallEvent === 3 || (forwardingStatus >= 128 && forwardingStatus < 192)) return 'rejected'
  const type = flow.destinationPort >>> 8
  if ((protocol === icmp && icmpErrors.has(type)) || (protocol === icmp6 && icmp6Errors.has(type)))
    return 'icmp-answer'
  if (protocol !== tcp) return ''
  const opened = isOpening(flow.tcpFlags) && (flow.reversePackets === 0 || isRefusal(flow.reverseTcpFlags))
  return opened || isRefusal(flow.tcpFlags) ? 'syn-only' : ''
}

/** A lone SYN, or a half-open scan's SYN and RST. */
function isOpening(tcpFlags: number): boolean {
  const flags = tcpFlags & telling
  return flags === syn || flags === (syn | rst)
}

/** The RST that answers one. */
function isRefusal(tcpFlags: number): boolean {
  const flags = tcpFlags & telling
  return flags === rst || flags === (rst | ack)
}

/** Whether this flow by itself shows that both ends took part. */
export function isAnswered(flow: FlowFacts): boolean {
  if (flow.reversePackets > 0 && !isRefusal(flow.reverseTcpFlags)) return true
  if (flow.protocol !== tcp) return false
  // Who began acknowledges only what it heard; and data is acknowledged by both.
  const acknowledged = (flow.tcpFlags & ack) !== 0 && (flow.tcpFlags & rst) === 0
  return acknowledged && (flow.tcpFlags & (push | fin)) !== 0
}

/** How grave it is that they met. */
export function severityOf(direction: Direction, answered: boolean, caveat: Caveat): Severity {
  if (caveat !== '' && caveat !== 'one-way') return 'low'
  if (direction === 'outbound') return answered ? 'high' : 'medium'
  return answered ? 'medium' : 'low'
}

/**
 * Which way it went: a host met a listed address.
 *
 * @param listedBegan who began is the listed one
 */
export function directionOf(hostOurs: boolean, listedOurs: boolean, listedBegan: boolean): Direction {
  if (hostOurs) return listedOurs ? 'internal' : listedBegan ? 'inbound' : 'outbound'
  // A host of ours that is listed itself.
  return listedOurs ? (listedBegan ? 'outbound' : 'inbound') : 'external'
}

const ranks: readonly Severity[] = ['low', 'medium', 'high']

export function isWorse(severity: Severity, than: Severity): boolean {
  return ranks.indexOf(severity) > ranks.indexOf(than)
}
