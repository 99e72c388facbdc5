import { z } from 'zod'
import type { EventKind } from '../../event/catalogue.ts'
import { kindList } from '../alert/choice.ts'
import { jsonLine } from '../alert/json.ts'
import { whole } from '../alert/value.ts'
import { fileKeys, openFile, type FileChoice } from '../lines/file-keys.ts'
import type { Output } from '../output.ts'

interface JsonLinesConfig extends FileChoice {
  readonly kinds?: readonly EventKind[] | undefined
}

/** Everything that is caught, for programs of the owner's. */
export const jsonLines: Output<JsonLinesConfig> = {
  name: 'json_lines',
  summary: 'Events as they are, one JSON object a line.',
  config: z.strictObject({
    path: z
      .string()
      .min(1)
      .default('events.jsonl')
      .describe(
        'The file, from the folder `outputs` in the data directory; of other days it gets the date behind.',
      ),
    kinds: kindList.optional().describe('Kinds of events that it is told; all where not given.'),
    ...fileKeys,
  }),
  wants: () => true,
  open(config, host) {
    const file = openFile(config, host)
    const wanted = config.kinds && new Set<string>(config.kinds)
    return {
      wants: ({ kind }) => wanted?.has(kind) ?? true,
      async send(events) {
        const lines = events.map((event) => `${jsonLine(event, Infinity, whole)}\n`).join('')
        if (lines !== '') await file.append(lines)
      },
    }
  },
}
