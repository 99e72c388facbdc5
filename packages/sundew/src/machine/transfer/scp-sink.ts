import type { OpenFile } from '../files/file-system.ts'
import { keepUpload } from './kept-upload.ts'
import { ScpEnds, type ScpWire } from './scp-wire.ts'

interface Times {
  readonly atimeMs: number
  readonly mtimeMs: number
}

/** Folders within folders. */
const deepest = 64
const blockBytes = 16 * 1024

/** `scp -t`: takes what the peer sends. @throws ScpEnds */
export async function receive(wire: ScpWire, targets: readonly string[]): Promise<void> {
  if (targets.length !== 1) {
    await wire.complain('ambiguous target')
    throw new ScpEnds(1)
  }
  const target = targets[0]!
  if (wire.flags.intoDirectory) {
    try {
      if (wire.call.files.stat(wire.call.path(target)).type !== 'directory') {
        await wire.complain(`${target}: Not a directory`)
        throw new ScpEnds(1)
      }
    } catch (error) {
      if (error instanceof ScpEnds) throw error
      await wire.complain(`${target}: ${wire.because(error)}`)
      throw new ScpEnds(1)
    }
  }
  await sink(wire, target, 0)
}

async function sink(wire: ScpWire, target: string, depth: number): Promise<void> {
  const { call, flags } = wire
  await wire.ok()
  const isDirectory = typeOf(wire, target) === 'directory'
  let times: Times | undefined
  for (let isFirst = true; ; isFirst = false) {
    await call.spend()
    const line = await wire.line()
    if (line === undefined) return
    const kind = line[0]
    if (kind === '\x01' || kind === '\x02') {
      if (kind === '\x02') throw new ScpEnds(1)
      wire.errors++
      continue
    }
    if (kind === 'E') return wire.ok()
    if (kind === 'T') {
      times = await readTimes(wire, line)
      await wire.ok()
      continue
    }
    if (kind !== 'C' && kind !== 'D') {
      if (!isFirst) return wire.screwUp('expected control record')
      await wire.complain(line)
      throw new ScpEnds(1)
    }
    const { mode: asked, size, name } = await readRecord(wire, line)
    const mode = flags.keepsTimes ? asked : asked & ~call.umask
    const path = isDirectory ? `${target}${target === '/' ? '' : '/'}${name}` : target
    if (kind === 'C') await file(wire, path, { mode, size, times })
    else {
      if (!flags.isRecursive || depth >= deepest) return wire.screwUp('received directory without -r')
      await directory(wire, path, mode, times, depth)
    }
    times = undefined
  }
}

async function directory(
  wire: ScpWire,
  path: string,
  mode: number,
  times: Times | undefined,
  depth: number,
): Promise<void> {
  const { files } = wire.call
  const at = wire.call.path(path)
  const there = typeOf(wire, path)
  if (there !== undefined && there !== 'directory') return wire.complain(`${path}: Not a directory`)
  try {
    if (there === undefined) files.makeDirectory(at, mode | 0o700)
    else if (wire.flags.keepsTimes) files.chmod(at, mode)
  } catch (error) {
    return wire.complain(`${path}: ${wire.because(error)}`)
  }
  await sink(wire, path, depth + 1)
  try {
    if (times !== undefined) files.setTimes(at, times.atimeMs, times.mtimeMs)
  } catch (error) {
    await wire.complain(`${path}: set times: ${wire.because(error)}`)
  }
  try {
    if (there === undefined || wire.flags.keepsTimes) files.chmod(at, mode)
  } catch (error) {
    wire.because(error)
  }
}

async function file(
  wire: ScpWire,
  path: string,
  { mode, size, times }: { mode: number; size: number; times: Times | undefined },
): Promise<void> {
  const { call } = wire
  const { files } = call
  const at = call.path(path)
  const isThere = typeOf(wire, path) !== undefined
  let open: OpenFile
  try {
    open = files.open(at, { write: true, create: true, mode: (mode | 0o200) & ~call.umask })
  } catch (error) {
    return wire.complain(`${path}: ${wire.because(error)}`)
  }
  let failed: string | undefined
  const attempt = (what: string, run: () => void) => {
    try {
      run()
    } catch (error) {
      failed ??= `${path}: ${what}${wire.because(error)}`
    }
  }
  try {
    await wire.ok()
    for (let left = size; left > 0;) {
      const bytes = await wire.reader.some(Math.min(blockBytes, left))
      if (bytes === undefined) {
        await wire.complain('dropped connection')
        throw new ScpEnds(1)
      }
      await call.spend()
      if (failed === undefined) attempt('', () => open.write(bytes))
      left -= bytes.length
    }
    if (failed === undefined && open.stat().type === 'file') attempt('truncate: ', () => open.truncate(size))
    if (wire.flags.keepsTimes ? isThere || (mode & 0o200) === 0 : !isThere && (mode & 0o200) === 0) {
      attempt('set mode: ', () => files.chmod(at, wire.flags.keepsTimes ? mode : mode & ~call.umask))
    }
  } finally {
    open.close()
    keepUpload(files, at, 'scp', (happening) => call.happened(happening))
  }
  await wire.isAccepted()
  if (times !== undefined && failed === undefined) {
    attempt('set times: ', () => files.setTimes(at, times.atimeMs, times.mtimeMs))
  }
  if (failed === undefined) await wire.ok()
  else await wire.complain(failed)
}

/** `T` mtime, microseconds, atime, microseconds. */
async function readTimes(wire: ScpWire, line: string): Promise<Times> {
  let rest = line.slice(1)
  const number = async (name: string, isMicros: boolean, isLast: boolean) => {
    const digits = /^\d*/.exec(rest)![0]
    if (!isMicros && digits === '') return wire.screwUp(`${name} not present`)
    rest = rest.slice(digits.length)
    const n = Number(digits)
    const isDelimited = isLast ? rest === '' : rest.startsWith(' ')
    if (!isDelimited || (isMicros && n > 999_999)) return wire.screwUp(`${name} not delimited`)
    if (!Number.isSafeInteger(n * 1000)) return wire.screwUp(`${name} out of range`)
    rest = rest.slice(1)
    return n
  }
  const mtime = await number('mtime.sec', false, false)
  await number('mtime.usec', true, false)
  const atime = await number('atime.sec', false, false)
  await number('atime.usec', true, true)
  return { atimeMs: atime * 1000, mtimeMs: mtime * 1000 }
}

/** Kind, four octal digits, size, name. */
async function readRecord(
  wire: ScpWire,
  line: string,
): Promise<{ mode: number; size: number; name: string }> {
  const digits = line.slice(1, 5)
  if (!/^[0-7]{4}$/.test(digits)) return wire.screwUp('bad mode')
  if (line[5] !== ' ') return wire.screwUp('mode not delimited')
  const size = /^\d+/.exec(line.slice(6))?.[0]
  if (size === undefined) return wire.screwUp('size not present')
  if (line[6 + size.length] !== ' ') return wire.screwUp('size not delimited')
  if (!Number.isSafeInteger(Number(size))) return wire.screwUp('size out of range')
  const name = line.slice(7 + size.length)
  if (name === '' || name.includes('/') || name === '.' || name === '..') {
    await wire.complain(`error: unexpected filename: ${name}`)
    throw new ScpEnds(1)
  }
  return { mode: Number.parseInt(digits, 8), size: Number(size), name }
}

function typeOf(wire: ScpWire, path: string): string | undefined {
  try {
    return wire.call.files.stat(wire.call.path(path)).type
  } catch (error) {
    wire.because(error)
    return undefined
  }
}
