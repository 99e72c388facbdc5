import type { EventRow } from '../../sundew/src/hub/api/contract.ts'

/** A piece of a line: what a peer wrote is kept apart from our own words. */
export interface Piece {
  readonly text: string
  readonly from: 'us' | 'peer'
}

const us = (text: string): Piece => ({ text, from: 'us' })

type Fields = Readonly<Record<string, unknown>>

/** What a peer wrote in that field; nothing where it is not there. */
function peer(fields: Fields, name: string): Piece[] {
  const value = fields[name]
  return typeof value === 'string' && value !== '' ? [{ text: value, from: 'peer' }] : []
}

function ours(fields: Fields, name: string): Piece[] {
  const text = plain(fields[name])
  return text === '' ? [] : [us(text)]
}

/** A text, number or truth value as text; nothing for anything else. */
export function plain(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? `${value}`
      : ''
}

/** The pieces after `before`, or none of it. */
function after(before: string, pieces: Piece[]): Piece[] {
  return pieces.length === 0 ? [] : [us(before), ...pieces]
}

/** One event in one line. */
export function summary({ kind, fields, destination_port }: EventRow): readonly Piece[] {
  switch (kind) {
    case 'connection.open':
      return [us(`to port ${destination_port}`)]
    case 'connection.close':
      return [us(`after ${Number(fields['duration_ms'] ?? 0)} ms, ended by ${plain(fields['reason'])}`)]
    case 'login.attempt':
      return [
        ...peer(fields, 'user_name'),
        us('/'),
        ...peer(fields, 'password'),
        us(fields['accepted'] === true ? 'let in' : 'refused'),
      ]
    case 'mail.received':
    case 'mail.probe': {
      const to = Array.isArray(fields['rcpt_to']) ? (fields['rcpt_to'] as unknown[]) : []
      const first: Piece[] = typeof to[0] === 'string' ? [{ text: to[0], from: 'peer' }] : []
      return [
        ...peer(fields, 'mail_from'),
        ...after('to', first),
        ...(to.length > 1 ? [us(`and ${to.length - 1} more`)] : []),
        ...after('·', peer(fields, 'subject')),
      ]
    }
    case 'http.request':
      return [...peer(fields, 'method'), ...peer(fields, 'url'), ...after('→', ours(fields, 'status'))]
    case 'file.captured':
      return [...peer(fields, 'file_name'), ...ours(fields, 'size_bytes'), us('bytes')]
    case 'file.download_requested':
      return [...peer(fields, 'url'), ...after('→', ours(fields, 'outcome'))]
    case 'session.recorded':
      return [...ours(fields, 'duration_ms'), us('ms'), ...ours(fields, 'commands'), us('commands')]
    case 'command.run':
      return peer(fields, 'command')
    case 'client.fingerprint':
      return [
        ...ours(fields, 'method'),
        ...ours(fields, 'fingerprint'),
        ...after('for', peer(fields, 'server_name')),
      ]
    case 'protocol.malformed':
      return [...ours(fields, 'reason'), ...peer(fields, 'detail')]
    case 'limit.reached':
      return [...ours(fields, 'limit'), ...ours(fields, 'value')]
    case 'alert.raised':
      return [...ours(fields, 'code'), ...ours(fields, 'message')]
    case 'sensor.status':
      return [...ours(fields, 'part'), ...ours(fields, 'state'), ...ours(fields, 'message')]
    default:
      return []
  }
}
