import type { PlotQuestionInput } from '../../hub/firewall/plot-question.ts'
import { formatRange } from '../../match/parse-address.ts'
import { Gathering, mostPageEvents } from '../../plots/fireplot/gather.ts'
import { rowsOf, without } from '../../plots/fireplot/scale.ts'
import { named, schemes } from '../../plots/fireplot/schemes.ts'
import { readStream, type StreamHead } from '../../plots/fireplot/stream.ts'
import { Hub } from '../client.ts'
import { exitCode, Failure } from '../failure.ts'
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
  const now = Date.now()
  const span = spanOf(options, now) ?? { from: now - dayMs, to: now }
  const base = schemes[options.scheme]
  const { kind, source, port, protocol, size, scale } = options
  const question: PlotQuestionInput = {
    // Only --to was given: all that there is before it.
    ...(span.from > 0 && { from: span.from }),
    to: span.to,
    ...(kind !== undefined && { kind }),
    ...(source && { source: formatRange(source.first, source.last) }),
    ...(port !== undefined && { port }),
    ...(protocol !== undefined && { protocol }),
    answers: options.answers ?? false,
    by: base.by,
    hide_top: options.hideTop ?? 0,
    named_most: forPage ? mostPageEvents : 0,
  }
  const hub = await Hub.find(paths)
  const answer = await hub.open('/plots/firewall', { method: 'POST', body: question })
  let head: StreamHead | undefined
  let gathering: Gathering | undefined
  try {
    await readStream(
      answer,
      (told) => {
        head = told
        const { from, to } = told
        const rows = without(rowsOf(size.height, scale), told.busiest)
        gathering = new Gathering({ ...size, from, to, rows }, forPage)
      },
      (points, sources) => gathering!.add(points, sources),
    )
  } catch (cause) {
    throw new Failure(
      'SUNDEW_ANSWER_BROKEN',
      exitCode.fault,
      `${hub.url} broke off its answer (${cause instanceof Error ? cause.message : String(cause)}). Ask again; if it stays so, see what the hub says: sundew doctor`,
      { cause },
    )
  }
  const { from, to, countries, busiest } = head!
  const { counts } = gathering!
  if (counts.planes.length === 0) note('There is nothing of that in the store: the picture is empty.')
  return { gathering: gathering!, from, to, scheme: named(base, countries), countries, hidden: busiest }
}
