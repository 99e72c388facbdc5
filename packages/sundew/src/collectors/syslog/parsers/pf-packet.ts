import { ascii, find, isDigit, startsWith } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'
import { isIpv4 } from './address.ts'
import { lower, readProtocol, tcpFlagLetter } from './number.ts'
import { digitsEnd, numberAt } from './scan.ts'

const blank = 0x20
const flagsWord = ascii('Flags [')
const tcpWords = ['tcp ', '[|tcp]', '[tcp sum ok]', '[bad tcp cksum', '[bad hdr length'].map(ascii)
const ackWord = ascii(' ack ')
const protoWord = ascii('proto ')
const lengthWord = ascii(', length ')
const lenWord = ascii(', len ')
const typeWord = ascii('type-#')
const ipProto = ascii('ip-proto-')
/** Bytes behind the addresses that are looked at. */
const mostDetails = 512

/** ICMP as tcpdump names it: type and code. The first that is found holds. */
const icmpNames: readonly (readonly [Uint8Array, number, number])[] = names([
  ['echo request', 8, 0],
  ['echo reply', 0, 0],
  ['need to frag', 3, 4],
  ['port ', 3, 3],
  ['protocol ', 3, 2],
  ['net ', 3, 0],
  ['unreachable', 3, 1],
  ['time exceeded', 11, 0],
  ['redirect', 5, 1],
  ['source quench', 4, 0],
  ['router advertisement', 9, 0],
  ['router solicitation', 10, 0],
  ['parameter problem', 12, 0],
  ['time stamp reply', 14, 0],
  ['time stamp', 13, 0],
  ['address mask reply', 18, 0],
  ['address mask', 17, 0],
])
const icmp6Names: readonly (readonly [Uint8Array, number, number])[] = names([
  ['echo request', 128, 0],
  ['echo reply', 129, 0],
  ['neighbor sol', 135, 0],
  ['neighbor adv', 136, 0],
  ['router sol', 133, 0],
  ['router adv', 134, 0],
  ['redirect', 137, 0],
  ['multicast listener report v2', 143, 0],
  ['multicast listener query', 130, 0],
  ['multicast listener report', 131, 0],
  ['multicast listener done', 132, 0],
  ['too big', 2, 0],
  ['time exceeded', 3, 0],
  ['parameter problem', 4, 0],
  ['port', 1, 4],
  ['unreachable', 1, 0],
])

/**
 * Reads what tcpdump says of a packet behind its addresses: `S 1:1(0) win 1024`, `Flags [S], seq 1, length 0`, `udp 48`, `icmp: echo
 * request`, `ESP(spi=…`; and line[details, detailsEnd), what it says before them with `-v`. Of what has ports and is not TCP by its
 * words, UDP: tcpdump names what UDP carries instead.
 *
 * @returns false where no protocol can be told
 */
export function readPfPacket(
  line: Uint8Array,
  details: number,
  detailsEnd: number,
  from: number,
  to: number,
  hasPorts: boolean,
  into: FirewallRow,
): boolean {
  let at = from
  while (at < to && line[at] === blank) at++
  const end = Math.min(to, at + mostDetails)
  const before = afterWord(line, details, detailsEnd, protoWord)
  if (before >= 0) into.protocol = protocolAt(line, before, detailsEnd)
  else if (hasPorts) into.protocol = isTcp(line, at, end) ? 6 : 17
  else into.protocol = protocolAt(line, at, end)
  if (into.protocol < 0) {
    into.protocol = 0
    return false
  }
  if (into.protocol === 6) into.tcpFlags = tcpFlags(line, at, end)
  // Its words are ICMP's by the version of IP.
  if (into.protocol === 1 && !isIpv4(into.source)) into.protocol = 58
  if (into.protocol === 1 || into.protocol === 58) {
    into.destinationPort = icmp(line, at, end, into.protocol === 1 ? icmpNames : icmp6Names)
  }
  into.length = length(line, details, detailsEnd, at, end)
  return true
}

function names(
  list: readonly (readonly [string, number, number])[],
): (readonly [Uint8Array, number, number])[] {
  return list.map(([text, type, code]) => [ascii(text), type, code])
}

function afterWord(line: Uint8Array, from: number, to: number, word: Uint8Array): number {
  const at = find(line, from, to, word)
  return at < 0 ? -1 : at + word.length
}

/** `ESP(spi=…`, `igmp-2 …`, `icmp: …`, `ICMP6, …`, `OSPFv2, …`, `ip-proto-103 28`. */
function protocolAt(line: Uint8Array, from: number, to: number): number {
  const start = startsWith(line, from, to, ipProto) ? from + ipProto.length : from
  const end = nameEnd(line, start, to)
  const protocol = readProtocol(line, start, end)
  const versioned = protocol < 0 && end - start > 2 && line[end - 2] === 0x76
  return versioned ? readProtocol(line, start, end - 2) : protocol
}

function nameEnd(line: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && (isDigit(line[at]) || (lower(line[at]!) >= 0x61 && lower(line[at]!) <= 0x7a))) at++
  return at
}

/** Whether it begins as TCP does: `Flags [`, `tcp 0`, or the letters of flags alone. */
function isTcp(line: Uint8Array, from: number, to: number): boolean {
  if (startsWith(line, from, to, flagsWord)) return true
  for (const word of tcpWords) if (startsWith(line, from, to, word)) return true
  const end = flagsEnd(line, from, to)
  return end > from && (end === to || line[end] === blank)
}

function flagsEnd(line: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && tcpFlagLetter(line[at]!) !== 0) at++
  return at
}

/** `Flags [S.]`; or `S 1:1(0) ack 1`, where a dot is none and ACK has a word of its own. */
function tcpFlags(line: Uint8Array, from: number, to: number): number {
  const bracketed = startsWith(line, from, to, flagsWord)
  const start = bracketed ? from + flagsWord.length : from
  const end = flagsEnd(line, start, to)
  let flags = 0
  for (let at = start; at < end; at++) if (bracketed || line[at] !== 0x2e) flags |= tcpFlagLetter(line[at]!)
  return !bracketed && find(line, end, to, ackWord) >= 0 ? flags | 16 : flags
}

/** Type * 256 + code by the words, or by `type-#13`. */
function icmp(
  line: Uint8Array,
  from: number,
  to: number,
  list: readonly (readonly [Uint8Array, number, number])[],
): number {
  for (const [text, type, code] of list) if (find(line, from, to, text) >= 0) return type * 256 + code
  const at = afterWord(line, from, to, typeWord)
  return at < 0 ? 0 : Math.max(0, numberAt(line, at, digitsEnd(line, at, to), 255)) * 256
}

/** `…, length 60) 192.0.2.1…`, or at the end `(ttl 64, id 1, len 60)`. */
function length(line: Uint8Array, details: number, detailsEnd: number, from: number, to: number): number {
  let at = afterWord(line, details, detailsEnd, lengthWord)
  if (at < 0) at = afterWord(line, from, to, lenWord)
  return at < 0 ? 0 : Math.max(0, numberAt(line, at, digitsEnd(line, at, to), 0xffff))
}
