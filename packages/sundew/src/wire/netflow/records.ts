import type { FlowColumns } from '../flow/columns.ts'
import { columnIndex } from '../flow/layout.ts'
import type { FlowSink } from '../flow/sink.ts'
import { compile } from './compile.ts'
import { describe, type FrameReader } from './details.ts'
import type { Domain } from './domain.ts'
import { findElement } from './elements/find.ts'
import { interpret } from './interpret.ts'
import type { NetflowLimits } from './limits.ts'
import { type Find, type Plan, planOf } from './plan.ts'
import { CellCache, type Run } from './run.ts'
import { locate, type Template } from './template.ts'

export interface RecordsOptions {
  readonly keepUnknown: boolean
  readonly frame: FrameReader | undefined
  readonly limits: NetflowLimits
}

/** Makes rows of the records of data sets. */
export class RecordReader {
  readonly #options: RecordsOptions
  readonly #cells = new CellCache()
  /** Records that broke their template, and times that cannot be, in the last set. */
  broken = false
  badTimes = 0
  #places = new Int32Array(64)
  #sizes = new Int32Array(64)

  constructor(options: RecordsOptions) {
    this.#options = options
  }

  /**
   * Decodes the records between two bytes.
   *
   * @returns rows written
   */
  read(
    template: Template,
    view: DataView,
    at: number,
    end: number,
    domain: Domain,
    run: Run,
    sink: FlowSink,
  ): number {
    this.broken = false
    this.badTimes = 0
    const plan = (template.plan ??= this.#planOf(template, domain))
    const rows = plan.fixed
      ? this.#fixed(plan, view, at, end, domain, run, sink)
      : this.#variable(plan, view, at, end, domain, run, sink)
    if (plan.unknown.length > 0) countUnknown(plan, domain, rows, this.#options.limits.unknown)
    return rows
  }

  #planOf(template: Template, domain: Domain): Plan {
    const plan = planOf(template, this.#options.keepUnknown, finderOf(domain))
    if (plan.misfits > 0) domain.refuse('element', plan.misfits)
    return plan
  }

  #fixed(
    plan: Plan,
    view: DataView,
    at: number,
    end: number,
    domain: Domain,
    run: Run,
    sink: FlowSink,
  ): number {
    const records = Math.floor((end - at) / plan.recordBytes)
    const { columns } = sink
    for (let left = records; left > 0;) {
      if (columns.rows >= columns.capacity) sink.full()
      const row = columns.rows
      const count = Math.min(left, columns.capacity - row)
      // A sink that makes no room: what is left is its loss, not an endless loop.
      if (count === 0) return records - left
      const cells = this.#cells.of(columns)
      touch(plan, run, columns)
      if (plan.compiled === undefined && plan.records >= this.#options.limits.compileAfter)
        plan.compiled = compile(plan)
      plan.records += count
      if (plan.compiled) this.badTimes += plan.compiled(view, at, count, row, cells, run)
      else
        for (let index = 0; index < count; index++) {
          const base = at + index * plan.recordBytes
          this.badTimes += interpret(plan, view, base, plan.offsets, plan.lengths, row + index, cells, run)
        }
      if (plan.details.length > 0)
        for (let index = 0; index < count; index++) {
          const base = at + index * plan.recordBytes
          this.#describe(plan, view, base, plan.offsets, plan.lengths, row + index, columns, domain)
        }
      columns.rows = row + count
      at += count * plan.recordBytes
      left -= count
    }
    return records
  }

  #variable(
    plan: Plan,
    view: DataView,
    at: number,
    end: number,
    domain: Domain,
    run: Run,
    sink: FlowSink,
  ): number {
    const { columns } = sink
    this.#room(plan.fields.length)
    let rows = 0
    while (end - at >= plan.recordBytes) {
      const next = locate(plan, view, at, end, this.#places, this.#sizes)
      if (next < 0) {
        this.broken = true
        break
      }
      if (columns.rows >= columns.capacity) sink.full()
      const row = columns.rows
      if (row >= columns.capacity) break
      const cells = this.#cells.of(columns)
      touch(plan, run, columns)
      plan.records++
      this.badTimes += interpret(plan, view, 0, this.#places, this.#sizes, row, cells, run)
      if (plan.details.length > 0)
        this.#describe(plan, view, 0, this.#places, this.#sizes, row, columns, domain)
      columns.rows = row + 1
      rows++
      at = next
    }
    return rows
  }

  #describe(
    plan: Plan,
    view: DataView,
    base: number,
    offsets: Int32Array,
    lengths: Int32Array,
    row: number,
    columns: FlowColumns,
    domain: Domain,
  ): void {
    describe(plan.details, view, base, offsets, lengths, row, columns, domain, this.#options.frame)
  }

  #room(fields: number): void {
    if (fields <= this.#places.length) return
    this.#places = new Int32Array(fields)
    this.#sizes = new Int32Array(fields)
  }
}

/** Elements by IANA, by vendors, and by the exporter's own word. */
export function finderOf(domain: Domain): Find {
  return (pen, id) => findElement(domain.version, pen, id) ?? domain.source.elements.get(`${pen}.${id}`)
}

function touch(plan: Plan, run: Run, columns: FlowColumns): void {
  const { touched } = columns
  for (const column of plan.columns) touched[column] = 1
  if (run.rate !== 0) touched[columnIndex.sampling] = 1
  if (plan.wide) columns.wide = true
}

function countUnknown(plan: Plan, domain: Domain, records: number, most: number): void {
  for (const name of plan.unknown) {
    const before = domain.unknown.get(name)
    if (before !== undefined || domain.unknown.size < most) domain.unknown.set(name, (before ?? 0) + records)
  }
}
