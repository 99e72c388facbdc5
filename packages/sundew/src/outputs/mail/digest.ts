import { randomUUID } from 'node:crypto'
import { plainAddress } from '../../core/address.ts'
import { severities, severityOf, type Severity } from '../../core/severity.ts'
import type { SundewEvent } from '../../event/event.ts'
import { keyValueLine } from '../alert/key-value.ts'
import { oneLine, plainFields } from '../alert/value.ts'

export interface Addressing {
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  /** For the message's id. */
  readonly hello: string
  readonly date: Date
}

/** Events told one by one in one mail; the rest is counted. */
const mostTold = 100
const maxLineBytes = 1024
/** Characters of base64 in one line (RFC 2045 §6.8). */
const base64Line = 76

/** One mail of several warnings, the gravest first: text, as RFC 5322 and RFC 2045 have it, its lines ended by CRLF. */
export function digestMail(events: readonly SundewEvent[], addressing: Addressing): string {
  const { from, to, subject, hello, date } = addressing
  const sorted = [...severities]
    .reverse()
    .flatMap((severity) => events.filter((event) => severityOf(event) === severity))
  const told = sorted.slice(0, mostTold)
  const rest = sorted.length - told.length
  const text = [
    ...told.map((event) => `${summary(event)}\n  ${keyValueLine(event, maxLineBytes)}\n`),
    ...(rest > 0 ? [`… and ${rest} more; the page has all of them.\n`] : []),
  ].join('\n')
  const headers = [
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `From: ${from}`,
    `To: ${to.join(',\r\n ')}`,
    `Subject: ${encodedWords(`${subject} ${headline(sorted)}`)}`,
    `Message-ID: <${randomUUID()}@${hello}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
  ]
  const body = Buffer.from(text.replaceAll('\n', '\r\n')).toString('base64')
  return `${headers.join('\r\n')}\r\n\r\n${wrapped(body)}`
}

/** `3 warnings (2 high, 1 low): 10.0.0.5 -> 203.0.113.7 (botnet)` */
function headline(sorted: readonly SundewEvent[]): string {
  const [gravest] = sorted
  if (sorted.length === 1 && gravest) return `${severityOf(gravest)}: ${summary(gravest)}`
  const count = (severity: Severity) => sorted.filter((event) => severityOf(event) === severity).length
  const parts = [...severities].reverse().flatMap((one) => (count(one) > 0 ? [`${count(one)} ${one}`] : []))
  return `${sorted.length} warnings (${parts.join(', ')})${gravest ? `: ${summary(gravest)}` : ''}`
}

/** One event in words. */
function summary(event: SundewEvent): string {
  const fields = new Map(plainFields(event))
  const value = (name: string) => String(fields.get(name) ?? '')
  switch (event.kind) {
    case 'intel.match':
      if (event.fields.observed !== undefined) return ofLog(event.source_ip, value)
      return `${oneLine(plainAddress(event.source_ip))} -> ${oneLine(plainAddress(event.destination_ip))}:${event.destination_port} (${value('matched_ip')} is on ${value('list')})`
    case 'alert.raised':
      return `${value('code')}: ${value('message')}`
    case 'scan.detected': {
      const { source_count: count } = event.fields
      return `${value('pattern')} scan of ${count === 1 ? oneLine(plainAddress(event.source_ip)) : `${count} sources`}: ${value('evidence')}`
    }
    default:
      return `${oneLine(event.kind)} from ${oneLine(plainAddress(event.source_ip))}`
  }
}

/** A match of a log or of a decoy: who was called is known of few of them. */
function ofLog(source: string, value: (name: string) => string): string {
  const seen = value('observed') || value('matched_ip')
  const blocked = value('blocked') === '' ? '' : `, ${value('blocked')}`
  return `${oneLine(plainAddress(source))} met ${seen} (${value('indicator')} is on ${value('list')}${blocked})`
}

/** A header's text as encoded words of UTF-8 where it is not ASCII (RFC 2047 §2: 75 characters each), and folded. */
function encodedWords(text: string): string {
  const short = text.length > 200 ? `${text.slice(0, 200).toWellFormed()}…` : text
  if (/^[\x20-\x7e]*$/.test(short) && short.length <= 70) return short
  // 45 bytes are 60 characters of base64; no character is cut.
  const words: string[] = []
  let word = ''
  for (const character of short) {
    if (Buffer.byteLength(word + character) > 45) {
      words.push(word)
      word = ''
    }
    word += character
  }
  words.push(word)
  return words.map((one) => `=?utf-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ')
}

function wrapped(base64: string): string {
  const lines: string[] = []
  for (let at = 0; at < base64.length; at += base64Line) lines.push(base64.slice(at, at + base64Line))
  return lines.join('\r\n')
}
