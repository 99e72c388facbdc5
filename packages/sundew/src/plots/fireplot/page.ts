import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { fontFile } from '../pen/font-file.ts'
import { markup } from '../pen/markup.ts'
import { fontFamily } from '../pen/pen.ts'
import { type EmbeddedHead, packEvents } from './embedded.ts'
import type { Gathered } from './gather.ts'

export interface FireplotPage {
  readonly title: string
  readonly head: Omit<EmbeddedHead, 'events' | 'origin' | 'stepMs' | 'columns'>
  readonly gathered: Gathered
}

const style = `body{font:14px/1.4 'DejaVu Sans Mono',monospace;margin:1em;color:#d0d4d8;background:#000}
canvas{display:block;max-width:100%;cursor:crosshair;touch-action:none}canvas:focus-visible{outline:2px solid #56b4e9}
output{display:block;min-height:16em;white-space:pre-wrap}`

/** One page that stands alone: it draws by the same modules as the server, and holds what it draws. */
export function fireplotPage({ title, head, gathered }: FireplotPage): string {
  const { points, sources, names, columns } = gathered
  const script = viewer()
  const hash = createHash('sha256').update(script).digest('base64')
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'`
  const { length: events, origin, stepMs } = points
  const whole: EmbeddedHead = { ...head, events, origin, stepMs, ...(columns !== undefined && { columns }) }
  // Within a script element only `<` can end it.
  const json = JSON.stringify(whole).replaceAll('<', '\\u003c')
  const counted =
    columns === undefined
      ? ''
      : `<p>More than a million packets: they were counted by ${columns} columns of time and ${head.height} rows of ports, so that a dot tells how many, and not who. A shorter time tells who.</p>\n`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width"><title>${markup(title)}</title><style>${fontFace()}${style}</style></head><body>
<canvas id="plot" tabindex="0" role="img" aria-label="${markup(title)}"></canvas>
<p>Wheel or + and -: nearer, farther. Drag: a span of time. Arrows: earlier, later. Click: enlarge. Escape: all.</p>
${counted}<output id="told"></output>
<script type="application/json" id="head">${json}</script>
<script type="application/x-gzip" id="events">${packed(packEvents(points, sources))}</script>
<script type="application/x-gzip" id="names">${packed(new TextEncoder().encode(names.join('\n')))}</script>
<script type="module">${script}</script>
</body></html>
`
}

function packed(bytes: Uint8Array): string {
  return gzipSync(bytes, { level: 4 }).toString('base64')
}

/** Labels look alike everywhere. */
function fontFace(): string {
  const font = readFileSync(fontFile()).toString('base64')
  return `@font-face{font-family:'${fontFamily}';src:url(data:font/woff2;base64,${font})}`
}

/** The page's script, which the console's build leaves beside its own pages. */
function viewer(): string {
  const file = join(import.meta.dirname, '..', '..', '..', 'public', 'fireplot.js')
  return readFileSync(file, 'utf8').replaceAll('</script', '<\\/script')
}
