import { styleText, type InspectColor } from 'node:util'
import type { EventRow } from '../hub/api/contract.ts'
import { plain } from './plain.ts'
import { cut, pad } from './text.ts'

/** The longest that one field of an event is shown, columns. */
const fieldColumns = 100

const colours: Readonly<Record<string, InspectColor>> = {
  login: 'yellow',
  mail: 'cyan',
  file: 'magenta',
  http: 'blue',
  command: 'green',
  tunnel: 'cyan',
  protocol: 'red',
  limit: 'red',
  alert: 'red',
  connection: 'gray',
}

/** One event in one line, harmless for a terminal: time, service, peer, kind and the kind's own fields. */
export function eventLine(event: EventRow, columns = Infinity): string {
  const peer = event.source_ip.includes(':')
    ? `[${event.source_ip}]:${event.source_port}`
    : `${event.source_ip}:${event.source_port}`
  const head = `${plain(event.time.slice(11, 23))} ${pad(plain(event.service), 5)} ${pad(plain(peer), 21)} `
  const kind = pad(plain(event.kind), 18)
  const fields = Object.entries(event.fields)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => `${plain(name)}=${valueText(value)}`)
    .join(' ')
  const tunnel =
    event.target_host === undefined ? '' : `→${plain(event.target_host)}:${event.target_port ?? 0} `
  const colour = colours[event.kind.split('.')[0] ?? '']
  const shownKind = colour ? styleText(colour, kind, { stream: process.stdout }) : kind
  return `${head}${shownKind} ${cut(tunnel + fields, Math.max(20, columns - head.length - kind.length - 1))}`.trimEnd()
}

function valueText(value: unknown): string {
  const text = plain(typeof value === 'string' ? value : JSON.stringify(value))
  return cut(typeof value === 'string' && /[\s"=]/.test(text) ? `"${text}"` : text, fieldColumns)
}
