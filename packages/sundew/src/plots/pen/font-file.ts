import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Where the font of all labels lies, a WOFF 2 file. */
export function fontFile(): string {
  const folder = dirname(createRequire(import.meta.url).resolve('@fontsource/dejavu-mono/package.json'))
  return join(folder, 'files', 'dejavu-mono-latin-400-normal.woff2')
}
