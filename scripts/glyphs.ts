// node scripts/glyphs.ts: packages/sundew/assets/glyphs.bin, the font's letters as pictures, from which fireplots are labelled without a canvas.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fontFile } from '../packages/sundew/src/plots/pen/font-file.ts'
import {
  bearing,
  firstGlyph,
  glyphAdvances,
  glyphExtent,
  glyphsFile,
  lastGlyph,
} from '../packages/sundew/src/plots/pen/glyphs.ts'
import { fontFamily, sizeOf } from '../packages/sundew/src/plots/pen/pen.ts'

/** What is used of the program's own library. */
interface Canvas {
  createCanvas(
    width: number,
    height: number,
  ): {
    getContext(kind: '2d'): {
      font: string
      fillStyle: string
      fillText(text: string, x: number, y: number): void
      getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray }
    }
  }
  readonly GlobalFonts: { register(font: Uint8Array, family: string): unknown }
}

const program = join(import.meta.dirname, '..', 'packages', 'sundew', 'package.json')
const library = createRequire(program)('@napi-rs/canvas') as Canvas

library.GlobalFonts.register(readFileSync(fontFile()), fontFamily)
const letters: Uint8Array[] = []
for (const advance of glyphAdvances) {
  const { width, height, base } = glyphExtent(advance)
  for (let code = firstGlyph; code <= lastGlyph; code++) {
    const canvas = library.createCanvas(width, height)
    const context = canvas.getContext('2d')
    context.font = `${sizeOf(advance)}px "${fontFamily}"`
    context.fillStyle = '#ffffff'
    context.fillText(String.fromCharCode(code), bearing, base)
    const { data } = context.getImageData(0, 0, width, height)
    // 16 steps are as good to the eye, and leave room in a picture's palette.
    letters.push(
      Uint8Array.from({ length: width * height }, (_, at) => Math.round(data[at * 4 + 3]! / 17) * 17),
    )
  }
}
writeFileSync(glyphsFile(), Buffer.concat(letters))
