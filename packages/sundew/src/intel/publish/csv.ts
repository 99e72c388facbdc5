import { z } from 'zod'
import type { Blocklist } from './blocklist.ts'
import { everything } from './entries.ts'
import { ofWhy } from './of-why.ts'
import type { Publisher, RenderHost } from './publisher.ts'
import { inPieces, oneLine } from './text.ts'

/** Of a title or link, characters. */
const cellLength = 500

/**
 * A table for people and their spreadsheets (RFC 4180). Every cell is quoted, and one that a spreadsheet would take for a
 * formula begins with `'`, as OWASP has it for CSV injection.
 */
export const csv: Publisher<Readonly<Record<never, never>>> = {
  target: 'csv',
  summary: 'A table of all that is blocked, and why, safe to open in a spreadsheet.',
  config: z.strictObject({}),
  render: (list, _, host) => [{ name: 'sundew.csv', pieces: inPieces(lines(list, host)) }],
  carries: () => true,
  entry: (line) => (line.startsWith('"') ? line.split('","', 2)[1] : undefined),
}

function* lines(list: Blocklist, host: RenderHost): Generator<string> {
  yield 'type,value,confidence,sources,title,link\r\n'
  const said = ofWhy(({ confidence, sources, title, link }) => {
    const cells = [
      String(confidence),
      sources.join(' '),
      oneLine(title, cellLength),
      oneLine(link, cellLength),
    ]
    return cells.map(cell).join(',')
  })
  for (const { type, value, why } of everything(list, host)) {
    // A line break in a value would be one in the file, however it is quoted: some count lines.
    if (/[\r\n]/.test(value)) {
      host.leaveOut('a value of several lines')
      continue
    }
    yield `"${type}",${cell(value)},${said(why)}\r\n`
  }
}

function cell(text: string): string {
  const tame = /^\s*[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text
  return `"${tame.includes('"') ? tame.replaceAll('"', '""') : tame}"`
}
