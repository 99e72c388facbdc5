import { readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { parseAddress } from '../../match/parse-address.ts'
import { RangeMap, RangeMapBuilder } from '../../match/range-map.ts'
import { readSections, writeSections } from '../../match/sections.ts'
import { words4 } from '../../match/words.ts'

/** What is known of addresses: a number for each range, and what that number stands for. */
export interface GeoTable {
  readonly map: RangeMap
  /** The autonomous system; 0 where none is known. */
  readonly systems: Uint32Array
  /** ISO 3166-1, its first letter the lower byte; 0 where none is known. */
  readonly countries: Uint16Array
}

const magic = 'SNDWGEO'
const version = 1
const packages = ['@ip-location-db/asn-country', '@ip-location-db/asn'] as const

/** The tables of the installed packages; kept ready-made in `cacheFile`, which is written again when they change. */
export async function loadGeo(cacheFile?: string): Promise<GeoTable> {
  const [countries, systems] = await Promise.all(packages.map(locate))
  const made = `${countries!.version} ${systems!.version}`
  if (cacheFile !== undefined) {
    const kept = await readCache(cacheFile, made)
    if (kept) return kept
  }
  const table = makeTable(
    await readRanges(join(countries!.folder, 'asn-country'), country),
    await readRanges(join(systems!.folder, 'asn'), number),
  )
  if (cacheFile !== undefined) await writeCache(cacheFile, made, table).catch(() => {}) // made anew next time
  return table
}

/** Both maps as one, whose numbers stand for a country and a system together. */
export function makeTable(countries: RangeMap, systems: RangeMap): GeoTable {
  const pairs = new Map<number, number>()
  const map = countries.combined(systems, (country, system) => {
    if (country < 0 && system < 0) return -1
    // 16 bits and 32 bits fit in a double.
    const pair = Math.max(country, 0) * 2 ** 32 + Math.max(system, 0)
    let index = pairs.get(pair)
    if (index === undefined) pairs.set(pair, (index = pairs.size))
    return index
  })
  const keys = [...pairs.keys()]
  return {
    map,
    systems: Uint32Array.from(keys, (pair) => pair % 2 ** 32),
    countries: Uint16Array.from(keys, (pair) => Math.floor(pair / 2 ** 32)),
  }
}

async function locate(name: string): Promise<{ folder: string; version: string }> {
  const file = createRequire(import.meta.url).resolve(`${name}/package.json`)
  const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string }
  return { folder: dirname(file), version }
}

type ValueReader = (bytes: Uint8Array, at: number) => number

async function readRanges(prefix: string, value: ValueReader): Promise<RangeMap> {
  const builder = new RangeMapBuilder()
  readLines4(await readFile(`${prefix}-ipv4-num.csv`), value, builder)
  readLines6(await readFile(`${prefix}-ipv6.csv`), value, builder)
  return builder.build()
}

const comma = 0x2c
const newline = 0x0a

/** Lines of `16777216,16777471,AU` and what may follow. */
export function readLines4(bytes: Uint8Array, value: ValueReader, into: RangeMapBuilder): void {
  for (let at = 0; at < bytes.length;) {
    const first = number(bytes, at)
    const second = bytes.indexOf(comma, at) + 1
    const third = bytes.indexOf(comma, second) + 1
    if (second === 0 || third === 0) return
    const found = value(bytes, third)
    if (found > 0) into.add(words4(first), words4(number(bytes, second)), found)
    const end = bytes.indexOf(newline, third)
    at = end < 0 ? bytes.length : end + 1
  }
}

/** Lines of `2001:200::,2001:200:ffff:ffff:ffff:ffff:ffff:ffff,JP` and what may follow. */
export function readLines6(bytes: Uint8Array, value: ValueReader, into: RangeMapBuilder): void {
  const text = (from: number, to: number) => Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from)
  for (let at = 0; at < bytes.length;) {
    const second = bytes.indexOf(comma, at) + 1
    const third = bytes.indexOf(comma, second) + 1
    if (second === 0 || third === 0) return
    const first = parseAddress(text(at, second - 1).toString('latin1'))
    const last = parseAddress(text(second, third - 1).toString('latin1'))
    const found = value(bytes, third)
    if (first && last && found > 0) into.add(first, last, found)
    const end = bytes.indexOf(newline, third)
    at = end < 0 ? bytes.length : end + 1
  }
}

/** Digits up to what is none; 0 where there is none. */
export function number(bytes: Uint8Array, at: number): number {
  let found = 0
  for (let digit = bytes[at]! - 0x30; digit >= 0 && digit <= 9; digit = bytes[++at]! - 0x30)
    found = found * 10 + digit
  return found
}

/** Two capital letters as a country column's cell has them; 0 for anything else. */
export function country(bytes: Uint8Array, at: number): number {
  const [a, b] = [bytes[at]!, bytes[at + 1]!]
  return isCapital(a) && isCapital(b) ? a | (b << 8) : 0
}

const isCapital = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a

async function readCache(file: string, made: string): Promise<GeoTable | undefined> {
  try {
    const [of, map, systems, countries] = readSections(await readFile(file), magic, version, [
      Uint8Array,
      Uint8Array,
      Uint32Array,
      Uint16Array,
    ]) as [Uint8Array, Uint8Array, Uint32Array, Uint16Array]
    if (Buffer.from(of).toString('utf8') !== made) return undefined
    return { map: RangeMap.from(map), systems, countries }
  } catch {
    return undefined // none yet, or damaged: it is made again
  }
}

async function writeCache(file: string, made: string, { map, systems, countries }: GeoTable): Promise<void> {
  const part = `${file}.part`
  const bytes = writeSections(magic, version, [Buffer.from(made, 'utf8'), map.toBytes(), systems, countries])
  await writeFile(part, bytes, { mode: 0o600 })
  await rename(part, file)
}
