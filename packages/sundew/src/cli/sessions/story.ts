import type { EventRow } from '../../hub/api/contract.ts'
import { plain } from '../plain.ts'
import { bytesText, cut, pad } from '../text.ts'

/** The longest that one thing is told, columns. */
const mostColumns = 2000

/** One event of a session in words, harmless for a terminal, after the time since its start. */
export function storyLine(event: EventRow, startMs: number): string {
  const seconds = Math.max(0, (Date.parse(event.time) - startMs) / 1000)
  const told = tellers[event.kind]?.(event.fields) ?? other(event)
  const through = event.tunnel === undefined ? '' : `[${event.target_host}:${event.target_port}] `
  return `${pad(`+${seconds.toFixed(1)} s`, 10, 'right')}  ${cut(plain(through + told), mostColumns)}`
}

type Fields = EventRow['fields']

const text = (fields: Fields, name: string): string => {
  const value = fields[name]
  return value === undefined || value === null
    ? ''
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)
}
const size = (fields: Fields, name = 'size_bytes'): string => bytesText(Number(fields[name] ?? 0))
const after = (word: string, said: string): string => (said === '' ? '' : ` ${word} ${said}`)

const tellers: Readonly<Record<string, (fields: Fields) => string>> = {
  'connection.open': () => 'connected',
  'connection.close': (f) =>
    `ended (${text(f, 'reason')}) after ${Number(f['duration_ms'] ?? 0) / 1000} s; received ${size(f, 'received_bytes')}, sent ${size(f, 'sent_bytes')}`,
  'client.fingerprint': (f) =>
    `client: ${text(f, 'method')} ${text(f, 'fingerprint')}${after('software', text(f, 'software'))}`,
  'login.attempt': (f) => {
    const key = text(f, 'key_fingerprint')
    const by = key === '' ? `password ${text(f, 'password')}` : `key ${text(f, 'key_type')} ${key}`
    return `login ${f['accepted'] === true ? 'accepted' : 'refused'}: ${text(f, 'user_name')} with ${by}`
  },
  'command.run': (f) => `$ ${text(f, 'command')}`,
  'tunnel.open': (f) => `tunnel ${text(f, 'outcome')}${after('answered by', text(f, 'answered_by'))}`,
  'tunnel.data': (f) => `${text(f, 'direction')}: ${text(f, 'data')}`,
  'tunnel.close': (f) =>
    `tunnel closed after ${Number(f['duration_ms'] ?? 0) / 1000} s; received ${size(f, 'received_bytes')}, sent ${size(f, 'sent_bytes')}`,
  'mail.received': (f) =>
    `mail from ${text(f, 'mail_from')} to ${text(f, 'rcpt_to')}, ${size(f)}${after('subject', text(f, 'subject'))}`,
  'http.request': (f) => `${text(f, 'method')} ${text(f, 'url')} answered ${text(f, 'status')}`,
  'file.captured': (f) =>
    `file ${text(f, 'file_name')}, ${size(f)} by ${text(f, 'via')}, SHA-256 ${text(f, 'file_sha256')}`,
  'file.download_requested': (f) =>
    `download ${text(f, 'outcome')}: ${text(f, 'url')}${after('SHA-256', text(f, 'file_sha256'))}`,
  'session.recorded': (f) =>
    `recording, piece ${text(f, 'part')}: ${Number(f['duration_ms'] ?? 0) / 1000} s, ${size(f)}`,
  'protocol.malformed': (f) => `malformed: ${text(f, 'reason')} ${text(f, 'detail')}`,
  'limit.reached': (f) => `limit reached: ${text(f, 'limit')}`,
}

function other({ kind, fields }: EventRow): string {
  const told = Object.entries(fields).map(([name]) => `${name}=${text(fields, name)}`)
  return `${kind} ${told.join(' ')}`.trimEnd()
}
