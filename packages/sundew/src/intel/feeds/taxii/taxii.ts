import { z } from 'zod'
import { type Feed, FeedError, type FeedHost } from '../feed.ts'
import { StixNames } from '../stix/names.ts'
import { takeObjects } from '../stix/objects.ts'
import { Collection, type Envelope, type Place } from './collection.ts'
import { type TaxiiConfig, taxiiSection } from './section.ts'

/** Envelopes of one pull; the next goes on. */
const mostEnvelopes = 20_000
/** Objects, and bytes of envelopes, that are taken and committed together: relationships are found among them. */
const lot = { objects: 10_000, bytes: 16 * 1024 * 1024 } as const
/** Clocks differ: where a server does not say when it added something, it is asked from so long before our time, ms. */
const slackMs = 3_600_000
const dayMs = 24 * 3_600_000

const cursorSchema = z.object({
  /** Objects added after this are asked for, RFC 3339. */
  after: z.string().optional(),
  /** In the middle of a listing: where it goes on. */
  place: z.object({ after: z.string().optional(), next: z.string().optional() }).optional(),
  /** Names of malware and identities, by id. */
  names: z.record(z.string(), z.string()).default({}),
})

type TaxiiCursor = z.output<typeof cursorSchema>

/**
 * A collection of a TAXII 2.1 server: what was added to it since, and new versions. Objects are known by id and
 * `modified`, so that what comes twice is taken once.
 */
export const taxii: Feed<TaxiiConfig> = {
  type: 'taxii',
  summary: 'A collection of a TAXII 2.1 server',
  config: taxiiSection,
  habits: { everyMinutes: 60, leastMinutes: 5, weight: 60, ceiling: 'block', mayBeEmpty: true },
  urls: ({ url }) => [url],
  async pull(config, host) {
    const cursor = cursorSchema.safeParse(host.cursor).data ?? cursorSchema.parse({})
    await new TaxiiPull(config, host, cursor).run()
  },
}

class TaxiiPull {
  readonly #collection: Collection
  readonly #host: FeedHost
  readonly #cursor: TaxiiCursor
  readonly #names: StixNames
  readonly #known: Map<string, number | undefined>
  readonly #link: string
  #objects: unknown[] = []
  #bytes = 0

  constructor(config: TaxiiConfig, host: FeedHost, cursor: TaxiiCursor) {
    this.#collection = new Collection(config, host)
    this.#host = host
    this.#cursor = cursor
    this.#names = new StixNames(cursor.names)
    this.#known = new Map(host.intake.reports())
    this.#link = config.link ?? ''
    if (cursor.after === undefined && config.days !== undefined)
      cursor.after = new Date(host.now() - config.days * dayMs).toISOString()
  }

  async run(): Promise<void> {
    const began = this.#host.now()
    let last: string | undefined
    try {
      for (let envelopes = 0; envelopes < mostEnvelopes; envelopes++) {
        const envelope = await this.#envelope()
        last = envelope.lastAdded ?? last
        this.#gather(envelope)
        if (envelope.following) this.#cursor.place = envelope.following
        else {
          this.#cursor.after =
            last ?? this.#cursor.place?.after ?? this.#cursor.after ?? new Date(began - slackMs).toISOString()
          delete this.#cursor.place
          break
        }
        if (this.#objects.length >= lot.objects || this.#bytes >= lot.bytes) this.#commit()
      }
    } finally {
      // What came before something failed stays, with the place where it goes on.
      this.#commit()
    }
  }

  /** The envelope at the place reached; from the beginning of the listing where the server does not know its mark any more. */
  async #envelope(): Promise<Envelope> {
    const place: Place = this.#cursor.place ?? { after: this.#cursor.after }
    try {
      return await this.#collection.envelope(place)
    } catch (error) {
      const isLost = error instanceof FeedError && error.code === 'gone' && place.next !== undefined
      if (!isLost) throw error
      delete this.#cursor.place
      return await this.#collection.envelope({ after: this.#cursor.after })
    }
  }

  #gather({ objects, bytes }: Envelope): void {
    for (const object of objects) this.#objects.push(object)
    this.#bytes += bytes
  }

  #commit(): void {
    takeObjects(this.#objects, {
      intake: this.#host.intake,
      names: this.#names,
      known: this.#known,
      now: this.#host.now(),
      link: this.#link,
    })
    this.#objects = []
    this.#bytes = 0
    this.#host.intake.commit({ ...this.#cursor, names: this.#names.kept })
  }
}
