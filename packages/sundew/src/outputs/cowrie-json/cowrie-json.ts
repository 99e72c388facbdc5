import { resolve } from 'node:path'
import { z } from 'zod'
import type { Output } from '../output.ts'
import { DayFile } from './day-file.ts'
import { dialects, type Dialect } from './dialect.ts'
import { cowrieLines, services, wanted } from './lines.ts'

interface CowrieJsonConfig {
  readonly path: string
  readonly dialect: Dialect
  readonly day_mb: number
  readonly keep_days: number
}

/** A `cowrie.json` as Cowrie would have written it, for programs that read Cowrie's. */
export const cowrieJson: Output<CowrieJsonConfig> = {
  name: 'cowrie_json',
  summary: 'SSH and telnet sessions as the log of the honeypot Cowrie, cowrie.json.',
  config: z.strictObject({
    path: z
      .string()
      .min(1)
      .default('cowrie.json')
      .describe(
        'The file, from the folder `outputs` in the data directory; of other days it gets the date behind.',
      ),
    dialect: z
      .enum(dialects)
      .default('3.0.6')
      .describe(
        'The version of Cowrie whose readers should understand it; each also stands for those up to the next.',
      ),
    day_mb: z.int().min(1).default(1024).describe('Megabytes of one day; what is more is left out.'),
    keep_days: z.int().min(1).default(30).describe('Days that files of other days are kept.'),
  }),
  wants: (kind) => wanted(kind),
  open({ path, dialect, day_mb, keep_days }, { folder, trouble }) {
    const file = new DayFile(resolve(folder, path), {
      dayBytes: day_mb * 1_000_000,
      keepDays: keep_days,
      trouble,
    })
    return {
      async send(events) {
        const lines = events
          .filter(({ service }) => services.has(service))
          .flatMap((event) => cowrieLines(event, dialect))
        if (lines.length > 0) await file.append(lines.join(''))
      },
    }
  },
}
