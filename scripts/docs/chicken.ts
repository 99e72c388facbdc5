import { placeOf } from '../../packages/sundew/src/plots/fireplot/place.ts'
import { drawFireplot, pictureSize } from '../../packages/sundew/src/plots/fireplot/draw.ts'
import { utcClock } from '../../packages/sundew/src/plots/fireplot/clock.ts'
import { PointCollector } from '../../packages/sundew/src/plots/fireplot/points.ts'
import { Counts } from '../../packages/sundew/src/plots/fireplot/counts.ts'
import { paint } from '../../packages/sundew/src/plots/fireplot/raster.ts'
import { rowsOf } from '../../packages/sundew/src/plots/fireplot/scale.ts'
import { classOf, lookOf, schemes } from '../../packages/sundew/src/plots/fireplot/schemes.ts'
import { SvgPen } from '../../packages/sundew/src/plots/pen/svg-pen.ts'
import { pngBytes } from '../../packages/sundew/src/plots/png-bytes.ts'

const from = Date.UTC(2026, 0, 1)
const dayMs = 86_400_000
const size = { width: 1100, height: 560 }
const tcp = 6
const udp = 17
/** A chicken, in cells of the plot: each row is a port that many sources probe at the times marked. */
const chicken = [
  '.........................##.#.......',
  '........................#####.......',
  '.......................##...##......',
  '......................##..#..##.....',
  '......................##......####..',
  '.##...................##.....###....',
  '###.##................##....##.#....',
  '.##..###.............##.....##......',
  '..##...####........###......##......',
  '...##.....##########.......##.......',
  '....#....................###........',
  '....##....###......##....##.........',
  '.....##.....########....##..........',
  '......###..............##...........',
  '........####........####............',
  '...........###########..............',
  '.............#.....#................',
  '.............#.....#................',
  '............###...###...............',
]

/** A made-up day of a firewall: noise, a slow scan (a line), a fast one (a column), and what many sources drew together. */
export function chickenPicture(): string {
  let state = 47
  const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
  const collector = new PointCollector(from, from + dayMs)
  const rows = rowsOf(size.height, 'log')
  const probe = (share: number, port: number, protocol = tcp) =>
    collector.add(from + Math.floor(share * dayMs), placeOf(protocol, port), classOf(protocol, 4))
  for (let n = 0; n < 9000; n++) {
    const known = [22, 23, 80, 443, 445, 3389, 5060, 8080]
    const port =
      random() < 0.5 ? known[Math.floor(random() * known.length)]! : Math.floor(2 ** (16 * random()))
    probe(random(), port, random() < 0.25 ? udp : tcp)
  }
  // One port after the other, all day, from high to low; and all of them within minutes.
  for (let n = 0; n < 900; n++) probe(n / 900, Math.round(65_535 * (1 - n / 900)), udp)
  for (let port = 1; port < 65_536; port += 7) probe(0.08 + (0.002 * port) / 65_536, port)
  const top = rows.of[20_000]!
  const down = (rows.of[150]! - top) / chicken.length
  for (const [row, marks] of chicken.entries())
    for (let column = 0; column < marks.length; column++)
      if (marks[column] === '#')
        for (let n = 0; n < 60; n++) {
          const wanted = Math.floor(top + (row + random()) * down)
          probe(0.25 + (0.6 * (column + random())) / chicken[0]!.length, portAt(rows.of, wanted))
        }
  const { points } = collector
  const scheme = schemes.classic
  const counts = new Counts({ ...size, from, to: from + dayMs, rows })
  counts.add(points)
  const drawn = paint(counts, lookOf(scheme))
  const whole = pictureSize(size.width, size.height)
  const pen = new SvgPen(whole.width, whole.height, pngBytes)
  drawFireplot(pen, {
    title: `A made-up day: ${drawn.drawn.toLocaleString('en-US')} packets`,
    from,
    to: from + dayMs,
    clock: utcClock,
    raster: drawn,
    rows,
    scheme,
    counts: counts.totals(scheme.entries.length),
    leftOut: '',
  })
  return pen.toString()
}

/** The lowest port that is drawn in this row, or above it. */
function portAt(rows: ArrayLike<number>, row: number): number {
  let [low, high] = [1, 65_535]
  while (low < high) {
    const middle = (low + high) >> 1
    if (rows[middle]! <= row) high = middle
    else low = middle + 1
  }
  return low
}
