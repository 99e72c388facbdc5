import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sizeOf } from './pen.ts'

/** The letters of a size of font as pictures: printable ASCII, how much of each pixel they cover. */
export interface Glyphs {
  /** Pixels from one letter to the next. */
  readonly advance: number
  /** Of a letter's picture, which begins {@link bearing} to the left of it and `base` above its base line. */
  readonly width: number
  readonly height: number
  readonly base: number
  /** A letter after the other from {@link firstGlyph} on, rows from the top, 0 to 255. */
  readonly cover: Uint8Array
}

export const firstGlyph = 0x20
export const lastGlyph = 0x7e
/** Letters reach a little into their neighbours. */
export const bearing = 1
/** Sizes that have pictures, by the whole pixels from one letter to the next. */
export const glyphAdvances = [7, 9] as const

/** What `scripts/glyphs.ts` draws of the font: {@link glyphs} reads it. */
export function glyphsFile(): string {
  return join(import.meta.dirname, '..', '..', '..', 'assets', 'glyphs.bin')
}

/** Extent of the letters' pictures. */
export function glyphExtent(advance: number): Omit<Glyphs, 'cover'> {
  const size = sizeOf(advance)
  const base = Math.ceil(size * 0.95)
  return { advance, width: advance + 2 * bearing, height: base + Math.ceil(size * 0.3), base }
}

let read: readonly Glyphs[] | undefined

/** Those of the size nearest to this. */
export function glyphs(size: number): Glyphs {
  if (!read) {
    const bytes = readFileSync(glyphsFile())
    let at = 0
    read = glyphAdvances.map((advance) => {
      const extent = glyphExtent(advance)
      const length = extent.width * extent.height * (lastGlyph - firstGlyph + 1)
      at += length
      return { ...extent, cover: bytes.subarray(at - length, at) }
    })
  }
  return read.toSorted((a, b) => Math.abs(sizeOf(a.advance) - size) - Math.abs(sizeOf(b.advance) - size))[0]!
}
