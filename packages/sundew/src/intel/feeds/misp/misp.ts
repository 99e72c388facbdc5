import { z } from 'zod'
import { type Feed, FeedError, type FeedHost } from '../feed.ts'
import { isObject, type JsonObject, objectIn } from '../json-fields.ts'
import { keyOf, keyShape } from '../key.ts'
import { isDoubtful } from '../withdrawals.ts'
import { takeMispEvent } from './event.ts'
import { type ListedEvent, listedEvents } from './manifest.ts'

/** Of the manifest and of one event, unpacked: JSON of this size may take twenty times as much when it is read. */
const mostBytes = 32 * 1024 * 1024
/** Events in one commit. */
const together = 50
/** Events that cannot be had and are remembered as such. */
const mostMissing = 1000
const dayMs = 24 * 3_600_000

const section = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .describe(
      'The folder that manifest.json and the events lie in: https://www.circl.lu/doc/misp/feed-osint.',
    ),
  ...keyShape('a key, where the server wants one'),
  key_header: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/)
    .default('Authorization')
    .describe('The header that the key is sent in.'),
  days: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Events that were not changed for so many days are left out; none where not given.'),
})

type MispConfig = z.output<typeof section>

const cursorSchema = z.object({
  /** The last pull did not come to its end: the manifest is read again though it may be unchanged. */
  pending: z.boolean().default(false),
  /** Events that cannot be had or read, and as of when (`modified`): not asked for again until they change. */
  missing: z.record(z.string(), z.number()).default({}),
  /** Since when more than half of the events are said to be gone. */
  doubtedAt: z.number().optional(),
})

type MispCursor = z.output<typeof cursorSchema>

/**
 * A feed of MISP: a folder of events with a manifest. Only events that have changed are fetched; one that the manifest
 * no longer has is withdrawn.
 */
export const misp: Feed<MispConfig> = {
  type: 'misp',
  summary: 'A MISP feed: manifest.json and events',
  config: section,
  habits: { everyMinutes: 60, leastMinutes: 15, weight: 60, ceiling: 'block', mayBeEmpty: true },
  urls: ({ url }) => [url],
  async pull(config, host) {
    const files = new Files(config, host)
    const cursor = cursorSchema.safeParse(host.cursor).data ?? cursorSchema.parse({})
    const again = cursor.pending || cursor.doubtedAt !== undefined
    const manifest = await files.object('manifest.json', !again)
    if (manifest) await takeChanges(config, host, files, cursor, manifest)
  },
}

async function takeChanges(
  { days }: MispConfig,
  host: FeedHost,
  files: Files,
  cursor: MispCursor,
  manifest: JsonObject,
): Promise<void> {
  const { intake } = host
  const now = host.now()
  const oldest = days === undefined ? 0 : now - days * dayMs
  const listed = listedEvents(intake, manifest).filter(({ modified }) => modified >= oldest)
  const known = intake.reports()
  const changed = listed.filter(
    ({ id, modified }) => known.get(id) !== modified && cursor.missing[id] !== modified,
  )
  cursor.pending = true
  for (const [index, event] of changed.entries()) {
    await takeOne(event, intake, files, cursor)
    if (index % together === together - 1) intake.commit(cursor)
  }
  const has = new Set(listed.map(({ id }) => id))
  for (const id of Object.keys(cursor.missing)) if (!has.has(id)) delete cursor.missing[id]
  const gone = [...known.keys()].filter((id) => id !== '' && !has.has(id))
  cursor.pending = false
  if (isDoubtful(gone.length, known.size, cursor.doubtedAt, now)) {
    cursor.doubtedAt ??= now
    intake.commit(cursor)
    throw new FeedError(
      'sanity',
      `${gone.length} of ${known.size} events are not in the manifest any more; this is believed if it is so a day later`,
    )
  }
  delete cursor.doubtedAt
  for (const id of gone) intake.withdraw(id)
  intake.commit(cursor)
}

/** An event that is listed and not there, or is none, stays as it was. Other trouble ends the pull; what came before it stays. */
async function takeOne(
  { id, modified }: ListedEvent,
  intake: FeedHost['intake'],
  files: Files,
  cursor: MispCursor,
): Promise<void> {
  try {
    const file = await files.object(`${id}.json`, false)
    if (!file) return
    const event = isObject(file['Event']) ? file['Event'] : file
    takeMispEvent(intake, event, { id, modified, link: files.url(`${id}.json`) })
    delete cursor.missing[id]
  } catch (error) {
    if (!(error instanceof FeedError)) throw error
    if (error.code !== 'gone' && error.code !== 'form' && error.code !== 'size') {
      intake.commit(cursor)
      throw error
    }
    intake.bad(`event ${id}`, error.message)
    if (Object.keys(cursor.missing).length < mostMissing) cursor.missing[id] = modified
  }
}

class Files {
  readonly #base: URL
  readonly #host: FeedHost
  readonly #headers: Readonly<Record<string, string>>

  constructor(config: MispConfig, host: FeedHost) {
    this.#base = new URL(config.url)
    // Some give the manifest's address.
    this.#base.pathname = this.#base.pathname.replace(/\/(?:manifest\.json)?$/, '')
    this.#host = host
    const key = keyOf(config)
    this.#headers = {
      accept: 'application/json',
      ...(key !== undefined && { [config.key_header.toLowerCase()]: key }),
    }
  }

  url(file: string): string {
    const url = new URL(this.#base)
    url.pathname += `/${file}`
    return url.href
  }

  /** What is in the file; undefined where it has not changed. */
  async object(file: string, conditional: boolean): Promise<JsonObject | undefined> {
    this.#host.signal.throwIfAborted()
    const answer = await this.#host.fetch({
      url: this.url(file),
      headers: this.#headers,
      conditional,
      mostBytes,
    })
    return answer.status === 'whole' ? objectIn(answer, file) : undefined
  }
}
