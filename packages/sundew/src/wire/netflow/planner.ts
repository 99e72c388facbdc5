import { columnIndex, flowColumns, type FlowColumnName } from '../flow/layout.ts'
import { type Element, fullLength } from './elements/element.ts'
import { variableLength } from './encode.ts'
import type { Detail, ExtraElement, Op, Plan, TimeField, Times } from './plan.ts'
import {
  addresses,
  applicationNumbers,
  ends,
  flags,
  ignored,
  macs,
  masks,
  numbers,
  observations,
  starts,
  texts,
  type TimeKind,
} from './roles.ts'
import { type Field, layoutOf, type Template } from './template.ts'

const always = ['time', 'flow_start', 'duration_ms', 'exporter_ip', 'exporter_port', 'domain'] as const

/** What an element is, if anybody said so. */
export type Find = (pen: number, id: number) => Element | undefined

/** @param keepUnknown elements without a column go into `extra` */
export function planOf(template: Template, keepUnknown: boolean, find: Find): Plan {
  return new Planner(template, keepUnknown, find).plan()
}

class Planner {
  readonly #version: number
  readonly #keepUnknown: boolean
  readonly #find: Find
  readonly #fields: readonly Field[]
  /** The first field of each element. */
  readonly #byKey = new Map<string, number>()
  readonly #used = new Set<number>()
  readonly #columns = new Set<number>(
    [...always, 'export_version', 'source_ip', 'destination_ip'].map(
      (name) => columnIndex[name as FlowColumnName],
    ),
  )
  readonly #ops: Op[] = []
  readonly #details: Detail[] = []
  #wide = false
  #samplerField: number | undefined
  #interfaceField: number | undefined
  #misfits = 0

  constructor(template: Template, keepUnknown: boolean, find: Find) {
    this.#find = find
    this.#version = template.version
    this.#keepUnknown = keepUnknown
    this.#fields = template.fields()
    for (const [index, field] of this.#fields.entries()) {
      const key = keyOf(field)
      if (!this.#byKey.has(key)) this.#byKey.set(key, index)
      if (!this.#fits(field)) this.#misfits++
    }
  }

  plan(): Plan {
    this.#numbers()
    this.#addresses()
    this.#icmp()
    this.#sampling()
    const times = this.#times()
    this.#textsAndFrames()
    const unknown = this.#extra()
    return {
      ...layoutOf(this.#fields),
      ops: this.#ops,
      times,
      details: this.#details,
      samplerField: this.#samplerField,
      interfaceField: this.#interfaceField,
      columns: [...this.#columns],
      wide: this.#wide,
      unknown,
      misfits: this.#misfits,
      records: 0,
      bindings: [],
    }
  }

  #numbers(): void {
    for (const [name, keys] of entries(numbers)) {
      const field = this.#first(keys, 8)
      if (field !== undefined) this.#number(name, field, 'set')
    }
    if (!this.#columns.has(columnIndex.tos)) {
      const dscp = this.#first(['195'], 1)
      if (dscp !== undefined) {
        this.#ops.push({ op: 'dscp', column: columnIndex.tos, field: dscp })
        this.#columns.add(columnIndex.tos)
      }
    }
    for (const [name, keys] of entries(flags)) {
      for (const key of keys) {
        const field = this.#first([key], 8)
        if (field !== undefined)
          this.#number(name, field, this.#columns.has(columnIndex[name]) ? 'or' : 'set')
      }
    }
    for (const [name, { v4, v6 }] of entries(masks)) {
      const four = this.#first([v4], 8)
      if (four !== undefined) this.#number(name, four, 'set')
      const six = this.#first([v6], 8)
      if (six !== undefined) this.#number(name, six, four === undefined ? 'set' : 'nonzero')
    }
    const label = this.#first(['70'], 4, 3)
    if (label !== undefined) {
      this.#ops.push({ op: 'mpls', column: columnIndex.mpls_label, field: label })
      this.#columns.add(columnIndex.mpls_label)
    }
  }

  #number(name: FlowColumnName, field: number, how: 'set' | 'nonzero' | 'or'): void {
    const column = columnIndex[name]
    const { cell } = flowColumns[column]!
    if (cell !== 'u8' && cell !== 'u16' && cell !== 'u32' && cell !== 'u64') return
    this.#ops.push({ op: 'number', column, cell, field, how })
    this.#columns.add(column)
  }

  #addresses(): void {
    for (const [name, { v4, v6 }] of entries(addresses)) {
      const column = columnIndex[name]
      const prefilled = name === 'source_ip' || name === 'destination_ip'
      const four = this.#first(v4, 4, 4)
      if (four !== undefined) this.#ops.push({ op: 'ipv4', column, field: four, prefilled })
      const six = this.#first(v6, 16, 16)
      if (six !== undefined) {
        this.#ops.push({ op: 'ipv6', column, field: six, over: four !== undefined })
        if (prefilled) this.#wide = true
      }
      if (four !== undefined || six !== undefined) this.#columns.add(column)
    }
    for (const [name, keys] of entries(macs)) {
      const field = this.#first(keys, 6, 6)
      if (field === undefined) continue
      this.#ops.push({ op: 'mac', column: columnIndex[name], field })
      this.#columns.add(columnIndex[name])
    }
  }

  #icmp(): void {
    const protocolField = this.#peek('4')
    for (const [protocol, both, type, code] of [
      [1, '32', '176', '177'],
      [58, '139', '178', '179'],
    ] as const) {
      let field = this.#first([both], 2, 2)
      let codeField: number | undefined
      if (field === undefined) {
        field = this.#first([type], 1)
        codeField = this.#first([code], 1)
        if (field === undefined || codeField === undefined) continue
      }
      this.#ops.push({ op: 'icmp', type: field, code: codeField, protocol, protocolField })
      this.#columns.add(columnIndex.destination_port)
    }
  }

  /** What the record itself says wins over what options say of its sampler, or of the interface it came in by. */
  #sampling(): void {
    const before = this.#ops.length
    this.#samplerField = this.#first(['48', '302'], 8)
    this.#interfaceField = this.#peek('10')
    for (const [of, first, second] of [
      ['space', '305', '306'],
      ['population', '309', '310'],
    ] as const) {
      const taken = this.#peek(first)
      const other = this.#peek(second)
      if (taken === undefined || other === undefined) continue
      this.#used.add(taken)
      this.#used.add(other)
      this.#ops.push({ op: 'ratio', of, taken, other })
    }
    const rate = this.#first(['34', '50'], 8)
    if (rate !== undefined) this.#ops.push({ op: 'rate', field: rate })
    if (this.#ops.length > before) this.#columns.add(columnIndex.sampling)
  }

  #times(): Times {
    const start = this.#time(starts)
    const end = this.#time(ends)
    const seen = start && end ? undefined : this.#time(observations)
    const milliseconds = this.#first(['161'], 4)
    const microseconds = milliseconds === undefined ? this.#first(['162'], 4) : undefined
    return {
      start: start ?? (end ? undefined : seen),
      end: end ?? (start ? seen : undefined),
      duration:
        milliseconds !== undefined
          ? { field: milliseconds, unit: 'ms' }
          : microseconds !== undefined
            ? { field: microseconds, unit: 'us' }
            : undefined,
      boot: this.#first(['160'], 8, 8),
    }
  }

  #time(sources: readonly (readonly [string, TimeKind])[]): TimeField | undefined {
    for (const [key, kind] of sources) {
      const exact = kind === 'ms' || kind === 'ntp' ? 8 : 4
      const field = this.#first([key], exact, kind === 'uptime' || kind === 'delta' ? 1 : exact)
      if (field !== undefined) return { field, kind }
    }
    return undefined
  }

  #textsAndFrames(): void {
    for (const [name, keys] of entries(texts)) {
      const field = this.#first(keys, 65_535)
      if (field === undefined || (name !== 'application' && name !== 'user_name')) continue
      this.#details.push({ detail: 'text', column: name, field })
      this.#columns.add(columnIndex[name])
    }
    const application = this.#first(['95'], 65_535)
    const named = this.#columns.has(columnIndex.application)
    const number = application === undefined && !named ? this.#first(applicationNumbers, 4) : undefined
    if (application !== undefined) this.#details.push({ detail: 'application', field: application })
    else if (number !== undefined) this.#details.push({ detail: 'application-number', field: number })
    if (application !== undefined || number !== undefined) this.#columns.add(columnIndex.application)
    const ethernet = this.#first(['315', '9.9252'], 65_535)
    const packet = ethernet === undefined ? this.#first(['313'], 65_535) : undefined
    const field = ethernet ?? packet
    if (field === undefined) return
    this.#details.push({
      detail: 'frame',
      field,
      layer: ethernet === undefined ? 'ip' : 'ethernet',
      sizeField: this.#first(['312', '224', '190'], 8),
      counted: this.#columns.has(columnIndex.raw_packets),
    })
    this.#columns.add(columnIndex.raw_bytes).add(columnIndex.raw_packets)
  }

  /** Elements that no column took, where they are kept; names of those that are not known at all. */
  #extra(): string[] {
    const unknown: string[] = []
    const elements: ExtraElement[] = []
    for (const [index, field] of this.#fields.entries()) {
      const { pen, id } = field
      if (ignored.has(keyOf(field))) continue
      const element = this.#find(pen, id)
      const name = element?.name ?? `${pen}.${id}`
      if (!element) unknown.push(name)
      if (this.#used.has(index)) continue
      elements.push({ field: index, name, type: element && this.#fits(field) ? element.type : undefined })
    }
    if (this.#keepUnknown && elements.length > 0) {
      this.#details.push({ detail: 'extra', elements })
      this.#columns.add(columnIndex.extra)
    }
    return unknown
  }

  /** The first of these elements whose length is within bounds; it is then a column's. */
  #first(keys: readonly string[], most: number, least = 1): number | undefined {
    for (const key of keys) {
      const index = this.#byKey.get(key)
      if (index === undefined || this.#used.has(index)) continue
      const { length } = this.#fields[index]!
      // A value whose length varies is read by its length then: only what any length suits may be so.
      if (length === variableLength ? most < variableLength : length > most || length < least) continue
      this.#used.add(index)
      return index
    }
    return undefined
  }

  /** A field that several may use; of 1 to 8 bytes. */
  #peek(key: string): number | undefined {
    const index = this.#byKey.get(key)
    if (index === undefined) return undefined
    const { length } = this.#fields[index]!
    return length >= 1 && length <= 8 ? index : undefined
  }

  /** RFC 7011, section 6.2: numbers may be shorter than their type, nothing may be longer; v9 knows no types. */
  #fits({ pen, id, length }: Field): boolean {
    const element = this.#find(pen, id)
    const full = element && fullLength(element.type)
    if (!element || full === undefined) return true
    if (length === variableLength) return this.#version === 9
    if (/^(?:un)?signed|^float64/.test(element.type))
      return this.#version === 9 ? length <= Math.max(8, full) : length <= full
    return length === full
  }
}

function keyOf({ pen, id }: Field): string {
  return pen === 0 ? String(id) : `${pen}.${id}`
}

function entries<T>(of: Partial<Record<FlowColumnName, T>>): [FlowColumnName, T][] {
  return Object.entries(of) as [FlowColumnName, T][]
}
