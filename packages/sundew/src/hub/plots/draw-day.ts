import type { ClickHouseClient } from '@clickhouse/client'
import { type Day, offsetAt } from '../../plots/days.ts'
import { clockOver } from '../../plots/fireplot/clock.ts'
import { gatherStream } from '../../plots/fireplot/gather-stream.ts'
import { mostPageEvents } from '../../plots/fireplot/gather.ts'
import { fireplotPage } from '../../plots/fireplot/page.ts'
import { fireplotFile, missingScanners, withoutPorts } from '../../plots/fireplot/picture.ts'
import { paint } from '../../plots/fireplot/raster.ts'
import { lookOf, named, schemes } from '../../plots/fireplot/schemes.ts'
import { pngBytes } from '../../plots/png-bytes.ts'
import { plotQuestion } from '../firewall/plot-question.ts'
import { readFirewall } from '../firewall/read.ts'
import type { MembersOf } from '../scans/scanners.ts'
import { type DailyFolder, dailyName } from './daily-files.ts'
import type { DailySection } from './section.ts'

const size = { width: 1560, height: 800 } as const
const small = { width: 320, height: 164 } as const

/**
 * Draws a day and writes it: a small picture, then what the configuration names.
 *
 * @returns the names of the files
 */
export async function drawDay(
  { store, membersOf }: { readonly store: ClickHouseClient; readonly membersOf: MembersOf },
  { formats, scheme: schemeName, scale, hide_top, scanners, time_zone }: DailySection,
  folder: DailyFolder,
  { name, from, to }: Day,
  signal: AbortSignal,
): Promise<string[]> {
  const base = schemes[schemeName]
  const asPage = formats.includes('html')
  const question = plotQuestion.parse({
    from,
    to,
    by: base.by,
    hide_top,
    named_most: asPage ? mostPageEvents : 0,
    ...(scanners && { scanners: 'told' }),
  })
  const answer = await readFirewall(store, question, signal, membersOf)
  const { head, gatherings } = await gatherStream(
    answer,
    [
      { ...size, scale },
      { ...small, scale },
    ],
    asPage,
  )
  const [whole, thumbnail] = gatherings
  const { countries, busiest } = head
  const scheme = named(base, countries)
  const clock = clockOver(from, to, (at) => offsetAt(at, time_zone))
  const more = missingScanners(head.scanners?.missing)
  const leftOut = [withoutPorts(busiest), more].filter((part) => part !== '').join(', ')
  const { pixels } = paint(thumbnail!.counts, lookOf(scheme))
  const files: [string, string | Uint8Array][] = [
    [dailyName(name, 'small.png'), pngBytes(pixels, small.width, small.height)],
  ]
  if (formats.includes('png'))
    files.push([
      dailyName(name, 'png'),
      fireplotFile(whole.counts, { about: '', clock, scheme, leftOut }, 'png'),
    ])
  if (asPage)
    files.push([
      dailyName(name, 'html'),
      fireplotPage({
        title: `Fireplot of ${name}`,
        head: { from, to, clock, ...size, scale, scheme: schemeName, countries, hidden: busiest, leftOut },
        gathered: whole.page(),
      }),
    ])
  for (const [file, content] of files) await folder.write(file, content)
  return files.map(([file]) => file)
}
