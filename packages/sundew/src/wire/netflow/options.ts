import { applicationKey } from './details.ts'
import type { Domain } from './domain.ts'
import { elementTypes } from './elements/element.ts'
import { lowWord } from './interpret.ts'
import type { Find } from './planner.ts'
import { type Layout, layoutOf, scopePen, type Template } from './template.ts'
import { applicationText, type ElementValue, textOf, unsigned, valueOf } from './values.ts'
import type { NetflowLimits } from './limits.ts'

/** How option records of a template are read: seldom, so by name. */
export interface OptionPlan extends Layout {
  /** The first field of each element. */
  readonly byKey: ReadonlyMap<string, number>
}

export function optionPlanOf(template: Template): OptionPlan {
  const fields = template.fields()
  const byKey = new Map<string, number>()
  for (const [index, { pen, id }] of fields.entries()) {
    const key = pen === 0 ? String(id) : pen === scopePen ? `scope.${id}` : `${pen}.${id}`
    if (!byKey.has(key)) byKey.set(key, index)
  }
  return { ...layoutOf(fields), byKey }
}

/** One option record: its fields' places in the packet. */
export interface OptionRecord {
  readonly plan: OptionPlan
  readonly view: DataView
  readonly base: number
  readonly places: Int32Array
  readonly sizes: Int32Array
}

/**
 * Takes what an option record tells of the exporter itself: sampling (also by sampler and by interface), names of
 * applications, interfaces and VRFs, when it was started, and types of enterprise elements (RFC 5610).
 */
export function learn(record: OptionRecord, domain: Domain, limits: NetflowLimits): void {
  const rate = rateOf(record)
  if (rate !== undefined) {
    const sampler = numberOf(record, '48') ?? numberOf(record, '302')
    const port = numberOf(record, 'scope.2') ?? numberOf(record, '10')
    if (sampler !== undefined) put(domain.samplers, sampler, rate, limits.names)
    else if (port !== undefined) put(domain.interfaceRates, port, rate, limits.names)
    else domain.rate = rate
    domain.ratesChanged()
  }
  const application = bytesOf(record, '95')
  const title = textIn(record, '96') ?? textIn(record, '94')
  if (application && title)
    put(
      domain.applications,
      applicationKey(record.view, application.at, application.length),
      title,
      limits.names,
    )
  const port = numberOf(record, '10') ?? numberOf(record, '14') ?? numberOf(record, 'scope.2')
  const portName = textIn(record, '82') ?? textIn(record, '83')
  if (port !== undefined && portName) put(domain.interfaces, port, portName, limits.names)
  const vrf = numberOf(record, '234') ?? numberOf(record, '235')
  const vrfName = textIn(record, '236')
  if (vrf !== undefined && vrfName) put(domain.vrfs, vrf, vrfName, limits.names)
  const boot = bytesOf(record, '160')
  if (boot?.length === 8) {
    const ms = unsigned(record.view, boot.at, 8)
    if (typeof ms === 'number' && ms > 0) domain.bootMs = ms
  }
  learnElement(record, domain, limits)
}

/** All of a record by name, for who wants to see it. */
export function valuesOf(record: OptionRecord, find: Find): Record<string, ElementValue> {
  const values: Record<string, ElementValue> = {}
  for (const [index, { pen, id }] of record.plan.fields.entries()) {
    const element = find(pen, id)
    const at = record.base + record.places[index]!
    const size = record.sizes[index]!
    values[element?.name ?? `${pen}.${id}`] ??=
      pen === 0 && id === 95 && size > 0
        ? applicationText(record.view, at, size)
        : valueOf(element?.type, record.view, at, size)
  }
  return values
}

/** One packet in so many; 1 where it says that all are looked at, undefined where it says nothing of it. */
function rateOf(record: OptionRecord): number | undefined {
  const interval = numberOf(record, '34') ?? numberOf(record, '50')
  if (interval !== undefined) return Math.max(1, interval)
  const taken = numberOf(record, '305')
  if (taken !== undefined) {
    const space = numberOf(record, '306')
    // Some say 305 alone and mean by it what 34 says.
    if (space === undefined) return Math.max(1, taken)
    return taken === 0 ? 1 : rounded((taken + space) / taken)
  }
  const size = numberOf(record, '309')
  const population = numberOf(record, '310')
  if (size !== undefined && population !== undefined) return size === 0 ? 1 : rounded(population / size)
  const probability = bytesOf(record, '311')
  if (probability?.length !== 8) return undefined
  const chance = record.view.getFloat64(probability.at)
  return chance > 0 && chance <= 1 ? rounded(1 / chance) : undefined
}

function rounded(rate: number): number {
  return Math.min(0xffff_ffff, Math.max(1, Math.round(rate)))
}

/** RFC 5610: an element's enterprise number, id, name and type. */
function learnElement(record: OptionRecord, domain: Domain, limits: NetflowLimits): void {
  const pen = numberOf(record, '346')
  const id = numberOf(record, '303')
  const name = textIn(record, '341')
  if (!pen || id === undefined || !name || !/^[\w.-]{1,100}$/.test(name)) return
  const type = elementTypes[numberOf(record, '339') ?? 0] ?? 'octetArray'
  const key = `${pen}.${id & 0x7fff}`
  const before = domain.source.elements.get(key)
  if (before?.name === name && before.type === type) return
  put(domain.source.elements, key, { name, type }, limits.names)
  for (const template of domain.templates.values())
    if (template.plan?.unknown.includes(key)) template.plan = undefined
}

function put<K, V>(into: Map<K, V>, key: K, value: V, most: number): void {
  if (into.has(key) || into.size < most) into.set(key, value)
}

/** A number of up to 8 bytes, of which 4 count. */
function numberOf(record: OptionRecord, key: string): number | undefined {
  const found = bytesOf(record, key)
  return found && found.length >= 1 && found.length <= 8
    ? lowWord(record.view, found.at, found.length)
    : undefined
}

function textIn(record: OptionRecord, key: string): string | undefined {
  const found = bytesOf(record, key)
  return found && textOf(record.view, found.at, Math.min(found.length, maxNameBytes)).trim()
}

const maxNameBytes = 256

function bytesOf(record: OptionRecord, key: string): { at: number; length: number } | undefined {
  const index = record.plan.byKey.get(key)
  if (index === undefined) return undefined
  return { at: record.base + record.places[index]!, length: record.sizes[index]! }
}
