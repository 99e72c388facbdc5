import type { FlowColumns } from '../flow/columns.ts'
import { columnIndex } from '../flow/layout.ts'
import type { FlowSink } from '../flow/sink.ts'
import { codeOf, compile, type CompiledRun } from './compile.ts'
import { describe, type FrameReader } from './details.ts'
import type { Domain } from './domain.ts'
import { findElement } from './elements/find.ts'
import { interpret, lowWord } from './interpret.ts'
import type { NetflowLimits } from './limits.ts'
import type { Plan } from './plan.ts'
import { type Find, planOf } from './planner.ts'
import { CellCache, type Cells, type Run } from './run.ts'
import { locate, type Template } from './template.ts'

export interface RecordsOptions {
  readonly keepUnknown: boolean
  readonly frame: FrameReader | undefined
  readonly limits: NetflowLimits
}

/** Batches that a template's records are decoded into by code made for them; others are filled field by field. */
const maxBindings = 4
/** Different layouts that code is made for, of one batch. */
const maxCodes = 512

/** Makes rows of the records of data sets. */
export class RecordReader {
  readonly #options: RecordsOptions
  readonly #cells = new CellCache()
  readonly #codes = new WeakMap<FlowColumns, Map<string, CompiledRun>>()
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
      const compiled =
        plan.records < this.#options.limits.compileAfter ? undefined : this.#compiled(plan, columns, cells)
      plan.records += count
      if (compiled) {
        this.badTimes += compiled(view, at, count, row, run)
        if (run.word0 !== 0 || run.word1 !== 0) writeWords(columns, row, count, run)
      } else
        for (let index = 0; index < count; index++) {
          const base = at + index * plan.recordBytes
          this.badTimes += interpret(plan, view, base, plan.offsets, plan.lengths, row + index, cells, run)
        }
      if (run.samplers || run.interfaces)
        for (let index = 0; index < count; index++) {
          const base = at + index * plan.recordBytes
          sample(plan, view, base, plan.offsets, plan.lengths, row + index, columns, run)
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
      sample(plan, view, 0, this.#places, this.#sizes, row, columns, run)
      if (plan.details.length > 0)
        this.#describe(plan, view, 0, this.#places, this.#sizes, row, columns, domain)
      columns.rows = row + 1
      rows++
      at = next
    }
    return rows
  }

  /** The code for a plan and a batch; undefined where no more may be made. Equal layouts share it. */
  #compiled(plan: Plan, columns: FlowColumns, cells: Cells): CompiledRun | undefined {
    for (const binding of plan.bindings) if (binding.columns === columns) return binding.run
    if (plan.bindings.length >= maxBindings) return undefined
    let codes = this.#codes.get(columns)
    if (!codes) this.#codes.set(columns, (codes = new Map()))
    const code = codeOf(plan)
    let run = codes.get(code)
    if (!run) {
      if (codes.size >= maxCodes) return undefined
      codes.set(code, (run = compile(code, cells)))
    }
    plan.bindings.push({ columns, run })
    return run
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
  const own = plan.columns
  for (let index = 0; index < own.length; index++) touched[own[index]!] = 1
  if (run.rate !== 0 || run.samplers || run.interfaces) touched[columnIndex.sampling] = 1
  if (plan.wide) columns.wide = true
}

/** The half of an IPv6 exporter's address that compiled code leaves out. */
function writeWords(columns: FlowColumns, row: number, count: number, { word0, word1 }: Run): void {
  const cells = columns.cells('exporter_ip')
  for (let at = row * 4; at < (row + count) * 4; at += 4) {
    cells[at] = word0
    cells[at + 1] = word1
  }
}

/** The rate that options told of a record's sampler, else of its interface; not where the record told its own. */
function sample(
  plan: Plan,
  view: DataView,
  base: number,
  offsets: Int32Array,
  lengths: Int32Array,
  row: number,
  columns: FlowColumns,
  run: Run,
): void {
  const cells = columns.cells('sampling')
  if (cells[row] !== run.rate) return
  const rate =
    rateBy(run.samplers, plan.samplerField, view, base, offsets, lengths) ??
    rateBy(run.interfaces, plan.interfaceField, view, base, offsets, lengths)
  if (rate !== undefined) cells[row] = rate
}

function rateBy(
  rates: ReadonlyMap<number, number> | undefined,
  field: number | undefined,
  view: DataView,
  base: number,
  offsets: Int32Array,
  lengths: Int32Array,
): number | undefined {
  if (!rates || field === undefined) return undefined
  return rates.get(lowWord(view, base + offsets[field]!, lengths[field]!))
}

function countUnknown(plan: Plan, domain: Domain, records: number, most: number): void {
  for (const name of plan.unknown) {
    const before = domain.unknown.get(name)
    if (before !== undefined || domain.unknown.size < most) domain.unknown.set(name, (before ?? 0) + records)
  }
}
