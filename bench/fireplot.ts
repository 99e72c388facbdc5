// How long a picture of a firewall's packets takes: the raster of 1 and 10 million; a PNG of a million rows of the store, by the whole program; and
// picture for picture beside gnuplot, which the first fireplot was drawn with: a file of columns becomes a PNG.
import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import type { Need } from '../e2e/check.ts'
import { Instance, sundewBin } from '../e2e/instance.ts'
import { connect } from '../packages/sundew/src/hub/connection.ts'
import { plotQuestion } from '../packages/sundew/src/hub/firewall/plot-question.ts'
import { readFirewall } from '../packages/sundew/src/hub/firewall/read.ts'
import { utcClock } from '../packages/sundew/src/plots/fireplot/clock.ts'
import { Counts } from '../packages/sundew/src/plots/fireplot/counts.ts'
import { gatherStream } from '../packages/sundew/src/plots/fireplot/gather-stream.ts'
import { fireplotFile } from '../packages/sundew/src/plots/fireplot/picture.ts'
import { placeOf } from '../packages/sundew/src/plots/fireplot/place.ts'
import { PointCollector, type Points } from '../packages/sundew/src/plots/fireplot/points.ts'
import { raster } from '../packages/sundew/src/plots/fireplot/raster.ts'
import { rowsOf } from '../packages/sundew/src/plots/fireplot/scale.ts'
import { classOf, lookOf, schemes } from '../packages/sundew/src/plots/fireplot/schemes.ts'
import { median, ratio, round, seconds } from './lib/measure.ts'
import { run as runProgram } from './lib/processes.ts'

export const needs: readonly Need[] = [{ command: 'gnuplot', package: 'gnuplot-nox' }]

const [width, height] = [1560, 800]
const dayMs = 86_400_000
const million = 1_000_000
const rounds = 15
/** What is drawn by a whole program. */
const programRounds = 5
const from = Date.parse('2026-11-20')
const to = from + dayMs
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
    const points = pointsOf(million)
    const raster1mMs = rasterMs(points)
    const raster10mMs = rasterMs(pointsOf(10 * million))
    say(`raster of ${width} by ${height}: 1 M ${round(raster1mMs)} ms, 10 M ${round(raster10mMs)} ms`)
    const store = await fromStore(folder)
    say(
      `PNG of 1 M rows of the store: the whole program ${round(store.programMs)} ms, of which the store's answer, counted while it comes, ${round(store.answerMs)} ms`,
    )
    const { first: pictureFirstMs, pictureMs } = await fromFileMs(folder, points)
    const gnuplot = await gnuplotMs(folder)
    say(
      `1 M packets of a file of columns to a PNG: in this process ${round(pictureMs)} ms (the first time, before its code is compiled, ${round(pictureFirstMs)} ms); gnuplot, its start of ${round(gnuplot.start)} ms taken off, ${round(gnuplot.dots)} ms with dots that hide each other, ${round(gnuplot.density)} ms with dots that add up as ours do (terminal png), ${round(gnuplot.cairo)} ms (terminal pngcairo), and ${round(gnuplot.text)} ms of text, as the first fireplot`,
    )
    return {
      raster1mMs: round(raster1mMs),
      raster10mMs: round(raster10mMs),
      png1mMs: round(store.programMs),
      png1mFrom: 'store',
      answer1mMs: round(store.answerMs),
      pictureMs: round(pictureMs),
      pictureFirstMs: round(pictureFirstMs),
      gnuplotMs: Object.fromEntries(Object.entries(gnuplot).map(([name, ms]) => [name, round(ms)])),
      // How many times as long gnuplot takes from a file of columns to a PNG. `gnuplot`: the same picture, in its quicker terminal.
      ratios: {
        gnuplot: ratio(gnuplot.density, pictureMs),
        gnuplotDots: ratio(gnuplot.dots, pictureMs),
        gnuplotCairo: ratio(gnuplot.cairo, pictureMs),
        gnuplotText: ratio(gnuplot.text, pictureMs),
      },
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function pointsOf(count: number): Points {
  const collector = new PointCollector(from, to)
  for (const { second, port, tcp } of probes(count)) {
    const protocol = tcp ? 6 : 17
    collector.add(from + second * 1000, placeOf(protocol, port), classOf(protocol, 4))
  }
  return collector.points
}

function rasterMs(points: Points): number {
  const frame = { width, height, from, to, rows: rowsOf(height, 'log') }
  const times = Array.from({ length: rounds }, () => {
    const began = performance.now()
    const { drawn } = raster(points, frame, lookOf(schemes.usual))
    const took = performance.now() - began
    if (drawn !== points.length) throw new Error(`${drawn} of ${points.length} events were drawn`)
    return took
  })
  return median(times)
}

/** A million rows in the table of a whole Sundew, and `sundew plot fireplot --day`. */
async function fromStore(folder: string): Promise<{ readonly programMs: number; readonly answerMs: number }> {
  const data = join(folder, 'data')
  await using instance = await Instance.start({ data })
  const { store: told } = await instance.status()
  const passwords = JSON.parse(await readFile(join(data, 'secrets', 'store.json'), 'utf8')) as {
    readonly sundew: string
    readonly reader: string
  }
  const address = { url: told.url, database: 'sundew' }
  const writer = connect({ ...address, user: 'sundew', password: passwords.sundew })
  const reader = connect({ ...address, user: 'reader', password: passwords.reader })
  try {
    await writer.command({ query: rowsSql(million) })
    const programs: number[] = []
    const answers: number[] = []
    const output = join(folder, 'store.png')
    const args = ['plot', 'fireplot', '--data', data, '--utc', '--day', '2026-11-20', '-o', output]
    const { signal } = new AbortController()
    for (let at = 0; at < programRounds; at++) {
      programs.push(await seconds(() => runProgram(sundewBin, args)))
      const began = performance.now()
      const answer = await readFirewall(reader, plotQuestion.parse({ from, to }), signal)
      const { gatherings } = await gatherStream(answer, [{ width, height, scale: 'log' }], false)
      answers.push(performance.now() - began)
      const drawn = gatherings[0].counts.totals(8).reduce((sum, count) => sum + count, 0)
      if (drawn !== million) throw new Error(`${drawn} of ${million} rows came`)
    }
    return { programMs: median(programs) * 1000, answerMs: median(answers) }
  } finally {
    await Promise.all([writer.close(), reader.close()])
  }
}

/** Rows as collectors write them, of a hundred thousand sources. */
function rowsSql(count: number): string {
  return `INSERT INTO firewall (time, received, kind, source_ip, destination_ip, source_port, destination_port, protocol, tcp_flags, length, source_country, source_as, device, format, rule)
    SELECT toDateTime64('2026-11-20 00:00:00', 3, 'UTC') + number * 86400 / ${count} AS moment, moment, 'firewall.block',
      toIPv6(concat('::ffff:', IPv4NumToString(toUInt32(16777216 + cityHash64(number) % 100000)))), toIPv6('::ffff:192.0.2.1'), 40000,
      if(cityHash64(number, 1) % 2 = 0, [${busy.join(', ')}][1 + cityHash64(number, 2) % ${busy.length}], cityHash64(number, 3) % 65536),
      if(cityHash64(number, 4) % 5 > 0, 6, 17), 2, 60, ['CN', 'US', 'RU', 'NL'][1 + cityHash64(number, 5) % 4], 64500, 'fw', 'mikrotik', 'drop'
    FROM numbers(${count})`
}

/** A file of columns is read, drawn with axes and legend, and written as PNG. */
async function fromFileMs(
  folder: string,
  { length, time, place, colour }: Points,
): Promise<{ readonly first: number; readonly pictureMs: number }> {
  const file = join(folder, 'columns')
  await writeFile(
    file,
    Buffer.concat(
      [bytesOf(time), bytesOf(place), colour.subarray(0, length)].map((part) => Buffer.from(part)),
    ),
  )
  const times: number[] = []
  for (let at = 0; at < rounds; at++) {
    const began = performance.now()
    const { buffer, byteOffset } = await readFile(file)
    const counts = new Counts({ width, height, from, to, rows: rowsOf(height, 'log') })
    counts.add({
      length,
      origin: from,
      stepMs: 1,
      time: new Uint32Array(buffer, byteOffset, length),
      place: new Uint32Array(buffer, byteOffset + 4 * length, length),
      colour: new Uint8Array(buffer, byteOffset + 8 * length, length),
    })
    const telling = { about: '', clock: utcClock, scheme: schemes.usual, leftOut: '' }
    await writeFile(join(folder, 'ours.png'), fireplotFile(counts, telling, 'png'))
    times.push(performance.now() - began)
  }
  return { first: times[0]!, pictureMs: median(times) }
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)
}

/** The same packets, drawn by gnuplot; milliseconds without its start. */
async function gnuplotMs(folder: string) {
  for (const protocol of ['tcp', 'udp']) {
    const own = [...probes(million)].filter(({ tcp }) => tcp === (protocol === 'tcp'))
    await writeFile(
      join(folder, `${protocol}.f32`),
      Float32Array.from(own.flatMap(({ second, port }) => [second, port])),
    )
    await written(join(folder, `${protocol}.txt`), function* () {
      for (const { second, port } of own) yield `${from / 1000 + second} ${port}\n`
    })
  }
  const start = await programMs(folder, 'print 1')
  const lessStart = async (script: string) => (await programMs(folder, script)) - start
  const output = `set output '${join(folder, 'theirs.png')}'\nset logscale y\nset yrange [1:65535]\n`
  const size = `size ${width},${height} background rgb 'black'`
  const binary = (through: string) =>
    `set xrange [0:86400]\nplot ${['tcp', 'udp']
      .map(
        (protocol) =>
          `'${join(folder, protocol)}.f32' binary format='%float32%float32' using 1:2 with dots linecolor rgb '#${through}${protocol === 'tcp' ? '00e040' : 'a0b0ff'}' notitle`,
      )
      .join(', ')}\n`
  return {
    start,
    dots: await lessStart(`set terminal png ${size}\n${output}${binary('')}`),
    density: await lessStart(`set terminal png truecolor ${size}\n${output}${binary('88')}`),
    cairo: await lessStart(`set terminal pngcairo ${size}\n${output}${binary('88')}`),
    text: await lessStart(
      `set terminal png ${size}\n${output}set xdata time\nset timefmt '%s'\nplot '${join(folder, 'tcp')}.txt' using 1:2 with dots linecolor rgb '#00ff00', '${join(folder, 'udp')}.txt' using 1:2 with dots linecolor rgb '#b0b0ff'\n`,
    ),
  }
}

async function programMs(folder: string, script: string): Promise<number> {
  const file = join(folder, 'plot.gp')
  await writeFile(file, `${script}\n`)
  const times: number[] = []
  for (let at = 0; at < programRounds; at++) times.push(await seconds(() => runProgram('gnuplot', [file])))
  return median(times) * 1000
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
