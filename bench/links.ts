// Two weeks of tunnels to a picture: ours, and Graphviz's neato as AfterGlow has it called, on the same graph and on the grouped one.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { Need } from '../e2e/check.ts'
import { domainOf, networkOf } from '../packages/sundew/src/cli/plot/coarser.ts'
import { columnsLayout, type Layout } from '../packages/sundew/src/plots/links/columns.ts'
import { drawLinks, foot } from '../packages/sundew/src/plots/links/draw.ts'
import { forceLayout } from '../packages/sundew/src/plots/links/force.ts'
import { graphOf, type LinkGraph } from '../packages/sundew/src/plots/links/graph.ts'
import { group } from '../packages/sundew/src/plots/links/group.ts'
import { overlaps } from '../packages/sundew/src/plots/links/overlaps.ts'
import { dotLines } from '../packages/sundew/src/plots/links/text.ts'
import { SvgPen } from '../packages/sundew/src/plots/pen/svg-pen.ts'
import { pngOf } from '../packages/sundew/src/plots/png.ts'
import { median, ratio, round } from './lib/measure.ts'
import { tunnelAttempts, twoWeeks } from './lib/two-weeks.ts'

export const needs: readonly Need[] = [{ command: 'neato', package: 'graphviz' }]

const rounds = 7
/** Neato is given as long as this; 5,000 nodes take it more than a minute. */
const patienceMs = Number(process.env['SUNDEW_BENCH_NEATO_SECONDS'] ?? 180) * 1000
/** AfterGlow's head of a graph: overlap is left at what neato does by itself. */
const head =
  'digraph structs {\n  graph [fontsize=8];\n  node [shape=ellipse, style=filled, fontsize=10, width=1, height=1, fixedsize=true];\n  edge [len=1.6];\n'
/** Pixels in one of Graphviz's inches. */
const inch = 96

export async function run(say: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  const triples = tunnelAttempts(twoWeeks)
  const whole = graphOf(triples)
  say(`${whole.nodes.length} nodes, ${whole.edges.length} edges, ${triples.length} triples`)
  const grouping = () => group(triples, { coarser: [[networkOf], [], [domainOf]] })
  const { graph: small, named } = grouping()
  let met = 0
  const timed = (name: string, work: () => Layout): number => {
    const times: number[] = []
    for (let turn = 0; turn < rounds; turn++) {
      const began = performance.now()
      const { nodes } = work()
      times.push(performance.now() - began)
      met += overlaps(nodes.map(({ box }) => box))
    }
    const ms = median(times)
    say(`${name}: ${round(ms)} ms`)
    return ms
  }
  const ms = timed('grouped, columns, PNG', () => {
    const { graph } = grouping()
    const layout = columnsLayout(graph)
    pngOf(layout.width, layout.height + foot, (pen) => drawLinks(pen, graph, layout, ''))
    return layout
  })
  const forceMs = timed('grouped, forces, PNG', () => {
    const { graph } = grouping()
    const layout = forceLayout(graph)
    pngOf(layout.width, layout.height + foot, (pen) => drawLinks(pen, graph, layout, ''))
    return layout
  })
  const wholeMs = timed('every node, columns, SVG', () => {
    const graph = graphOf(triples)
    const layout = columnsLayout(graph)
    const pen = new SvgPen(layout.width, layout.height + foot)
    drawLinks(pen, graph, layout, '')
    pen.toString()
    return layout
  })
  const groupedPeer = await neato(small)
  say(`neato, the grouped graph: ${told(groupedPeer)}`)
  const peer = await neato(whole)
  say(`neato, every node: ${told(peer)}`)
  return {
    nodes: whole.nodes.length,
    edges: whole.edges.length,
    shown: small.nodes.length,
    named: round(named),
    ms: round(ms),
    forceMs: round(forceMs),
    wholeMs: round(wholeMs),
    overlaps: met,
    neatoMs: Math.round(peer.ms),
    // Where neato did not come to its end, what it had taken until then: the ratio is at least that.
    neatoEnded: peer.overlaps !== undefined,
    ...(peer.overlaps !== undefined && { neatoOverlaps: peer.overlaps }),
    neatoGroupedOverlaps: groupedPeer.overlaps,
    ratios: {
      neato: ratio(peer.ms, ms),
      neatoWhole: ratio(peer.ms, wholeMs),
      neatoGrouped: ratio(groupedPeer.ms, ms),
    },
  }
}

interface PeerRun {
  readonly ms: number
  /** Pairs of nodes that lie on each other; unknown where it was stopped. */
  readonly overlaps?: number
}

/** Lays out and draws a graph as `neato -Tpng` does; where its nodes came to lie is asked for beside it. */
async function neato(graph: LinkGraph): Promise<PeerRun> {
  const [, ...lines] = dotLines(graph)
  const began = performance.now()
  const child = spawn('neato', ['-Tpng', '-o/dev/null', '-Tplain'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: patienceMs,
    killSignal: 'SIGKILL',
  })
  child.stdin.on('error', () => {}) // it was stopped
  child.stdin.end(head + lines.join(''))
  const output = text(child.stdout)
  const [code] = (await once(child, 'close')) as [number | null]
  const ms = performance.now() - began
  if (code === null) return { ms }
  if (code !== 0) throw new Error(`neato ended with ${code}`)
  return { ms, overlaps: overlaps(boxesOf(await output)) }
}

/** `node NAME X Y WIDTH HEIGHT …`, in inches, by the centre. */
function boxesOf(plain: string) {
  return [...plain.matchAll(/^node \S+ (\S+) (\S+) (\S+) (\S+) /gm)].map(([, ...numbers]) => {
    const [x = 0, y = 0, width = 0, height = 0] = numbers.map((value) => Number(value) * inch)
    return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 }
  })
}

function told({ ms, overlaps: pairs }: PeerRun): string {
  return pairs === undefined
    ? `stopped after ${Math.round(ms)} ms`
    : `${Math.round(ms)} ms, ${pairs} overlaps`
}
