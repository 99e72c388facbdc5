import { z } from 'zod'
import type { Output } from '../output.ts'
import { fileKeys, openFile, type FileChoice } from '../lines/file-keys.ts'
import { dialects, type Dialect } from './dialect.ts'
import { cowrieLines, services, wanted } from './lines.ts'

interface CowrieJsonConfig extends FileChoice {
  readonly dialect: Dialect
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
    ...fileKeys,
  }),
  wants: (kind) => wanted(kind),
  open(config, host) {
    const { dialect } = config
    const file = openFile(config, host)
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
