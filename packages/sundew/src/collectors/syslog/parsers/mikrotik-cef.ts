import { ascii, find, startsWith } from '../../tail/scan.ts'

const [pipe, backslash, equals, blank] = [0x7c, 0x5c, 0x3d, 0x20]
const start = ascii('CEF:0|MikroTik|')
const topic = ascii('firewall,')
const message = ascii('msg=')
/** Model, version and number stand before the topics; the severity between them and the message's fields. */
const [topicsField, fields] = [3, 5]
/** Bytes that these take at most. */
const mostHeader = 512

/** What {@link cefMessage} says of a line of another part of RouterOS, and of one that is none. */
export const [otherPart, noMessage] = [-1, -2] as const

/** Whether RouterOS writes CEF here (since 7.18, `remote-log-format=cef`). */
export function isCef(line: Uint8Array, from: number, to: number): boolean {
  return startsWith(line, from, to, start)
}

/**
 * Where a firewall's message begins in `CEF:0|MikroTik|hEX|7.20|10|firewall,info|Low|dvchost=… dvc=… msg=drop input: in:…`, or
 * {@link otherPart} or {@link noMessage}.
 */
export function cefMessage(line: Uint8Array, from: number, to: number): number {
  let at = from + start.length
  const most = Math.min(to, at + mostHeader)
  for (let field = 0; field < fields; field++) {
    if (field === topicsField && !startsWith(line, at, to, topic)) return otherPart
    while (at < most && line[at] !== pipe) at += line[at] === backslash ? 2 : 1
    if (at >= most) return noMessage
    at++
  }
  const told = find(line, at, Math.min(to, at + mostHeader), message)
  return told < 0 ? noMessage : told + message.length
}

/** Where the message ends: before the next field, whose `=` is not escaped as those of a message are. */
export function cefEnd(line: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    if (line[at] === backslash) at++
    else if (line[at] === equals) {
      while (at > from && line[at] !== blank) at--
      return at
    }
  }
  return to
}
