import { z } from 'zod'
import { linesOf } from '../files/lines.ts'
import type { Reading, Taker } from '../files/taker.ts'
import type { About } from '../sighting.ts'
import type { Feed } from './feed.ts'
import { webKeys } from './web-list.ts'
import { pullFiles } from './web-lists.ts'

interface MaltrailConfig {
  readonly url: string
  readonly files: readonly string[]
  readonly redirects_to: readonly string[]
  readonly ca_file?: string | undefined
}

/**
 * Maltrail's static trails: names, addresses and URLs of one malware family (or actor, or kind of suspicion) a file, with the
 * reports that they come from. MIT licence (github.com/stamparm/maltrail). Written by many hands: names of cloud and hosting
 * providers stand among them, so that not all is blocked by its word alone.
 */
export const maltrail: Feed<MaltrailConfig> = {
  type: 'maltrail',
  summary: 'Static trails of Maltrail',
  config: z.strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .default('https://raw.githubusercontent.com/stamparm/maltrail/master/trails/static/')
      .describe('The folder where the trails lie.'),
    files: z
      .array(z.string().regex(/^(?:[A-Za-z0-9_-]+\/)*[A-Za-z0-9_.-]+\.txt$/))
      .min(1)
      .max(200)
      .describe('Which of them, as `malware/emotet.txt`.'),
    ...webKeys,
  }),
  habits: { everyMinutes: 1440, leastMinutes: 240, weight: 45, ceiling: 'block' },
  urls: ({ url }) => [url],
  pull: (config, host) =>
    pullFiles(
      config,
      config.files.map((file) => {
        const family = nameOf(file)
        const isMalware = file.startsWith('malware/')
        return {
          url: new URL(file, config.url.endsWith('/') ? config.url : `${config.url}/`).href,
          report: {
            id: file,
            title: `Maltrail: ${family}`,
            ...(isMalware && { malware: family }),
            link: `https://github.com/stamparm/maltrail/blob/master/trails/static/${file}`,
          },
          read: (body, _, taker) => readTrails(body.pieces(), taker),
        }
      }),
      host,
      1,
    ),
}

/** `android_anubis` of `malware/android_anubis.txt`. */
function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1, -'.txt'.length).replaceAll('_', ' ')
}

/** A trail a line, with `#` before what is said; `# Reference:` says where those after it come from. */
export function readTrails(pieces: Iterable<Uint8Array>, taker: Taker): Reading {
  let number = 0
  let records = 0
  let about: About | undefined
  let afterTrail = false
  for (const line of linesOf(pieces)) {
    if (taker.full) break
    number++
    const text = line?.trim()
    if (text === '') continue
    if (text?.startsWith('#')) {
      const link = /^#\s*Reference:\s*(https?:\/\/\S+)/i.exec(text)?.[1]
      // The first reference of each block of them.
      if (link !== undefined && (afterTrail || about === undefined)) about = { link }
      if (link !== undefined) afterTrail = false
      continue
    }
    records++
    afterTrail = true
    if (text === undefined) taker.bad(`line ${number}`, 'a line that is too long')
    // Paths and parts of requests are for their own sensor.
    else if (text.startsWith('/') || /[\s(*]/.test(withoutComment(text))) taker.leaveOut('pattern')
    else taker.take(withoutComment(text), about, undefined, number)
  }
  return { format: 'maltrail', records }
}

function withoutComment(text: string): string {
  const mark = text.search(/\s#/)
  return mark < 0 ? text : text.slice(0, mark).trimEnd()
}
