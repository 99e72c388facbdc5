import { plainAddress } from '../../core/address.ts'
import { severityOf, type Severity } from '../../core/severity.ts'
import { catalogue } from '../../event/catalogue.ts'
import type { SundewEvent } from '../../event/event.ts'
import { cef } from '../../wire/cef/cef.ts'
import { oneLine, plainFields, type Plain } from './value.ts'

type Pair = readonly [key: string, value: string | number]

const severities: Readonly<Record<Severity, number>> = { low: 3, medium: 6, high: 9 }

/**
 * The event in ArcSight's Common Event Format, version 0. Addresses are `src` and `dst` for IPv4, `c6a2` and `c6a3` for IPv6; of a
 * match `cs1` to `cs6` are indicator, list, title, link, direction and caveat; other kinds have their fields in `msg`. The end is left out
 * where it would be longer than `maxBytes`.
 */
export function cefLine(event: SundewEvent, version: string, maxBytes: number): string {
  const fields = new Map(plainFields(event))
  const all = [...common(event), ...(event.kind === 'intel.match' ? ofMatch(fields) : ofOther(fields))]
  for (let count = all.length; ; count--) {
    const line = cef({
      vendor: 'Sundew',
      product: 'Sundew',
      version,
      signature: oneLine(event.kind),
      name: Object.hasOwn(catalogue, event.kind) ? nameOf(event.kind) : oneLine(event.kind),
      severity: severities[severityOf(event)],
      extension: all.slice(0, count),
    })
    if (count === 0 || Buffer.byteLength(line) <= maxBytes) return line
  }
}

function nameOf(kind: SundewEvent['kind']): string {
  return kind === 'intel.match' ? 'Something on a list was seen' : oneLine(firstSentence(catalogue[kind].doc))
}

function firstSentence(text: string): string {
  return text.split(/[.:]( |$)/, 1)[0] ?? text
}

function common(event: SundewEvent): Pair[] {
  return [
    ['rt', Date.parse(event.time) || 0],
    ['dvchost', oneLine(event.sensor)],
    ['externalId', oneLine(event.id)],
    ...address('src', 'c6a2', 'Source IPv6 Address', event.source_ip),
    ['spt', event.source_port],
    ...address('dst', 'c6a3', 'Destination IPv6 Address', event.destination_ip),
    ['dpt', event.destination_port],
    ...(event.transport === '' ? [] : [['proto', oneLine(event.transport).toUpperCase()] as const]),
    ['cat', oneLine(event.service)],
  ]
}

/** No address (`::`) is left out. */
function address(v4: string, v6: string, label: string, ip: string): Pair[] {
  const plain = oneLine(plainAddress(ip))
  if (plain === '::') return []
  return plain.includes(':')
    ? [
        [v6, plain],
        [`${v6}Label`, label],
      ]
    : [[v4, plain]]
}

function ofMatch(fields: ReadonlyMap<string, Plain>): Pair[] {
  const custom: readonly (readonly [label: string, value: Plain | undefined])[] = [
    ['indicator', fields.get('indicator')],
    ['list', fields.get('list')],
    ['title', firstOf(fields.get('titles'))],
    ['link', firstOf(fields.get('links'))],
    ['direction', fields.get('direction')],
    ['caveat', fields.get('caveat')],
  ]
  return [
    ...custom.flatMap(([label, value], i): Pair[] =>
      value === undefined || value === ''
        ? []
        : [
            [`cs${i + 1}`, shown(value)],
            [`cs${i + 1}Label`, label],
          ],
    ),
    ['app', shown(fields.get('service_name') ?? '')],
    ['deviceDirection', fields.get('direction') === 'inbound' ? 0 : 1],
    ['cnt', shown(fields.get('flows') ?? 1)],
    ['act', actionOf(fields)],
    [
      'msg',
      `${shown(fields.get('matched_ip') || fields.get('observed') || '')} is on ${shown(fields.get('lists') ?? '')}`,
    ],
  ]
}

/** What was done: a name server may have said what it did. */
function actionOf(fields: ReadonlyMap<string, Plain>): string {
  if (fields.get('retro') === true) return 'found in the past'
  return shown(fields.get('blocked') ?? 'seen')
}

function ofOther(fields: ReadonlyMap<string, Plain>): Pair[] {
  return [['msg', [...fields].map(([name, value]) => `${name}: ${shown(value)}`).join('; ')]]
}

function firstOf(value: Plain | undefined): Plain | undefined {
  return Array.isArray(value) ? (value as readonly string[])[0] : value
}

function shown(value: Plain): string {
  return Array.isArray(value) ? value.join(', ') : String(value)
}
