import { mappedPrefix } from '../flow/columns.ts'
import { maxAheadMs } from './limits.ts'
import type { Op, Plan, TimeField, Times } from './plan.ts'
import { type Cells, common, maxMs, ntpEpoch, type Run } from './run.ts'

/**
 * Decodes one record field by field. What {@link compile} makes does the same, faster.
 *
 * @param base the record's first byte, to which `offsets` are added
 * @param offsets where each field's value begins
 * @param lengths bytes of each value
 * @returns times in it that cannot be
 */
export function interpret(
  plan: Plan,
  view: DataView,
  base: number,
  offsets: Int32Array,
  lengths: Int32Array,
  row: number,
  cells: Cells,
  run: Run,
): number {
  cells[common.time]![row * 2] = run.receivedMs
  cells[common.time]![row * 2 + 1] = run.receivedMs / 4_294_967_296
  const exporter = cells[common.exporter]!
  exporter[row * 4] = run.word0
  exporter[row * 4 + 1] = run.word1
  exporter[row * 4 + 2] = run.word2
  exporter[row * 4 + 3] = run.word3
  cells[common.port]![row] = run.port
  cells[common.domain]![row] = run.domain
  cells[common.version]![row] = run.version
  if (run.rate !== 0) cells[common.sampling]![row] = run.rate
  const record: Record = { view, base, offsets, lengths }
  for (const op of plan.ops) perform(op, record, row, cells, run)
  return writeTimes(plan.times, record, row, cells, run)
}

interface Record {
  readonly view: DataView
  readonly base: number
  readonly offsets: Int32Array
  readonly lengths: Int32Array
}

function perform(op: Op, record: Record, row: number, cells: Cells, run: Run): void {
  const { view } = record
  switch (op.op) {
    case 'number': {
      const column = cells[op.column]!
      const at = record.base + record.offsets[op.field]!
      const length = record.lengths[op.field]!
      if (op.cell === 'u64') {
        column[row * 2] = lowWord(view, at, length)
        if (length > 4) column[row * 2 + 1] = highWord(view, at, length)
        return
      }
      const value = lowWord(view, at, length)
      if (op.how === 'or') column[row]! |= value
      else if (op.how === 'set' || value !== 0) column[row] = value
      return
    }
    case 'dscp':
      cells[op.column]![row] = (number(record, op.field) & 0x3f) << 2
      return
    case 'ipv4': {
      const word = view.getUint32(record.base + record.offsets[op.field]!, true)
      if (op.prefilled) cells[op.column]![row * 4 + 3] = word
      else if (word !== 0) {
        cells[op.column]![row * 4 + 2] = mappedPrefix
        cells[op.column]![row * 4 + 3] = word
      }
      return
    }
    case 'ipv6': {
      const at = record.base + record.offsets[op.field]!
      const words = [0, 4, 8, 12].map((byte) => view.getUint32(at + byte, true))
      if (op.over && words.every((word) => word === 0)) return
      for (const [index, word] of words.entries()) cells[op.column]![row * 4 + index] = word
      return
    }
    case 'mac': {
      const at = record.base + record.offsets[op.field]!
      cells[op.column]![row * 2] = view.getUint32(at + 2)
      cells[op.column]![row * 2 + 1] = view.getUint16(at)
      return
    }
    case 'mpls': {
      const at = record.base + record.offsets[op.field]!
      cells[op.column]![row] = (view.getUint16(at) << 4) | (view.getUint8(at + 2) >>> 4)
      return
    }
    case 'icmp': {
      const value =
        op.code === undefined
          ? number(record, op.type)
          : (number(record, op.type) << 8) | number(record, op.code)
      if (value === 0) return
      if (op.protocolField !== undefined && number(record, op.protocolField) !== op.protocol) return
      cells[common.destinationPort]![row] = value
      return
    }
    case 'rate': {
      const value = number(record, op.field)
      if (value !== 0 && !run.override) cells[common.sampling]![row] = value
      return
    }
    case 'ratio': {
      const taken = number(record, op.taken)
      const other = number(record, op.other)
      if (taken === 0 || run.override) return
      const rate = Math.round((op.of === 'space' ? taken + other : other) / taken)
      if (rate !== 0) cells[common.sampling]![row] = rate
      return
    }
  }
}

function writeTimes(times: Times, record: Record, row: number, cells: Cells, run: Run): number {
  let bad = 0
  let { uptimeMs: uptime, uptimeKnown: known } = run
  if (times.boot !== undefined) {
    uptime = run.exportMs - time({ field: times.boot, kind: 'ms' }, record, run, 0, false)
    known = true
  }
  let start = times.start ? time(times.start, record, run, uptime, known) : 0
  let end = times.end ? time(times.end, record, run, uptime, known) : 0
  let duration = times.duration ? number(record, times.duration.field) : 0
  if (times.duration?.unit === 'us') duration = Math.floor(duration / 1000)
  if (!known && times.start?.kind === 'uptime' && times.end?.kind === 'uptime')
    duration = (number(record, times.end.field) - number(record, times.start.field)) | 0
  if (!(end > 0 && end <= maxMs)) end = 0
  if (!(start > 0 && start <= maxMs)) start = end > duration ? end - duration : run.receivedMs
  if (end !== 0) duration = end - start
  if (duration < 0) {
    bad++
    duration = 0
  } else if (duration > 0xffff_ffff) {
    bad++
    duration = 0xffff_ffff
  }
  if (start > run.receivedMs + maxAheadMs) bad++
  cells[common.start]![row * 2] = start
  cells[common.start]![row * 2 + 1] = start / 4_294_967_296
  cells[common.duration]![row] = duration
  return bad
}

/** Milliseconds since 1970; 0 where it is not told. */
function time(of: TimeField, record: Record, run: Run, uptime: number, known: boolean): number {
  const { view } = record
  const at = record.base + record.offsets[of.field]!
  switch (of.kind) {
    case 'ms':
      return view.getUint32(at) * 4_294_967_296 + view.getUint32(at + 4)
    case 's':
      return view.getUint32(at) * 1000
    case 'ntp':
      return ntpMs(view, at)
    case 'uptime':
      return known ? run.exportMs - ((uptime - number(record, of.field)) | 0) : 0
    case 'delta':
      return run.exportMs - Math.floor(number(record, of.field) / 1000)
  }
}

/** RFC 7011, section 6.1.9: seconds since 1900, and their fraction; past 2036 they begin anew. */
export function ntpMs(view: DataView, at: number): number {
  const seconds = view.getUint32(at)
  if (seconds === 0) return 0
  const since1970 = seconds >= ntpEpoch ? seconds - ntpEpoch : seconds + 4_294_967_296 - ntpEpoch
  return since1970 * 1000 + Math.floor((view.getUint32(at + 4) * 1000) / 4_294_967_296)
}

function number(record: Record, field: number): number {
  return lowWord(record.view, record.base + record.offsets[field]!, record.lengths[field]!)
}

/** The low 32 bits of a number of 1 to 8 bytes. */
export function lowWord(view: DataView, at: number, length: number): number {
  switch (length) {
    case 1:
      return view.getUint8(at)
    case 2:
      return view.getUint16(at)
    case 3:
      return (view.getUint16(at) << 8) | view.getUint8(at + 2)
    default:
      return view.getUint32(at + length - 4)
  }
}

/** The high 32 bits of a number of 5 to 8 bytes. */
export function highWord(view: DataView, at: number, length: number): number {
  switch (length) {
    case 5:
      return view.getUint8(at)
    case 6:
      return view.getUint16(at)
    case 7:
      return (view.getUint16(at) << 8) | view.getUint8(at + 2)
    default:
      return view.getUint32(at)
  }
}
