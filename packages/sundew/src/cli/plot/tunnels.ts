import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Option, type Command } from 'commander'
import { loadGeo } from '../../collectors/flow/geo-table.ts'
import type { LinkRow } from '../../hub/api/contract.ts'
import { columnsLayout } from '../../plots/links/columns.ts'
import { drawTreemap } from '../../plots/links/draw-treemap.ts'
import { darkStyle, drawLinks, pictureSize, usualStyle } from '../../plots/links/draw.ts'
import { forceLayout, mostForced } from '../../plots/links/force.ts'
import { graphOf } from '../../plots/links/graph.ts'
import { group, type Grouped } from '../../plots/links/group.ts'
import { linkPage } from '../../plots/links/page.ts'
import { csvLines, dotLines } from '../../plots/links/text.ts'
import { SvgPen } from '../../plots/pen/svg-pen.ts'
import { pngOf } from '../../plots/png.ts'
import { Hub } from '../client.ts'
import { usage } from '../failure.ts'
import { globals } from '../globals.ts'
import { moment, wholeNumber } from '../options.ts'
import { note, print } from '../output.ts'
import { coarsenings } from './coarser.ts'

interface Options {
  readonly since?: string
  readonly until?: string
  readonly kind: string
  readonly fields: string
  readonly nodes: number
  readonly layout: 'columns' | 'force'
  readonly theme: 'light' | 'dark'
  readonly output: string
}

const treemapSize = { width: 1200, height: 700 } as const

/** Adds `sundew plot tunnels`. */
export function plotTunnels(plots: Command): void {
  plots
    .command('tunnels')
    .description(
      'who wanted to be connected where through us: intruder, port, target; or any other three fields',
    )
    .option('-s, --since <when>', 'from then on: an age or a time; 14d where not given', moment)
    .option('-u, --until <when>', 'up to then', moment)
    .option('-k, --kind <kind>', 'of which events', 'tunnel.open')
    .option('-f, --fields <three>', 'what is drawn', 'source,target-port,target')
    .option('-N, --nodes <nodes>', 'group where there are more', wholeNumber(3, 1_000_000), 150)
    .addOption(
      new Option('-l, --layout <layout>', 'where nodes go').choices(['columns', 'force']).default('columns'),
    )
    .addOption(
      new Option('-t, --theme <theme>', 'of .svg and .png; .html follows its reader')
        .choices(['light', 'dark'])
        .default('light'),
    )
    .addOption(
      new Option(
        '-o, --output <file>',
        '.svg, .png or .html; .csv and .dot as AfterGlow has them',
      ).makeOptionMandatory(),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  sundew plot tunnels --since 14d -o tunnels.svg\n  sundew plot tunnels --kind login.attempt --fields source,user,password -o logins.html\n  sundew plot tunnels -o tunnels.dot && neato -Tpng tunnels.dot > tunnels.png\n',
    )
    .action(async (options: Options, own: Command) => {
      const { since = moment('14d'), until, kind, fields, nodes, output, layout, theme } = options
      const form = /\.(svg|png|html|csv|dot)$/.exec(output)?.[1]
      if (form === undefined)
        throw usage(`--output ${output}: it should end in .svg, .png, .html, .csv or .dot.`)
      if (layout === 'force' && nodes > mostForced)
        throw usage(`--layout force draws ${mostForced} nodes at most: give a smaller --nodes.`)
      const { paths } = globals(own)
      const hub = await Hub.find(paths)
      const triples = await hub.json<LinkRow[]>('/plots/links', {
        query: { kind, fields, since, before: until },
      })
      if (form === 'csv') return writeLines(output, csvLines(triples))
      if (form === 'dot') return writeLines(output, dotLines(graphOf(triples)))
      const names = fields.split(',')
      const crowded = graphOf(triples).nodes.length > nodes
      const grouped = group(triples, {
        most: nodes,
        ...(crowded && {
          coarser: await coarsenings(names, () => loadGeo(join(paths.collectorState, 'geo.bin'))),
        }),
      })
      const caption = captionOf(grouped, since, until)
      note(caption)
      await write(
        output,
        draw(form as 'svg' | 'png' | 'html', { grouped, caption, names, kind, layout, theme }),
      )
    })
}

/** How much the picture says, in words. */
function captionOf({ graph, named }: Grouped, since: string, until: string | undefined): string {
  const times = graph.total.toLocaleString('en-US')
  const share = `${Math.round(named * 1000) / 10} %`
  return `${times} times from ${since.slice(0, 16)} to ${until?.slice(0, 16) ?? 'now'} (UTC); in ${share} of them all three are named here`
}

function draw(
  form: 'svg' | 'png' | 'html',
  parts: {
    readonly grouped: Grouped
    readonly caption: string
    readonly names: readonly string[]
    readonly kind: string
    readonly layout: 'columns' | 'force'
    readonly theme: 'light' | 'dark'
  },
): string | Uint8Array {
  const { grouped, caption, names, kind } = parts
  const { graph, triples } = grouped
  const layout = parts.layout === 'force' ? forceLayout(graph) : columnsLayout(graph)
  // A page has both: what reads it says which.
  const style = parts.theme === 'dark' && form !== 'html' ? darkStyle : usualStyle
  const { width, height } = pictureSize(layout, caption)
  if (form === 'png') return pngOf(width, height, (pen) => drawLinks(pen, graph, layout, caption, style))
  const pen = new SvgPen(width, height)
  drawLinks(pen, graph, layout, caption, style)
  if (form === 'svg') return pen.toString()
  const map = new SvgPen(treemapSize.width, treemapSize.height)
  drawTreemap(map, triples, graph, treemapSize.width, treemapSize.height)
  return linkPage({
    title: `${kind}: ${names.join(', ')}`,
    caption,
    columns: [names[0]!, names[1]!, names[2]!],
    graph,
    map: pen.toString(),
    treemap: map.toString(),
  })
}

async function write(output: string, content: string | Uint8Array): Promise<void> {
  // `-.svg` and the like: to standard output.
  if (output.startsWith('-.')) return print(content)
  await writeFile(output, content)
}

/** Line by line: an intruder's attempts may be by the million. */
async function writeLines(output: string, lines: Iterable<string>): Promise<void> {
  if (output.startsWith('-.')) for (const line of lines) await print(line)
  else await pipeline(Readable.from(inPieces(lines)), createWriteStream(output))
}

function* inPieces(lines: Iterable<string>): Generator<string> {
  let piece = ''
  for (const line of lines) {
    piece += line
    if (piece.length < 65_536) continue
    yield piece
    piece = ''
  }
  yield piece
}
