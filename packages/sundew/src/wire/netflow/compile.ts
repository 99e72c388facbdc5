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
export function compile(plan: Plan, cells: Cells): CompiledRun {
  const columns = new Set<number>(Object.values(common))
  const body = [...plan.ops.map((op) => write(plan, op, columns)), ...times(plan)]
  const text = `"use strict"
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
${body.join('\n')}
}
return bad
}`
  // oxlint-disable-next-line typescript/no-implied-eval -- made of numbers of our own, see above
  return new Function('ntpMs', 'cells', text)(ntpMs, cells) as CompiledRun
}

function write(plan: Plan, op: Op, columns: Set<number>): string {
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
      if (op.how === 'or') return `${cell}[row] |= ${low32(at, length)}`
      if (op.how === 'set') return `${cell}[row] = ${low32(at, length)}`
      return `{ const v = ${low32(at, length)}; if (v !== 0) ${cell}[row] = v }`
    }
    case 'dscp':
      return `${cell}[row] = (${read(plan, op.field)} & 0x3f) << 2`
    case 'ipv4': {
      const value = `view.getUint32(at + ${placeOf(plan, op.field)}, true)`
      if (op.prefilled) return `${cell}[row4 + 3] = ${value}`
      return `{ const v = ${value}; if (v !== 0) { ${cell}[row4 + 2] = ${mappedPrefix}; ${cell}[row4 + 3] = v } }`
    }
    case 'ipv6': {
      const at = placeOf(plan, op.field)
      const words = [0, 4, 8, 12].map((byte) => `view.getUint32(at + ${at + byte}, true)`)
      const stores = [0, 1, 2, 3].map((word) => `${cell}[row4 + ${word}] = v${word}`).join('; ')
      const reads = words.map((word, index) => `v${index} = ${word}`).join(', ')
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
      const type = read(plan, op.type)
      const value = op.code === undefined ? type : `(${type} << 8) | ${read(plan, op.code)}`
      const asked =
        op.protocolField === undefined ? '' : ` && ${read(plan, op.protocolField)} === ${whole(op.protocol)}`
      return `{ const v = ${value}; if (v !== 0${asked}) c${common.destinationPort}[row] = v }`
    }
    case 'rate':
      return `{ const v = ${read(plan, op.field)}; if (v !== 0 && !override) c${common.sampling}[row] = v }`
    case 'ratio': {
      const sum = op.of === 'space' ? 'taken + other' : 'other'
      return `{ const taken = ${read(plan, op.taken)}, other = ${read(plan, op.other)}
if (taken !== 0 && !override) { const v = Math.round((${sum}) / taken); if (v !== 0) c${common.sampling}[row] = v } }`
    }
  }
}

/** What is usual first, in whole numbers of 32 bits; then what {@link interpret} does, for the rest. */
function times(plan: Plan): string[] {
  const { start, end, duration, boot } = plan.times
  const lines: string[] = []
  if (boot === undefined) lines.push('const uptime = runUptime, known = runKnown')
  else lines.push(`const uptime = exported - (${time(plan, { field: boot, kind: 'ms' })}), known = true`)
  let usual = ''
  if (start?.kind === 'uptime' && end?.kind === 'uptime' && boot === undefined)
    usual = uptimes(plan, start, end)
  if (start?.kind === 'ms' && end?.kind === 'ms') usual = milliseconds(plan, start, end)
  if (usual !== '') lines.push(`${usual} else {`)
  const told = duration ? read(plan, duration.field) : '0'
  lines.push(`let d = ${duration?.unit === 'us' ? `Math.floor(${told} / 1000)` : told}`)
  lines.push(`let s = ${start ? time(plan, start) : '0'}, e = ${end ? time(plan, end) : '0'}`)
  if (start?.kind === 'uptime' && end?.kind === 'uptime')
    lines.push(`if (!known) d = (${read(plan, end.field)} - ${read(plan, start.field)}) | 0`)
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
function uptimes(plan: Plan, start: TimeField, end: TimeField): string {
  return `const back = (runUptime - ${read(plan, start.field)}) | 0, backLast = (runUptime - ${read(plan, end.field)}) | 0
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

function time(plan: Plan, { field, kind }: TimeField): string {
  const at = placeOf(plan, field)
  switch (kind) {
    case 'ms':
      return `view.getUint32(at + ${at}) * 4294967296 + view.getUint32(at + ${at + 4})`
    case 's':
      return `view.getUint32(at + ${at}) * 1000`
    case 'ntp':
      return `ntpMs(view, at + ${at})`
    case 'uptime':
      return `(known ? exported - ((uptime - ${read(plan, field)}) | 0) : 0)`
    case 'delta':
      return `exported - Math.floor(${read(plan, field)} / 1000)`
  }
}

function read(plan: Plan, field: number): string {
  return low32(placeOf(plan, field), plan.lengths[field]!)
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
