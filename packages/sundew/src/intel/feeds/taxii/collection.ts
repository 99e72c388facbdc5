import { FeedError, type FeedHost } from '../feed.ts'
import { isObject, listOf, objectIn, timeOf } from '../json-fields.ts'
import { authorization, type TaxiiConfig } from './section.ts'

/** Of one envelope, unpacked: JSON of this size may take twenty times as much when it is read. */
const mostBytes = 16 * 1024 * 1024
/** What is asked for: indicators, and what tells more of them. */
const types = 'indicator,malware,tool,relationship,identity'

/** Where the next objects are. */
export interface Place {
  /** RFC 3339, as the server wrote it; all where not given. */
  readonly after?: string | undefined
  /** The server's own mark of the next page. */
  readonly next?: string | undefined
}

export interface Envelope {
  readonly objects: readonly unknown[]
  readonly bytes: number
  /** Undefined where there are no more for now. */
  readonly following: Place | undefined
  /** When the last of them was added, as the server wrote it. */
  readonly lastAdded: string | undefined
}

/** Asks a collection for its objects (TAXII 2.1 §5.4), an envelope at a time. */
export class Collection {
  readonly #url: URL
  readonly #page: number
  readonly #headers: Readonly<Record<string, string>>
  readonly #host: FeedHost

  /** @throws FeedError `key` */
  constructor(config: TaxiiConfig, host: FeedHost) {
    this.#url = new URL(config.url)
    this.#url.pathname = this.#url.pathname.replace(/(?:\/objects)?\/?$/, '/objects/')
    this.#page = config.page
    this.#headers = { accept: 'application/taxii+json;version=2.1', ...authorization(config) }
    this.#host = host
  }

  async envelope({ after, next }: Place): Promise<Envelope> {
    this.#host.signal.throwIfAborted()
    const url = new URL(this.#url)
    url.searchParams.set('limit', String(this.#page))
    url.searchParams.set('match[type]', types)
    if (after !== undefined) url.searchParams.set('added_after', after)
    if (next !== undefined) url.searchParams.set('next', next)
    const answer = await this.#host.fetch({
      url: url.href,
      headers: this.#headers,
      conditional: false,
      mostBytes,
    })
    if (answer.status !== 'whole')
      throw new FeedError('form', 'an envelope that we do not have is said to be unchanged')
    const body = objectIn(answer, 'what the TAXII server answered')
    // One of an empty collection may be empty.
    const isEnvelope =
      'objects' in body
        ? Array.isArray(body['objects'])
        : Object.keys(body).every((key) => key === 'more' || key === 'next')
    if (!isEnvelope) throw new FeedError('form', 'what the TAXII server answered is no envelope')
    const last = answer.headers['x-taxii-date-added-last']
    const lastAdded = timeOf(last) === undefined ? undefined : last
    return {
      objects: listOf(body['objects']).filter(isObject),
      bytes: answer.bytes,
      following: body['more'] === true ? following({ after, next }, body['next'], lastAdded) : undefined,
      lastAdded,
    }
  }
}

/** More with `next`: the same question with it; more without: what was added after the last. */
function following({ after, next }: Place, told: unknown, lastAdded: string | undefined): Place {
  if (typeof told === 'string' && told !== '' && told.length <= 4096) {
    if (told === next) throw new FeedError('form', 'the TAXII server says the same page is the next one')
    return { after, next: told }
  }
  if (lastAdded === undefined) throw new FeedError('form', 'the TAXII server has more and does not say where')
  if (after !== undefined && timeOf(lastAdded)! < timeOf(after)!)
    throw new FeedError('form', 'the TAXII server has more, but of before what was asked for')
  if (lastAdded === after) throw new FeedError('form', 'the TAXII server has more, and no way to ask for it')
  return { after: lastAdded }
}
