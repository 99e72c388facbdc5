import { plainAddress } from '../../core/address.ts'
import { byteStringOf, readable } from '../../event/bytes.ts'
import { catalogue, type EventKind } from '../../event/catalogue.ts'
import type { FieldSpec } from '../../event/fields.ts'
import { raw, readableColumn } from './bytes-column.ts'
import type { EventRow } from './contract.ts'
import { tunnelOf } from './event-row.ts'
import { timeText } from './where.ts'

/** Fields that have a column of their own, over all kinds, with their type. */
const columns = new Map<string, FieldSpec>()
for (const { fields } of Object.values(catalogue) as { fields: Record<string, FieldSpec> }[]) {
  for (const [name, spec] of Object.entries(fields)) if (spec.column) columns.set(name, spec)
}

/** What to select of `events` for {@link keptEventRow}. */
export const keptEventColumns = [
  `toString(id) AS id_text`,
  timeText('time'),
  'kind, sensor, session, service, transport, source_ip, source_port, destination_ip, destination_port',
  'tunnel, target_port',
  raw('target_host'),
  ...[...columns.keys()].map((name) => raw(name)),
  `toJSONString(fields) AS fields_text`,
  `mapApply((k, v) -> (k, base64Encode(v)), raw) AS raw_64`,
].join(', ')

export interface KeptEvent extends Record<string, unknown> {
  id_text: string
  time_text: string
  kind: string
  sensor: string
  session: string
  service: string
  transport: string
  source_ip: string
  source_port: number
  destination_ip: string
  destination_port: number
  tunnel: string
  target_port: number
  target_host_64: string
  fields_text: string
  raw_64: Record<string, string>
}

/** An event that was kept, as the page and the command line read it. */
export function keptEventRow(kept: KeptEvent): EventRow {
  const specs: Readonly<Record<string, FieldSpec>> = catalogue[kept.kind as EventKind]?.fields ?? {}
  const rest = JSON.parse(kept.fields_text) as Record<string, unknown>
  const fields: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(rest)) fields[name] = readableText(specs[name], value)
  for (const [path, base64] of Object.entries(kept.raw_64)) setExact(fields, path, readableColumn(base64))
  for (const [name, spec] of columns) {
    const base64 = kept[`${name}_64`]
    if (specs[name] === undefined || typeof base64 !== 'string') continue
    if (base64 === '' && specs[name].optional) continue
    fields[name] =
      spec.type === 'bytes' ? readableColumn(base64) : Buffer.from(base64, 'base64').toString('utf8')
  }
  return {
    id: kept.id_text,
    time: kept.time_text,
    kind: kept.kind,
    sensor: kept.sensor,
    session: kept.session,
    service: kept.service,
    transport: kept.transport,
    source_ip: plainAddress(kept.source_ip),
    source_port: kept.source_port,
    destination_ip: plainAddress(kept.destination_ip),
    destination_port: kept.destination_port,
    ...tunnelOf(kept.tunnel, readableColumn(kept.target_host_64), kept.target_port),
    fields,
  }
}

/** Puts the form of the exact bytes in the place of what JSON could hold: `name`, or `name.2` for a list's third entry. */
function setExact(fields: Record<string, unknown>, path: string, text: string): void {
  const [, name = path, index] = /^(\w+)[.[](\d{1,6})\]?$/.exec(path) ?? []
  if (index === undefined) {
    fields[name] = text
    return
  }
  const list = fields[name]
  if (Array.isArray(list) && Number(index) < list.length) list[Number(index)] = text
}

/** In the column `fields` text is UTF-8 already; control and direction characters still need their escapes. */
function readableText(spec: FieldSpec | undefined, value: unknown): unknown {
  if (typeof value === 'string') return spec?.type === 'text' ? value : readable(byteStringOf(value))
  return Array.isArray(value) ? value.map((entry) => readableText(spec, entry)) : value
}
