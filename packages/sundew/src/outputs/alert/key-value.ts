import { plainAddress } from '../../core/address.ts'
import { severityOf } from '../../core/severity.ts'
import type { SundewEvent } from '../../event/event.ts'
import { oneLine, plainFields, type Plain } from './value.ts'

/** What decoders read stands first, in this order and always, so that one pattern takes it (`assets/wazuh`). */
const first = [
  'indicator',
  'list',
  'matched',
  'matched_ip',
  'direction',
  'service_name',
  'bytes',
  'flows',
  'summary',
  'retro',
] as const

/**
 * One line `name="value" name="value"…` for OSSEC, Wazuh and whoever reads with patterns: no value holds a `"`, a control character
 * or a line's end; these are `\xNN`, and a backslash is doubled. Fields at the end are left out where the line would
 * be longer than `maxBytes`; `cut="true"` then ends it.
 */
export function keyValueLine(event: SundewEvent, maxBytes: number): string {
  let line = ''
  let left = maxBytes - cutMark.length
  for (const [name, value] of pairs(event)) {
    const pair = `${line === '' ? '' : ' '}${name}="${quoted(value)}"`
    left -= Buffer.byteLength(pair)
    if (left < 0) return line + cutMark
    line += pair
  }
  return line
}

const cutMark = ' cut="true"'

function pairs(event: SundewEvent): [string, Plain][] {
  const own = plainFields(event)
  const head: [string, Plain][] = [
    ['kind', oneLine(event.kind)],
    ['severity', severityOf(event)],
    ['src_ip', oneLine(plainAddress(event.source_ip))],
    ['src_port', event.source_port],
    ['dst_ip', oneLine(plainAddress(event.destination_ip))],
    ['dst_port', event.destination_port],
    ['transport', oneLine(event.transport)],
  ]
  const tail: [string, Plain][] = [
    ['service', oneLine(event.service)],
    ['sensor', oneLine(event.sensor)],
    ['time', oneLine(event.time)],
    ['id', oneLine(event.id)],
    ...(event.session === '' ? [] : [['session', oneLine(event.session)] as [string, Plain]]),
  ]
  if (event.kind !== 'intel.match') return [...head, ...own.filter(([name]) => name !== 'severity'), ...tail]
  const byName = new Map(own)
  const known = first.flatMap((name): [string, Plain][] => {
    const value = byName.get(name)
    return value === undefined ? [] : [[name, value]]
  })
  const said = new Set<string>([...first, 'severity'])
  return [...head, ...known, ...tail, ...own.filter(([name]) => !said.has(name))]
}

function quoted(value: Plain): string {
  const text = Array.isArray(value) ? value.join(', ') : String(value)
  return text.replaceAll('"', '\\x22')
}
