import { z } from 'zod'
import type { SundewEvent } from '../../event/event.ts'
import { choiceKeys, chosen, formats, formatted, type Choice, type Format } from '../alert/choice.ts'
import { oneLine } from '../alert/value.ts'
import { fileKeys, openFile, type FileChoice } from '../lines/file-keys.ts'
import type { Output } from '../output.ts'

interface AlertFileConfig extends Choice, FileChoice {
  readonly format: Format
}

/** Bytes of one line; OSSEC takes 6,144. */
const maxBytes = 4096
const standardOutput = '-'

/** Warnings as lines of a file, for people, OSSEC and Wazuh. */
export const alertFile: Output<AlertFileConfig> = {
  name: 'alert_file',
  summary: 'Warnings as lines of a file or of the standard output, at once.',
  urgent: true,
  config: z.strictObject({
    path: z
      .string()
      .min(1)
      .default('alerts.log')
      .describe(
        'The file, from the folder `outputs` in the data directory; of other days it gets the date behind. `-` is the standard output of `sundew up`.',
      ),
    format: z
      .enum(formats)
      .default('kv')
      .describe('kv: `name="value"` pairs, which OSSEC and Wazuh take; json; cef: ArcSight\'s.'),
    ...choiceKeys,
    ...fileKeys,
  }),
  wants: () => true,
  open(config, host) {
    const file = config.path === standardOutput ? undefined : openFile(config, host)
    const line = (event: SundewEvent) => {
      const text = formatted(event, config.format, { version: host.version, maxBytes })
      return `${config.format === 'json' ? '' : header(event)}${text}\n`
    }
    return {
      ...chosen(config),
      async send(events) {
        const lines = events.map(line).join('')
        if (lines === '') return
        await (file ? file.append(lines) : host.print(lines))
      },
    }
  },
}

/** As rsyslog begins the lines of its files, with the time to the microsecond and in UTC: OSSEC finds host and program in it. */
function header({ time, sensor }: SundewEvent): string {
  return `${time.slice(0, 26)}+00:00 ${oneLine(sensor)} sundew: `
}
