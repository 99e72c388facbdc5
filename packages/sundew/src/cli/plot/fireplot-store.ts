import type { PlotQuestionInput } from '../../hub/firewall/plot-question.ts'
import { formatRange } from '../../match/parse-address.ts'
import { gatherStream } from '../../plots/fireplot/gather-stream.ts'
import { mostPageEvents } from '../../plots/fireplot/gather.ts'
import { missingScanners } from '../../plots/fireplot/picture.ts'
import { named, schemes } from '../../plots/fireplot/schemes.ts'
import type { StreamHead } from '../../plots/fireplot/stream.ts'
import { Hub } from '../client.ts'
import { exitCode, Failure, usage } from '../failure.ts'
import type { Globals } from '../globals.ts'
import { note } from '../output.ts'
import type { Drawn, FireplotOptions } from './fireplot.ts'
import { spanOf } from './fireplot-span.ts'

const dayMs = 86_400_000

/** What the store has, asked of the hub that runs here: the last 24 hours where no time is named. */
export async function drawnFromStore(
  options: FireplotOptions,
  forPage: boolean,
  { paths }: Globals,
): Promise<Drawn> {
  if (typeof options.scanners === 'number')
    throw usage(
      '--scanners: how many ports make a scanner is said for a log (--log); here scans are those that were told.',
    )
  const now = Date.now()
  const span = spanOf(options, now) ?? { from: now - dayMs, to: now }
  const scheme = schemes[options.scheme]
  const { kind, source, port, protocol, size, scale } = options
  const hub = await Hub.find(paths)
  const question: PlotQuestionInput = {
    // Only --to was given: all that there is before it.
    ...(span.from > 0 && { from: span.from }),
    to: span.to,
    ...(kind !== undefined && { kind }),
    ...(source && { source: formatRange(source.first, source.last) }),
    ...(port !== undefined && { port }),
    ...(protocol !== undefined && { protocol }),
    answers: options.answers ?? false,
    by: scheme.by,
    hide_top: options.hideTop ?? 0,
    named_most: forPage ? mostPageEvents : 0,
    ...(options.scanners === true && { scanners: 'told' as const }),
  }
  const answer = await hub.open('/plots/firewall', { method: 'POST', body: question })
  const { head, gatherings } = await gatherStream(answer, [{ ...size, scale }], forPage).catch(
    (cause: unknown) => {
      throw new Failure(
        'SUNDEW_ANSWER_BROKEN',
        exitCode.fault,
        `${hub.url} broke off its answer (${cause instanceof Error ? cause.message : String(cause)}). Ask again; if it stays so, see what the hub says: sundew doctor`,
        { cause },
      )
    },
  )
  const [gathering] = gatherings
  const { from, to, countries, busiest, scanners } = head
  const leftOut = scanners ? tellScanners(scanners) : ''
  if (gathering.counts.planes.length === 0) note('The store has nothing of that: the picture is empty.')
  return { gathering, from, to, scheme: named(scheme, countries), countries, hidden: busiest, leftOut }
}

/** Says who is drawn over others; what is not, in words. */
function tellScanners({ alone, together, missing }: NonNullable<StreamHead['scanners']>): string {
  const left = missingScanners(missing)
  note(
    alone + together === 0
      ? 'No scan was told of in that time.'
      : `${alone} sources that scan, ${together} that do so in step${left === '' ? '' : `; ${left}`}.`,
  )
  return left
}
