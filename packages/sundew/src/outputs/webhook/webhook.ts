import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { destinationOf, type Answer } from '../../core/egress.ts'
import type { SundewEvent } from '../../event/event.ts'
import { choiceKeys, chosen, type Choice } from '../alert/choice.ts'
import { jsonLine } from '../alert/json.ts'
import type { Output, OutputHost } from '../output.ts'

interface WebhookConfig extends Choice {
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly header_files: Readonly<Record<string, string>>
  readonly secret_file?: string | undefined
  readonly ca_file?: string | undefined
  readonly batch: number
}

/** Bytes of one event in a request. */
const maxEventBytes = 16 * 1024
/** Answers that blame the request itself: sending the same again helps nobody. */
const blaming: ReadonlySet<number> = new Set([400, 413, 415, 422])

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/)
// oxlint-disable-next-line no-control-regex -- a header's value is visible text, blanks and tabs (RFC 9110 §5.5)
const headerValue = /^[\t\x20-\x7e]*$/

/** Warnings as POSTs to a web server: chat, tickets, a program of the owner's. */
export const webhook: Output<WebhookConfig> = {
  name: 'webhook',
  summary: 'Warnings as POST requests to a web address, at once.',
  urgent: true,
  config: z.strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Where they are posted; needed. Redirects are not followed.'),
    headers: z
      .record(headerName, z.string().max(8192).regex(headerValue))
      .default({})
      .describe('Further headers.'),
    header_files: z
      .record(headerName, z.string().min(1))
      .default({})
      .describe(
        'Further headers whose values are in files, as Authorization: the file without its last line end.',
      ),
    secret_file: z
      .string()
      .min(1)
      .optional()
      .describe(
        'File of a secret; each request then has the header `X-Sundew-Signature: sha256=…`, the HMAC of its body in hex.',
      ),
    ca_file: z
      .string()
      .min(1)
      .optional()
      .describe(
        'https: PEM file of the authorities that the server may be of; those known everywhere if not given.',
      ),
    batch: z.int().min(1).max(1000).default(100).describe('Events in one request at most.'),
    ...choiceKeys,
  }),
  wants: () => true,
  destinations: ({ url }) => (url === undefined ? [] : [destinationOf(new URL(url))]),
  open(config, host) {
    return {
      ...chosen(config),
      async send(events) {
        for (let at = 0; at < events.length; at += config.batch)
          await deliver(events.slice(at, at + config.batch), config, host)
      },
    }
  },
}

/** Posts events together; where the server blames the request, each by itself, so that one it cannot take stops no other. */
async function deliver(
  events: readonly SundewEvent[],
  config: WebhookConfig,
  host: OutputHost,
): Promise<void> {
  const { status, text } = await post(events, config, host)
  if (status >= 200 && status < 300) return
  if (blaming.has(status) && events.length > 1) {
    for (const event of events) await deliver([event], config, host)
    return
  }
  const answer = `${config.url} answered ${status}${text === '' ? '' : `: ${JSON.stringify(text.slice(0, 200))}`}`
  if (!blaming.has(status)) throw new Error(answer)
  host.trouble(`${answer} to ${events[0]?.kind} ${events[0]?.id}, which is left out of webhook`)
}

async function post(
  events: readonly SundewEvent[],
  config: WebhookConfig,
  { egress, folder, version }: OutputHost,
): Promise<Answer> {
  const { url, headers, header_files, secret_file, ca_file } = config
  if (url === undefined) throw new Error('outputs.webhook.url names no address to post to')
  const read = async (file: string) => (await readFile(resolve(folder, file), 'utf8')).replace(/\r?\n$/, '')
  const fromFiles: Record<string, string> = {}
  for (const [name, file] of Object.entries(header_files)) {
    const value = await read(file)
    if (!headerValue.test(value)) throw new Error(`${file} holds no value that the header ${name} may have`)
    fromFiles[name] = value
  }
  const body = `{"sundew":${JSON.stringify(version)},"events":[${events.map((event) => jsonLine(event, maxEventBytes)).join(',')}]}`
  const signature =
    secret_file === undefined
      ? {}
      : {
          'X-Sundew-Signature': `sha256=${createHmac('sha256', await read(secret_file))
            .update(body)
            .digest('hex')}`,
        }
  return egress.post({
    url: new URL(url),
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': `Sundew/${version}`,
      ...headers,
      ...fromFiles,
      ...signature,
    },
    body,
    trust: { ca: ca_file === undefined ? undefined : await readFile(resolve(folder, ca_file), 'utf8') },
  })
}
