import { mappedPrefix } from '../flow/columns.ts'
import { maxAheadMs } from './limits.ts'
import { ntpMs } from './interpret.ts'
import type { Op, Plan, TimeField } from './plan.ts'
import { type Cells, common, maxMs, type Run } from './run.ts'

/**
 * Decodes `count` records of one length from `at` on into rows from `row` on; but for the first two words of the exporter's
 * address, which of most are 0.
 *
 * @returns times in them that cannot be
 */
export type CompiledRun = (view: DataView, at: number, count: number, row: number, run: Run) => number

/**
 * Makes the code that decodes a plan's records, of one length each, in one go: no loop over fields, no look-up, 6 times what
 * {@link interpret} does. Only whole numbers of our own (columns, offsets, lengths) are put into its text, never
 * anything else of what an exporter sent.
 */
export function codeOf(plan: Plan): string {
  const columns = new Set<number>(Object.values(common))
  const words = new Words(plan)
  const body = [...plan.ops.map((op) => write(plan, words, op, columns)), ...times(plan, words)]
  return `"use strict"
${[...columns].map((column) => `const c${whole(column)} = cells[${whole(column)}]`).join('\n')}
return (view, start, count, firstRow, run) => {
let at = start | 0, row = firstRow | 0, bad = 0
const received = run.receivedMs, receivedLow = received | 0, receivedHigh = (received / 4294967296) | 0
const exported = run.exportMs, exportedLow = exported | 0, exportedHigh = (exported / 4294967296) | 0
const latest = received + ${whole(maxAheadMs)}
// What is usual: uptimes of the past, no further back than these words of the export time allow.
const near = run.uptimeKnown && exportedHigh > 0 && exported <= latest
const mostBack = near ? Math.min(exportedLow >>> 0, 2147483647) : 0
// And times whose high word is that of now, not too far ahead.
const mostLow = latest / 4294967296 >= receivedHigh + 1 ? 4294967295 : latest >>> 0
const runUptime = run.uptimeMs | 0, runKnown = run.uptimeKnown
const w2 = run.word2 | 0, w3 = run.word3 | 0
const port = run.port | 0, domain = run.domain | 0, version = run.version | 0, rate = run.rate | 0
const override = run.override
for (const stop = (row + count) | 0; row < stop; row = (row + 1) | 0, at = (at + ${whole(plan.recordBytes)}) | 0) {
const row2 = row << 1, row4 = row << 2
c${common.time}[row2] = receivedLow; c${common.time}[row2 + 1] = receivedHigh
c${common.exporter}[row4 + 2] = w2; c${common.exporter}[row4 + 3] = w3
c${common.port}[row] = port; c${common.domain}[row] = domain; c${common.version}[row] = version
if (rate !== 0) c${common.sampling}[row] = rate
${words.declarations()}
${body.join('\n')}
}
return bad
}`
}

let made = 0

/**
 * Binds the code to the arrays it fills.
 *
 * The engine shares what it learns among functions of equal text, and then takes their arrays for variables, which
 * makes them half as fast: so each text is made different by a number.
 */
export function compile(code: string, cells: Cells): CompiledRun {
  // oxlint-disable-next-line typescript/no-implied-eval -- made of numbers of our own, see codeOf
  return new Function('ntpMs', 'cells', `${code}\n// ${++made}`)(ntpMs, cells) as CompiledRun
}

function write(plan: Plan, words: Words, op: Op, columns: Set<number>): string {
  if ('column' in op) columns.add(op.column)
  const cell = 'column' in op ? `c${whole(op.column)}` : ''
  switch (op.op) {
    case 'number': {
      const at = placeOf(plan, op.field)
      const length = plan.lengths[op.field]!
      if (op.cell === 'u64') {
        const low = `${cell}[row2] = ${low32(at, length)}`
        return length > 4 ? `${low}; ${cell}[row2 + 1] = ${high32(at, length)}` : low
      }
      const value = words.read(op.field)
      if (op.how === 'or') return `${cell}[row] |= ${value}`
      if (op.how === 'set') return `${cell}[row] = ${value}`
      return `{ const v = ${value}; if (v !== 0) ${cell}[row] = v }`
    }
    case 'dscp':
      return `${cell}[row] = (${words.read(op.field)} & 0x3f) << 2`
    case 'ipv4': {
      const value = `view.getUint32(at + ${placeOf(plan, op.field)}, true)`
      if (op.prefilled) return `${cell}[row4 + 3] = ${value}`
      return `{ const v = ${value}; if (v !== 0) { ${cell}[row4 + 2] = ${mappedPrefix}; ${cell}[row4 + 3] = v } }`
    }
    case 'ipv6': {
      const at = placeOf(plan, op.field)
      const parts = [0, 4, 8, 12].map((byte) => `view.getUint32(at + ${at + byte}, true)`)
      const stores = [0, 1, 2, 3].map((word) => `${cell}[row4 + ${word}] = v${word}`).join('; ')
      const reads = parts.map((word, index) => `v${index} = ${word}`).join(', ')
      return `{ const ${reads}; ${op.over ? `if ((v0 | v1 | v2 | v3) !== 0) { ${stores} }` : stores} }`
    }
    case 'mac': {
      const at = placeOf(plan, op.field)
      return `${cell}[row2] = view.getUint32(at + ${at + 2}); ${cell}[row2 + 1] = view.getUint16(at + ${at})`
    }
    case 'mpls': {
      const at = placeOf(plan, op.field)
      return `${cell}[row] = (view.getUint16(at + ${at}) << 4) | (view.getUint8(at + ${at + 2}) >>> 4)`
    }
    case 'icmp': {
      const type = words.read(op.type)
      const value = op.code === undefined ? type : `(${type} << 8) | ${words.read(op.code)}`
      const asked =
        op.protocolField === undefined ? '' : ` && ${words.read(op.protocolField)} === ${whole(op.protocol)}`
      return `{ const v = ${value}; if (v !== 0${asked}) c${common.destinationPort}[row] = v }`
    }
    case 'rate':
      return `{ const v = ${words.read(op.field)}; if (v !== 0 && !override) c${common.sampling}[row] = v }`
    case 'ratio': {
      const sum = op.of === 'space' ? 'taken + other' : 'other'
      return `{ const taken = ${words.read(op.taken)}, other = ${words.read(op.other)}
if (taken !== 0 && !override) { const v = Math.round((${sum}) / taken); if (v !== 0) c${common.sampling}[row] = v } }`
    }
  }
}

/** What is usual first, in whole numbers of 32 bits; then what {@link interpret} does, for the rest. */
function times(plan: Plan, words: Words): string[] {
  const { start, end, duration, boot } = plan.times
  const lines: string[] = []
  if (boot === undefined) lines.push('const uptime = runUptime, known = runKnown')
  else
    lines.push(`const uptime = exported - (${time(plan, words, { field: boot, kind: 'ms' })}), known = true`)
  let usual = ''
  if (start?.kind === 'uptime' && end?.kind === 'uptime' && boot === undefined)
    usual = uptimes(words, start, end)
  if (start?.kind === 'ms' && end?.kind === 'ms') usual = milliseconds(plan, start, end)
  if (usual !== '') lines.push(`${usual} else {`)
  const told = duration ? words.read(duration.field) : '0'
  lines.push(`let d = ${duration?.unit === 'us' ? `Math.floor(${told} / 1000)` : told}`)
  lines.push(`let s = ${start ? time(plan, words, start) : '0'}, e = ${end ? time(plan, words, end) : '0'}`)
  if (start?.kind === 'uptime' && end?.kind === 'uptime')
    lines.push(`if (!known) d = (${words.read(end.field)} - ${words.read(start.field)}) | 0`)
  lines.push(`if (!(e > 0 && e <= ${maxMs})) e = 0
if (!(s > 0 && s <= ${maxMs})) s = e > d ? e - d : received
if (e !== 0) d = e - s
if (d < 0) { bad++; d = 0 } else if (d > 4294967295) { bad++; d = 4294967295 }
if (s > latest) bad++
c${common.start}[row2] = s; c${common.start}[row2 + 1] = s / 4294967296
c${common.duration}[row] = d`)
  if (usual !== '') lines.push('}')
  return lines
}

/** Both in the past, the last not before the first. */
function uptimes(words: Words, start: TimeField, end: TimeField): string {
  return `const back = (runUptime - ${words.read(start.field)}) | 0, backLast = (runUptime - ${words.read(end.field)}) | 0
if (near && (back >>> 0) <= mostBack && (backLast >>> 0) <= (back >>> 0)) {
c${common.start}[row2] = (exportedLow - back) | 0; c${common.start}[row2 + 1] = exportedHigh
c${common.duration}[row] = (back - backLast) | 0
}`
}

/** Both of these seven weeks, the last not before the first. */
function milliseconds(plan: Plan, start: TimeField, end: TimeField): string {
  const first = placeOf(plan, start.field)
  const last = placeOf(plan, end.field)
  return `const sh = view.getUint32(at + ${first}), sl = view.getUint32(at + ${first + 4})
const eh = view.getUint32(at + ${last}), el = view.getUint32(at + ${last + 4})
if (sh === receivedHigh && eh === sh && sh > 0 && sl <= mostLow && el >= sl) {
c${common.start}[row2] = sl; c${common.start}[row2 + 1] = sh
c${common.duration}[row] = el - sl
}`
}

function time(plan: Plan, words: Words, { field, kind }: TimeField): string {
  const at = placeOf(plan, field)
  switch (kind) {
    case 'ms':
      return `view.getUint32(at + ${at}) * 4294967296 + view.getUint32(at + ${at + 4})`
    case 's':
      return `view.getUint32(at + ${at}) * 1000`
    case 'ntp':
      return `ntpMs(view, at + ${at})`
    case 'uptime':
      return `(known ? exported - ((uptime - ${words.read(field)}) | 0) : 0)`
    case 'delta':
      return `exported - Math.floor(${words.read(field)} / 1000)`
  }
}

/** Reads numbers of up to 32 bits: of short fields that lie together several at once, as each read costs a check. */
class Words {
  readonly #plan: Plan
  /** Fields of one or two bytes that are within four bytes from a place on. */
  readonly #shared = new Map<number, number>()
  readonly #used = new Set<number>()

  constructor(plan: Plan) {
    this.#plan = plan
    const short = [...plan.fields.keys()].filter((field) => plan.lengths[field]! <= 2)
    for (let index = 0; index < short.length;) {
      const place = placeOf(plan, short[index]!)
      const within = short.slice(index, index + 4).filter((field) => endOf(plan, field) <= place + 4)
      if (within.length > 1 && place + 4 <= plan.recordBytes)
        for (const field of within) this.#shared.set(field, place)
      index += within.length
    }
  }

  read(field: number): string {
    const place = this.#shared.get(field)
    if (place === undefined) return low32(placeOf(this.#plan, field), this.#plan.lengths[field]!)
    this.#used.add(place)
    const shift = (place + 4 - endOf(this.#plan, field)) * 8
    return `((word${whole(place)} >>> ${whole(shift)}) & ${this.#plan.lengths[field] === 1 ? 255 : 65535})`
  }

  declarations(): string {
    return [...this.#used]
      .map((place) => `const word${whole(place)} = view.getUint32(at + ${whole(place)})`)
      .join('\n')
  }
}

function endOf(plan: Plan, field: number): number {
  return plan.offsets[field]! + plan.lengths[field]!
}

/** As lowWord. */
function low32(at: number, length: number): string {
  if (length === 1) return `view.getUint8(at + ${whole(at)})`
  if (length === 2) return `view.getUint16(at + ${whole(at)})`
  if (length === 3) return `((view.getUint16(at + ${whole(at)}) << 8) | view.getUint8(at + ${whole(at + 2)}))`
  return `view.getUint32(at + ${whole(at + length - 4)})`
}

/** As highWord. */
function high32(at: number, length: number): string {
  if (length === 8) return `view.getUint32(at + ${whole(at)})`
  return low32(at, length - 4)
}

function placeOf(plan: Plan, field: number): number {
  return whole(plan.offsets[field]!)
}

/** What goes into the text is a whole number, whatever the types say. */
function whole(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${value} is no offset, length or column`)
  return value
}
