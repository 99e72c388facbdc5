// How long a picture of a firewall's packets takes: the raster of 1 and 10 million, and a PNG of a million lines of a log; gnuplot's PNG of the same million, as the
// first fireplot drew it.
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import type { Need } from '../e2e/check.ts'
import { sundewBin } from '../e2e/instance.ts'
import { placeOf } from '../packages/sundew/src/plots/fireplot/place.ts'
import { PointCollector, type Points } from '../packages/sundew/src/plots/fireplot/points.ts'
import { raster } from '../packages/sundew/src/plots/fireplot/raster.ts'
import { rowsOf } from '../packages/sundew/src/plots/fireplot/scale.ts'
import { classOf, lookOf, schemes } from '../packages/sundew/src/plots/fireplot/schemes.ts'
import { median, ratio, round, seconds } from './lib/measure.ts'
import { run as runProgram } from './lib/processes.ts'

export const needs: readonly Need[] = [{ command: 'gnuplot', package: 'gnuplot-nox' }]

const [width, height] = [1560, 800]
const day = 86_400_000
const million = 1_000_000
const rounds = 7
/** What is drawn by a whole program. */
const programRounds = 3
const from = Date.parse('2026-11-20')
/** Ports that most probes are for; the rest go anywhere. */
const busy = [22, 23, 80, 443, 445, 1433, 3389, 5060, 8080, 37_777]

/** A probe: the second of the day that it came in, its port, and whether it was TCP. */
interface Probe {
  readonly second: number
  readonly port: number
  readonly tcp: boolean
}

/** Probes in the order of time, the same ones each time. */
function* probes(count: number): Generator<Probe> {
  let state = 2_463_534_242
  const next = (below: number) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
  for (let at = 0; at < count; at++) {
    const port = next(2) === 0 ? busy[next(busy.length)]! : next(65_536)
    yield { second: Math.floor((at * 86_400) / count), port, tcp: next(5) > 0 }
  }
}

export async function run(say: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-bench-fireplot-'))
  try {
    const raster1mMs = rasterMs(pointsOf(million))
    const raster10mMs = rasterMs(pointsOf(10 * million))
    say(`raster of ${width} by ${height}: 1 M ${round(raster1mMs)} ms, 10 M ${round(raster10mMs)} ms`)

    const log = join(folder, 'firewall.log')
    await written(log, function* () {
      for (const { second, port, tcp } of probes(million)) {
        const clock = new Date(from + second * 1000).toISOString().slice(11, 19)
        const kind = tcp ? 'TCP (SYN)' : 'UDP'
        yield `Nov 20 ${clock} BLOCK: in:ether1 out:(none), src-mac 00:00:5e:00:53:01, proto ${kind}, 203.0.113.7:40000->192.0.2.1:${port}, len 60\n`
      }
    })
    const script = join(folder, 'plot.gp')
    for (const protocol of ['tcp', 'udp'])
      await written(join(folder, protocol), function* () {
        for (const { second, port, tcp } of probes(million))
          if (tcp === (protocol === 'tcp')) yield `${from / 1000 + second} ${port}\n`
      })
    await writeFile(script, gnuplotScript(folder))

    const ours: number[] = []
    const theirs: number[] = []
    const output = join(folder, 'ours.png')
    for (let at = 0; at < programRounds; at++) {
      const times = ['--utc', '--from', '2026-11-20', '--to', '2026-11-21']
      const args = ['plot', 'fireplot', '--log', log, ...times, '-o', output]
      ours.push(await seconds(() => runProgram(sundewBin, args)))
      theirs.push(await seconds(() => runProgram('gnuplot', [script])))
    }
    const png1mMs = median(ours) * 1000
    const gnuplotMs = median(theirs) * 1000
    say(`PNG: of a log of 1 M lines ${round(png1mMs)} ms, gnuplot of 1 M numbers ${round(gnuplotMs)} ms`)
    return {
      raster1mMs: round(raster1mMs),
      raster10mMs: round(raster10mMs),
      png1mMs: round(png1mMs),
      png1mFrom: 'log',
      gnuplotMs: round(gnuplotMs),
      // How many times as long gnuplot takes: as our raster, and as our program with reading the log.
      ratios: { gnuplot: ratio(gnuplotMs, raster1mMs), gnuplotToPng: ratio(gnuplotMs, png1mMs) },
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function pointsOf(count: number): Points {
  const collector = new PointCollector(from, from + day)
  for (const { second, port, tcp } of probes(count)) {
    const protocol = tcp ? 6 : 17
    collector.add(from + second * 1000, placeOf(protocol, port), classOf(protocol, 4))
  }
  return collector.points
}

function rasterMs(points: Points): number {
  const rows = rowsOf(height, 'log')
  const times = Array.from({ length: rounds }, () => {
    const began = performance.now()
    const { drawn } = raster(points, { width, height, from, to: from + day, rows }, lookOf(schemes.usual))
    const took = performance.now() - began
    if (drawn !== points.length) throw new Error(`${drawn} of ${points.length} events were drawn`)
    return took
  })
  return median(times)
}

/** As the first fireplot: a day, ports on a logarithmic axis, a dot each. */
function gnuplotScript(folder: string): string {
  return `set terminal png size ${width},${height} background rgb 'black'
set output '${join(folder, 'theirs.png')}'
set xdata time
set timefmt '%s'
set logscale y
set yrange [1:65535]
plot '${join(folder, 'tcp')}' using 1:2 with dots linecolor rgb '#00ff00', \\
     '${join(folder, 'udp')}' using 1:2 with dots linecolor rgb '#b0b0ff'
`
}

async function written(path: string, lines: () => Iterable<string>): Promise<void> {
  const file = createWriteStream(path)
  let piece = ''
  for (const line of lines()) {
    piece += line
    if (piece.length < 1 << 20) continue
    if (!file.write(piece)) await once(file, 'drain')
    piece = ''
  }
  file.end(piece)
  await once(file, 'finish')
}
