import { FileError } from '../../files/file-system.ts'
import { Killed } from '../../program.ts'
import { bytesOf } from '../common/lines.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'
import { humanSize } from './sizes.ts'

/** The real one asks for memory for a block and says so where it gets none. */
const maxBlockBytes = 2 * 1024 * 1024 * 1024
/** Larger blocks are not held as a whole. */
const maxHeldBlockBytes = 1024 * 1024

export const dd = tool('dd', async (t: Tool) => {
  let input: string | undefined
  let output: string | undefined
  let ibs = 512
  let obs = 512
  let count = Infinity
  let skip = 0
  let seek = 0
  let status = ''
  const conv = new Set<string>()
  const iflag = new Set<string>()
  const oflag = new Set<string>()
  for (const arg of t.args) {
    if (arg === '--') continue
    if (arg === '--version') return versionOf(t, 'coreutils', 'Paul Rubin, David MacKenzie, and Stuart Kemp')
    const equals = arg.indexOf('=')
    const key = arg.slice(0, Math.max(0, equals))
    const value = arg.slice(equals + 1)
    const number = (): number => {
      const n = sizeOf(value)
      if (n === undefined)
        t.fail(t.busybox ? `invalid number '${value}'` : `invalid number: ${t.quoted(value)}`)
      return n
    }
    if (key === 'if') input = value
    else if (key === 'of') output = value
    else if (key === 'ibs' || key === 'obs' || key === 'bs') {
      const n = number()
      if (n < 1)
        t.fail(
          t.busybox
            ? `number ${value} is not in 1..9223372036854775807 range`
            : `invalid number: ${t.quoted(value)}`,
        )
      if (n > maxBlockBytes) t.fail(`memory exhausted by input buffer of size ${n} bytes (${binarySize(n)})`)
      if (key !== 'obs') ibs = n
      if (key !== 'ibs') obs = n
      if (key === 'bs') conv.add('=bs')
    } else if (key === 'count') {
      count = number()
      if (value.endsWith('B')) iflag.add('count_bytes')
    } else if (key === 'skip' || key === 'iseek') skip = number()
    else if (key === 'seek' || key === 'oseek') seek = number()
    else if (key === 'cbs') number()
    else if (key === 'status' && /^(none|noxfer|progress)$/.test(value)) status = value
    else if (key === 'conv' || key === 'iflag' || key === 'oflag') {
      for (const word of value.split(',')) {
        const known = key === 'conv' ? conversions : flags
        if (!known.includes(word)) {
          if (t.busybox) t.usage(`unknown operand '${word}'`)
          t.usage(
            `invalid ${key === 'conv' ? 'conversion' : key === 'iflag' ? 'input flag' : 'output flag'}: ${t.quoted(word)}`,
          )
        }
        ;(key === 'conv' ? conv : key === 'iflag' ? iflag : oflag).add(word)
      }
    } else {
      if (t.busybox) t.usage()
      if (arg.startsWith('--')) t.usage(`unrecognized option '${arg}'`)
      if (/^-[^=]/.test(arg) && equals < 0) t.usage(`invalid option -- '${arg[1]}'`)
      t.usage(`unrecognized operand ${t.quoted(arg)}`)
    }
  }
  let from: ReturnType<Tool['input']>
  try {
    from = input === undefined ? t.stdin() : t.input(input, false)
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    if (error.code === 'EISDIR') {
      await t.error(`error reading ${t.always(input!)}: Is a directory`)
      const rest = status === '' ? '0 bytes copied, 0.000103 s, 0.0 kB/s\n' : ''
      if (status !== 'none') await t.call.stderr.write(`0+0 records in\n0+0 records out\n${rest}`)
      return 1
    }
    t.fail(
      t.busybox
        ? `can't open '${input}': ${reasonOf(error)}`
        : `failed to open ${t.always(input!)}: ${reasonOf(error)}`,
    )
  }
  let to: { write(bytes: Uint8Array): Promise<void>; close(): void }
  let file
  try {
    if (output === undefined) to = { write: (bytes) => t.write(bytes), close: () => undefined }
    else if (/^\/dev\/(stdout|stderr|tty|fd\/[12])$/.test(output)) to = t.output(output)
    else {
      const path = t.call.path(output)
      file = t.files.open(path, {
        write: true,
        create: !conv.has('nocreat'),
        exclusive: conv.has('excl'),
        mode: 0o666 & ~t.call.umask,
        append: oflag.has('append'),
        truncate: seek === 0 && !conv.has('notrunc') && !oflag.has('append'),
      })
      const at = oflag.has('seek_bytes') ? seek : seek * obs
      if (at > 0) {
        const { type } = file.stat()
        if (!conv.has('notrunc') && type === 'file') file.truncate(at)
        if (type === 'file') file.seek(at)
      }
      const opened = file
      to = {
        write: async (bytes) => {
          opened.write(bytes)
          await t.call.spend()
        },
        close: () => opened.close(),
      }
    }
  } catch (error) {
    t.fail(
      t.busybox
        ? `can't open '${output}': ${reasonOf(error)}`
        : `failed to open ${t.always(output!)}: ${reasonOf(error)}`,
    )
  }
  const began = performance.now()
  const made = { fullIn: 0, partIn: 0, fullOut: 0, partOut: 0, bytes: 0 }
  const summary = (): string => {
    const records = `${made.fullIn}+${made.partIn} records in\n${made.fullOut}+${made.partOut} records out\n`
    if (status === 'none') return ''
    return status === 'noxfer'
      ? records
      : `${records}${transferred(t, made.bytes, (performance.now() - began) / 1000)}`
  }
  const byBytes = iflag.has('count_bytes')
  const full = iflag.has('fullblock')
  let left = count
  let gathered: Uint8Array = new Uint8Array(0)
  const emit = async (block: Uint8Array, piece = false): Promise<void> => {
    try {
      await to.write(block)
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      await t.error(`error writing ${t.always(output ?? 'standard output')}: ${reasonOf(error)}`)
      throw new Exit(1, summary())
    }
    made.bytes += block.length
    if (piece) return
    if (block.length === obs) made.fullOut++
    else made.partOut++
  }
  /** One block straight through, in pieces. */
  const pass = async (most: number): Promise<number> => {
    let got = 0
    while (got < most) {
      const piece = await from.read(Math.min(most - got, 65_536))
      if (piece === undefined) break
      await emit(piece, true)
      got += piece.length
      if (from.path === undefined && !full) break
    }
    return got
  }
  const block = async (max: number): Promise<Uint8Array | undefined> => {
    const first = await from.read(Math.min(max, 1 << 20))
    if (first === undefined || first.length >= max || (!full && from.path === undefined)) return first
    // A file or device gives all that is asked for; a pipe what it has.
    const parts = [Uint8Array.from(first)]
    let length = first.length
    while (length < max) {
      const more = await from.read(Math.min(max - length, 1 << 20))
      if (more === undefined) break
      parts.push(Uint8Array.from(more))
      length += more.length
    }
    return Buffer.concat(parts)
  }
  try {
    for (let toSkip = iflag.has('skip_bytes') ? skip : skip * ibs; toSkip > 0;) {
      const bytes = await from.read(Math.min(toSkip, 65536))
      if (bytes === undefined) {
        if (input !== undefined && !t.busybox)
          await t.call.stderr.write(`${t.name}: ${t.always(input)}: cannot skip to specified offset\n`)
        break
      }
      toSkip -= bytes.length
    }
    const changes = ['sync', 'swab', 'lcase', 'ucase'].some((word) => conv.has(word))
    if (ibs > maxHeldBlockBytes || obs > maxHeldBlockBytes) {
      if (changes || ibs !== obs)
        t.fail(`memory exhausted by input buffer of size ${ibs} bytes (${binarySize(ibs)})`)
      for (let records = byBytes ? Math.ceil(left / ibs) : left; records > 0; records--) {
        const most = byBytes ? Math.min(ibs, left) : ibs
        const got = await pass(most)
        if (got === 0) break
        if (byBytes) left -= got
        if (got === ibs) {
          made.fullIn++
          made.fullOut++
        } else {
          made.partIn++
          made.partOut++
        }
      }
      left = 0
    }
    while (left > 0) {
      const bytes = await block(byBytes ? Math.min(ibs, left) : ibs)
      if (bytes === undefined) break
      left -= byBytes ? bytes.length : 1
      if (bytes.length === ibs) made.fullIn++
      else made.partIn++
      let data: Uint8Array = bytes
      if (conv.has('sync') && data.length < ibs) {
        const padded = Buffer.alloc(ibs)
        padded.set(data)
        data = padded
      }
      if (conv.has('lcase'))
        data = bytesOf(
          Buffer.from(data)
            .toString('latin1')
            .replace(/[A-Z]/g, (c) => c.toLowerCase()),
        )
      if (conv.has('ucase'))
        data = bytesOf(
          Buffer.from(data)
            .toString('latin1')
            .replace(/[a-z]/g, (c) => c.toUpperCase()),
        )
      if (conv.has('swab')) data = swapped(data)
      if (conv.has('=bs') || ibs === obs) {
        await emit(data)
        continue
      }
      gathered = gathered.length === 0 ? Uint8Array.from(data) : Buffer.concat([gathered, data])
      while (gathered.length >= obs) {
        await emit(gathered.subarray(0, obs))
        gathered = gathered.subarray(obs)
      }
    }
    if (gathered.length > 0) await emit(gathered)
  } catch (error) {
    if (error instanceof Killed && error.signal === 2)
      await t.call.stderr.write(summary()).catch(() => undefined)
    throw error
  } finally {
    to.close()
    from.close?.()
  }
  await t.flush()
  await t.call.stderr.write(summary())
  return t.status
})

const conversions =
  'ascii ebcdic ibm block unblock lcase ucase sparse swab sync excl nocreat notrunc noerror fdatasync fsync'.split(
    ' ',
  )
const flags =
  'append direct directory dsync sync fullblock nonblock noatime nocache noctty nofollow count_bytes skip_bytes seek_bytes'.split(
    ' ',
  )

function sizeOf(text: string): number | undefined {
  let product = 1
  for (const part of text.split('x')) {
    const match = /^(\d+)(?:([cwbkKMGTPEZY])(?:(iB|B|D))?|(B))?$/.exec(part)
    if (match === null) return undefined
    const unit = match[2]
    let n = Number(match[1])
    if (unit === 'w') n *= 2
    else if (unit === 'b') n *= 512
    else if (unit !== undefined && unit !== 'c')
      n *=
        (match[3] === 'B' || match[3] === 'D' ? 1000 : 1024) ** ('KMGTPEZY'.indexOf(unit.toUpperCase()) + 1)
    product *= n
  }
  return product
}

function swapped(bytes: Uint8Array): Uint8Array {
  const out = Buffer.from(bytes)
  for (let i = 0; i + 1 < out.length; i += 2) [out[i], out[i + 1]] = [out[i + 1]!, out[i]!]
  return out
}

function transferred(t: Tool, bytes: number, measured: number): string {
  const seconds = Math.max(measured, 0.00004)
  const rate = bytes / seconds
  if (t.busybox) {
    const perSecond = rate < 1e5 ? humanBusybox(rate) : humanBusybox(rate)
    return `${bytes} bytes (${humanBusybox(bytes)}) copied, ${seconds.toFixed(6)} seconds, ${perSecond}/s\n`
  }
  const unit = bytes === 1 ? 'byte' : 'bytes'
  const sizes: string[] = []
  if (bytes >= 1000) sizes.push(decimalSize(bytes))
  if (bytes >= 1024) sizes.push(binarySize(bytes))
  const shown = sizes.length === 0 ? '' : ` (${sizes.join(', ')})`
  return `${bytes} ${unit}${shown} copied, ${significant(seconds)} s, ${rate < 1000 ? `${(rate / 1000).toFixed(1)} kB` : decimalSize(rate)}/s\n`
}

function decimalSize(n: number): string {
  const units = ['kB', 'MB', 'GB', 'TB', 'PB']
  let value = n / 1000
  let i = 0
  while (value >= 999.5 && i < 4) {
    value /= 1000
    i++
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[i]}`
}

function binarySize(n: number): string {
  const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']
  let value = n / 1024
  let i = 0
  while (value >= 1023.5 && i < 5) {
    value /= 1024
    i++
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[i]}`
}

function humanBusybox(n: number): string {
  if (n < 1024) return `${Math.round(n)}B`
  return `${humanSize(n).replace(/([KMG])$/, '$1B')}`
}

/** `%g`: six digits that count. */
function significant(seconds: number): string {
  return String(Number(seconds.toPrecision(6))).includes('e')
    ? seconds.toFixed(8)
    : String(Number(seconds.toPrecision(6)))
}
