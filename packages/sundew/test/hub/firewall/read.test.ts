import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ClickHouseClient } from '@clickhouse/client'
import { plotQuestion, type PlotQuestionInput } from '../../../src/hub/firewall/plot-question.ts'
import { readFirewall } from '../../../src/hub/firewall/read.ts'
import { parseAddress } from '../../../src/match/parse-address.ts'
import { isMapped } from '../../../src/match/words.ts'
import { cellsOf } from '../../../src/plots/fireplot/grid.ts'
import { gatherStream } from '../../../src/plots/fireplot/gather-stream.ts'
import { placeOf } from '../../../src/plots/fireplot/place.ts'
import { PointCollector } from '../../../src/plots/fireplot/points.ts'
import { paint, raster } from '../../../src/plots/fireplot/raster.ts'
import { rowsOf } from '../../../src/plots/fireplot/scale.ts'
import {
  type By,
  classOf,
  firstScanner,
  lookOf,
  protocolOf,
  schemes,
} from '../../../src/plots/fireplot/schemes.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { TestStore } from '../../store/running-store.ts'
import { keepProbes, keepProbesForever, type Probe, randomOf } from '../scans/probes.ts'

const from = Date.UTC(2026, 10, 20)
const hour = 3_600_000
const size = { width: 300, height: 200, scale: 'log' } as const
const signal = new AbortController().signal

let store: TestStore
let reader: ClickHouseClient

/** All kinds of packets, from the first moment of the day to its last; some before it and after. */
const random = randomOf(6)
const probes: Probe[] = Array.from({ length: 4000 }, (_, at) => {
  const protocol = [6, 6, 6, 17, 1, 58, 47, 50, 132, 255][Math.floor(random() * 10)]!
  return {
    time: from + (at === 0 ? 0 : at === 1 ? 24 * hour - 1 : Math.floor((random() * 26 - 1) * hour)),
    source:
      random() < 0.3 ? `2001:db8::${Math.floor(random() * 50)}` : `198.51.100.${Math.floor(random() * 50)}`,
    port: Math.floor(2 ** (random() * 16)) % 65_536,
    protocol,
    kind: random() < 0.1 ? 'allow' : random() < 0.5 ? 'block' : 'other',
    ...(random() < 0.2 && { flags: 4 }),
    country: ['CN', 'US', 'NO', '\0\0'][Math.floor(random() * random() * 4)]!,
  }
})
const day = probes.filter(({ time }) => time >= from && time < from + 24 * hour)
const drawnByDefault = day.filter(
  ({ kind, protocol, flags }) => kind !== 'allow' && !(protocol === 6 && flags === 4),
)

before(async () => {
  store = await TestStore.start()
  await migrate({ url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
  const writer = store.client('sundew', { database: 'sundew' })
  await keepProbesForever(writer)
  await keepProbes(writer, probes)
  reader = store.client('reader', { database: 'sundew' })
})
after(() => store.stop())

async function gathered(question: Partial<PlotQuestionInput>, forPage = false) {
  const whole = plotQuestion.parse({ from, to: from + 24 * hour, ...question })
  return await gatherStream(await readFirewall(reader, whole, signal), [size], forPage)
}

function version(source: string): 4 | 6 {
  return isMapped(parseAddress(source)!) ? 4 : 6
}

function expected(wanted: readonly Probe[], colour: (probe: Probe) => number) {
  const collector = new PointCollector(from, from + 24 * hour)
  for (const probe of wanted) collector.add(probe.time, placeOf(probe.protocol!, probe.port), colour(probe))
  return collector.points
}

const frame = { ...size, from, to: from + 24 * hour, rows: rowsOf(size.height, 'log') }

describe('what the store tells of a picture', () => {
  const colours: Readonly<Record<Exclude<By, 'country' | 'listed'>, (probe: Probe) => number>> = {
    class: ({ protocol, source }) => classOf(protocol!, version(source)),
    protocol: ({ protocol }) => protocolOf(protocol!),
    version: ({ source }) => (version(source) === 4 ? 0 : 1),
  }
  for (const [by, colour] of Object.entries(colours) as [keyof typeof colours, (probe: Probe) => number][])
    test(`gives the raster of the rows themselves, each pixel: by ${by}`, async () => {
      const scheme = Object.values(schemes).find((one) => one.by === by)!
      const { gatherings } = await gathered({ by })
      const ours = paint(gatherings[0].counts, lookOf(scheme))
      const theirs = raster(expected(drawnByDefault, colour), frame, lookOf(scheme))
      assert.equal(ours.drawn, drawnByDefault.length)
      assert.deepEqual(ours.pixels, theirs.pixels)
    })

  test('is only what was asked for: kinds, one source, a network, a port, a protocol, answers', async () => {
    const count = async (question: Partial<PlotQuestionInput>) =>
      (await gathered(question)).gatherings[0].counts.totals(8).reduce((sum, n) => sum + n, 0)
    const probe = drawnByDefault.find(({ protocol }) => protocol === 6)!
    const has = (filter: (probe: Probe) => boolean) => drawnByDefault.filter(filter).length
    assert.equal(
      await count({ kind: 'allow', answers: true }),
      day.filter(({ kind }) => kind === 'allow').length,
    )
    assert.equal(await count({ kind: 'all', answers: true }), day.length)
    assert.equal(
      await count({ source: probe.source }),
      has(({ source }) => source === probe.source),
    )
    assert.equal(
      await count({ source: '198.51.100.0/24' }),
      has(({ source }) => !source.includes(':')),
    )
    assert.equal(
      await count({ source: '2001:db8::/32' }),
      has(({ source }) => source.includes(':')),
    )
    assert.equal(
      await count({ protocol: 58 }),
      has(({ protocol }) => protocol === 58),
    )
    assert.equal(
      await count({ port: probe.port }),
      has(({ port, protocol }) => port === probe.port && [6, 17, 132].includes(protocol!)),
    )
  })

  test('names the countries of most packets, and gives each its colour', async () => {
    const { head, gatherings } = await gathered({ by: 'country' })
    const has = (code: string) => drawnByDefault.filter(({ country }) => country === code).length
    assert.deepEqual(head.countries.toSorted(), ['CN', 'NO', 'US'])
    for (const [index, country] of head.countries.entries())
      assert.equal(gatherings[0].counts.totals(9)[index], has(country))
    assert.equal(gatherings[0].counts.totals(9)[8], has('\0\0'))
  })

  test('names the busiest ports, which are hidden', async () => {
    const { head, gatherings } = await gathered({ hide_top: 2 })
    const byPort = new Map<number, number>()
    for (const { port, protocol } of drawnByDefault)
      if ([6, 17, 132].includes(protocol!)) byPort.set(port, (byPort.get(port) ?? 0) + 1)
    const top = [...byPort].toSorted(([p, a], [q, b]) => b - a || p - q).slice(0, 2)
    assert.deepEqual(
      head.busiest,
      top.map(([port]) => port),
    )
    const hidden = top.reduce((sum, [, count]) => sum + count, 0)
    assert.equal(paint(gatherings[0].counts, lookOf(schemes.usual)).drawn, drawnByDefault.length - hidden)
  })

  test('has colours of their own for scanners', async () => {
    const { gatherings } = await gathered({
      scanners: { alone: ['198.51.100.1', '2001:db8::1'], together: ['198.51.100.2', '198.51.100.1'] },
    })
    const totals = gatherings[0].counts.totals(firstScanner + 2)
    const of = (...sources: string[]) =>
      drawnByDefault.filter(({ source }) => sources.includes(source)).length
    assert.equal(totals[firstScanner], of('2001:db8::1'))
    assert.equal(totals[firstScanner + 1], of('198.51.100.2', '198.51.100.1'))
  })

  test('for a page has the sources, in the order of time; where they are too many, none', async () => {
    const { gatherings } = await gathered({ named_most: 10_000 }, true)
    const { points, sources, names } = gatherings[0].page()
    const inTime = drawnByDefault.toSorted((a, b) => a.time - b.time)
    assert.equal(points.length, inTime.length)
    const counted = new Map<string, number>()
    for (const index of sources!) counted.set(names[index]!, (counted.get(names[index]!) ?? 0) + 1)
    for (const [name, count] of counted)
      assert.equal(
        count,
        inTime.filter(({ source }) => source === name || (source === '2001:db8::0' && name === '2001:db8::'))
          .length,
      )
    assert.ok(points.time.every((time, at) => at === 0 || time >= points.time[at - 1]!))
    const { head } = await gathered({ named_most: 10 }, true)
    assert.equal(head.named, false)
    assert.equal(head.events, inTime.length)
  })

  test('spans all that there is where no beginning is given; of nothing there is an empty picture', async () => {
    const { head } = await gathered({ from: undefined, to: from + 48 * hour })
    const times = probes.filter(
      ({ kind, protocol, flags }) => kind !== 'allow' && !(protocol === 6 && flags === 4),
    )
    assert.ok(head.from <= Math.min(...times.map(({ time }) => time)))
    assert.ok(head.to > Math.max(...times.map(({ time }) => time)))
    const empty = await gathered({ from: from - 400 * 24 * hour, to: from - 399 * 24 * hour })
    assert.deepEqual(empty.gatherings[0].counts.planes, [])
    const never = await gathered({ from: undefined, to: from - 399 * 24 * hour })
    assert.deepEqual(never.gatherings[0].counts.planes, [])
  })

  test('counted by cells is the same picture', async () => {
    const { gatherings } = await gathered({})
    const { counts } = gatherings[0]
    const { cells } = cellsOf(counts, size.width)
    const look = lookOf(schemes.usual)
    assert.deepEqual(raster(cells, frame, look).pixels, paint(counts, look).pixels)
  })
})
