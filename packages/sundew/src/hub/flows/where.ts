import type { AddressSet } from '../../match/address-set.ts'
import { badRequest } from '../api/errors.ts'
import { Where } from '../api/where.ts'
import type { FlowFilter } from './filter.ts'
import { ipv6Text, listedMembership, type Membership, membershipOf, setMembership } from './membership.ts'
import { type Hits, hitsSql } from './seen.ts'

/** Parameters that one question may have; the store takes 1,000. */
const mostParams = 900
/** The last whole hour of ClickHouse's DateTime, seconds since 1970. */
const lastHour = Math.floor((2 ** 32 - 1) / 3_600) * 3_600

/** What a filter is read against. */
export interface FilterWorld {
  /** Addresses and prefixes that are ours. */
  readonly networks: readonly string[]
  /** The set of listed addresses in force. */
  readonly listed: AddressSet | undefined
  /** Of the addresses seen in the time asked for, those of each set. */
  readonly seen: (sets: readonly ((words: Uint32Array, at: number) => boolean)[]) => Promise<Hits[]>
  /** The conditions are for the table `addresses_1h`, where a row has one address, of either end. */
  readonly oneAddress?: boolean
}

export interface FlowWhere {
  readonly where: Where
  /** Columns of the table `flows` that the conditions name, but `time`. */
  readonly columns: ReadonlySet<string>
}

type Side = 'source' | 'destination' | 'either'

/**
 * A filter as conditions on the table `flows`. Values become parameters; what enters the SQL are names of columns and
 * parameters, which are ours.
 */
export async function flowWhere(filter: FlowFilter, world: FilterWorld): Promise<FlowWhere> {
  const conditions = new Conditions(world.oneAddress ?? false)
  conditions.time(filter.since, filter.before)
  numbers(conditions, filter)
  amounts(conditions, filter)
  countries(conditions, filter)
  flags(conditions, filter)
  await addresses(conditions, filter, world)
  if (Object.keys(conditions.where.params).length > mostParams)
    throw badRequest(
      `The filter has too many conditions. Put addresses into a set, and fewer ranges into lists.`,
    )
  return conditions
}

class Conditions implements FlowWhere {
  readonly where = new Where()
  readonly columns = new Set<string>()
  readonly #oneAddress: boolean
  #named = 0

  constructor(oneAddress: boolean) {
    this.#oneAddress = oneAddress
  }

  /** The table's columns of what `flows` has of an end, or of either. */
  ends(what: 'ip' | 'country' | 'as', side: Side): readonly string[] {
    if (!this.#oneAddress)
      return side === 'either' ? [`source_${what}`, `destination_${what}`] : [`${side}_${what}`]
    if (side !== 'either') throw badRequest(`Who was seen is kept without its direction: ask for either end.`)
    return [{ ip: 'address', country: 'country', as: 'as_number' }[what]]
  }

  /** A parameter; its place in the SQL. */
  value(type: string, value: unknown): string {
    const name = `f${this.#named++}`
    this.where.params[name] = value
    return `{${name}:${type}}`
  }

  /** A name for further parameters. */
  name(): string {
    return `f${this.#named++}`
  }

  and(condition: string, columns: readonly string[], params: Record<string, unknown> = {}): void {
    for (const column of columns) this.columns.add(column)
    this.where.and(condition, params)
  }

  time(since: string | undefined, before: string | undefined): void {
    const at = (text: string) => `fromUnixTimestamp64Milli(${this.value('Int64', Date.parse(text))}, 'UTC')`
    // The key of `flows` begins with the hour, and a condition on the time alone leaves out whole days only.
    const hour = (text: string) => `toDateTime(${this.value('UInt32', hourOf(Date.parse(text)))}, 'UTC')`
    if (since !== undefined) this.and(`time >= ${at(since)} AND toStartOfHour(time) >= ${hour(since)}`, [])
    if (before !== undefined) this.and(`time < ${at(before)} AND toStartOfHour(time) <= ${hour(before)}`, [])
  }
}

/** The hour of a moment, seconds since 1970: one that the store has, as have all its rows. */
function hourOf(ms: number): number {
  const hour = Math.floor(ms / 3_600_000) * 3_600
  return Math.min(Math.max(hour, 0), lastHour)
}

type Spans = readonly (readonly [number, number])[]

function numbers(to: Conditions, filter: FlowFilter): void {
  const within = (column: string, spans: Spans): string => {
    const singles = spans.filter(([from, end]) => from === end).map(([from]) => from)
    const ranges = spans.filter(([from, end]) => from !== end)
    return or([
      ...(singles.length > 0 ? [`${column} IN ${to.value('Array(UInt32)', singles)}`] : []),
      ...ranges.map(
        ([from, end]) => `${column} BETWEEN ${to.value('UInt32', from)} AND ${to.value('UInt32', end)}`,
      ),
    ])
  }
  const add = (spans: Spans | undefined, columns: readonly string[], not = false, extra = ''): void => {
    if (!spans || spans.length === 0) return
    const condition = or(columns.map((column) => within(column, spans)))
    to.and(`${not ? 'NOT ' : ''}(${condition})${extra}`, columns.map(bare))
  }
  add(filter.port, ['source_port', 'destination_port'])
  add(filter.source_port, ['source_port'])
  add(filter.destination_port, ['destination_port'])
  add(filter.not_port, ['source_port', 'destination_port'], true)
  add(filter.not_source_port, ['source_port'], true)
  add(filter.not_destination_port, ['destination_port'], true)
  add(filter.protocol, ['protocol'])
  add(filter.not_protocol, ['protocol'], true)
  add(filter.interface, ['input_interface', 'output_interface'])
  add(filter.input_interface, ['input_interface'])
  add(filter.output_interface, ['output_interface'])
  if (filter.as) add(filter.as, to.ends('as', 'either'))
  if (filter.source_as) add(filter.source_as, to.ends('as', 'source'))
  if (filter.destination_as) add(filter.destination_as, to.ends('as', 'destination'))
  if (filter.not_as) add(filter.not_as, to.ends('as', 'either'), true)
  const icmp = ' AND protocol IN (1, 58)'
  if (filter.icmp_type || filter.icmp_code) to.columns.add('protocol')
  add(filter.icmp_type, ['intDiv(destination_port, 256)'], false, icmp)
  add(filter.icmp_code, ['destination_port % 256'], false, icmp)
}

/** The column's name in an expression on one column. */
function bare(expression: string): string {
  return /[a-z]+(_[a-z]+)+/.exec(expression)?.[0] ?? expression
}

function amounts(to: Conditions, filter: FlowFilter): void {
  for (const column of ['bytes', 'packets', 'duration_ms'] as const) {
    const { least, most } = filter[column] ?? {}
    if (least !== undefined) to.and(`${column} >= ${to.value('UInt64', least)}`, [column])
    if (most !== undefined) to.and(`${column} <= ${to.value('UInt64', most)}`, [column])
  }
}

function countries(to: Conditions, filter: FlowFilter): void {
  const add = (codes: readonly string[] | undefined, columns: readonly string[], not = false): void => {
    if (!codes || codes.length === 0) return
    const list = to.value('Array(String)', codes)
    const condition = or(columns.map((column) => `toString(${column}) IN ${list}`))
    to.and(`${not ? 'NOT ' : ''}(${condition})`, columns)
  }
  if (filter.country) add(filter.country, to.ends('country', 'either'))
  if (filter.source_country) add(filter.source_country, to.ends('country', 'source'))
  if (filter.destination_country) add(filter.destination_country, to.ends('country', 'destination'))
  if (filter.not_country) add(filter.not_country, to.ends('country', 'either'), true)
}

function flags(to: Conditions, filter: FlowFilter): void {
  if (!filter.flags || filter.flags.length === 0) return
  const each = filter.flags.map(
    ({ high, mask }) => `bitAnd(tcp_flags, ${to.value('UInt16', mask)}) = ${to.value('UInt16', high)}`,
  )
  // As in SiLK, only TCP has flags.
  to.and(`protocol = 6 AND (${or(each)})`, ['protocol', 'tcp_flags'])
}

async function addresses(to: Conditions, filter: FlowFilter, world: FilterWorld): Promise<void> {
  const wanted: { member: Membership; columns: readonly string[]; not: boolean }[] = []
  const add = (member: Membership | undefined, side: Side, not = false): void => {
    if (member) wanted.push({ member, columns: to.ends('ip', side), not })
  }
  const some = (texts: readonly string[] | undefined) =>
    texts && texts.length > 0 ? membershipOf(texts) : undefined
  const set = (text: string | undefined) => (text === undefined ? undefined : setMembership(text))
  add(some(filter.address), 'either')
  add(some(filter.source), 'source')
  add(some(filter.destination), 'destination')
  add(some(filter.not_address), 'either', true)
  add(some(filter.not_source), 'source', true)
  add(some(filter.not_destination), 'destination', true)
  add(set(filter.set), 'either')
  add(set(filter.source_set), 'source')
  add(set(filter.destination_set), 'destination')
  add(set(filter.not_set), 'either', true)
  add(set(filter.not_source_set), 'source', true)
  add(set(filter.not_destination_set), 'destination', true)
  if (filter.intel !== undefined) {
    if (!world.listed) throw noLists()
    add(listedMembership(world.listed, filter.intel), 'either')
  }
  if (filter.version !== undefined) {
    const [column] = to.ends('ip', world.oneAddress ? 'either' : 'source')
    const v4 = `${column} BETWEEN toIPv6('::ffff:0.0.0.0') AND toIPv6('::ffff:255.255.255.255')`
    to.and(filter.version === 4 ? v4 : `NOT (${v4})`, [column!])
  }
  const few = { exporter_ip: some(filter.exporter), next_hop: some(filter.next_hop) }
  for (const [column, member] of Object.entries(few)) {
    if (!member) continue
    if (member.kind === 'set') {
      throw badRequest(
        `${column === 'next_hop' ? column : 'exporter'} names more than 64 ranges: name fewer.`,
      )
    }
    to.and(inRanges(to, column, member), [column])
  }

  const sets = wanted.flatMap(({ member }) => (member.kind === 'set' ? [member.has] : []))
  const ours = filter.direction && filter.direction.length > 0 ? membershipOf(world.networks) : undefined
  if (ours?.kind === 'set') sets.push(ours.has)
  const hits = sets.length === 0 ? [] : await world.seen(sets)
  const inside = (member: Membership): ((column: string) => string) => {
    if (member.kind === 'ranges') return (column) => inRanges(to, column, member)
    const { sql, params } = hitsSql(hits.shift()!, to.name())
    Object.assign(to.where.params, params)
    return (column) => `${column} IN (${sql})`
  }
  for (const { member, columns, not } of wanted) {
    const within = inside(member)
    to.and(`${not ? 'NOT ' : ''}(${or(columns.map(within))})`, columns)
  }
  if (ours) {
    const within = inside(ours)
    to.and(or((filter.direction ?? []).map((direction) => directionSql(direction, within))), [
      'source_ip',
      'destination_ip',
    ])
  }
}

function directionSql(
  direction: NonNullable<FlowFilter['direction']>[number],
  ours: (column: string) => string,
): string {
  const [source, destination] = [ours('source_ip'), ours('destination_ip')]
  switch (direction) {
    case 'outbound':
      return `(${source} AND NOT ${destination})`
    case 'inbound':
      return `(NOT ${source} AND ${destination})`
    case 'internal':
      return `(${source} AND ${destination})`
    case 'external':
      return `(NOT ${source} AND NOT ${destination})`
  }
}

/** One address is asked for by equality, which a bloom index answers. */
function inRanges(
  to: Conditions,
  column: string,
  { ranges }: Extract<Membership, { kind: 'ranges' }>,
): string {
  const each = ranges.map(({ first, last }) => ({ first: ipv6Text(first), last: ipv6Text(last) }))
  const singles = each.filter(({ first, last }) => first === last).map(({ first }) => first)
  return or([
    ...(singles.length > 0 ? [`${column} IN ${to.value('Array(IPv6)', singles)}`] : []),
    ...each
      .filter(({ first, last }) => first !== last)
      .map(({ first, last }) => `${column} BETWEEN ${to.value('IPv6', first)} AND ${to.value('IPv6', last)}`),
  ])
}

function or(conditions: readonly string[]): string {
  if (conditions.length === 0) return '0'
  return conditions.length === 1 ? conditions[0]! : `(${conditions.join(' OR ')})`
}

export function noLists() {
  return badRequest(
    'No list of bad addresses is in force. Name some under intel.files in sundew.yaml, or give a set of your own.',
  )
}
