import { type Context, Hono, type MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Tokens } from '../api/auth/tokens.ts'
import {
  type Added,
  Collection,
  type CollectionSource,
  type Page,
  type Position,
  type Question,
} from './collection.ts'

/** TAXII 2.1 §1.6.8. */
const mediaType = 'application/taxii+json;version=2.1'
/** Where the server is mounted. Its paths end in a slash; without it they are the same. */
const taxiiPrefix = '/taxii2'
const root = `${taxiiPrefix}/sundew`
/** Objects in one answer where nothing is asked, and at the most. */
const usualLimit = 1_000
const mostLimit = 5_000
/** Values of one filter. */
const mostValues = 100

/**
 * A read-only TAXII 2.1 server: one API root, a collection for each publication of the target `taxii`. Who asks shows an API
 * token: as `Authorization: Bearer`, as `Token`, or as the password of Basic, whatever the name.
 *
 * https://docs.oasis-open.org/cti/taxii/v2.1/taxii-v2.1.html
 */
export function taxiiRoutes({
  tokens,
  sources,
}: {
  readonly tokens: Pick<Tokens, 'find'>
  readonly sources: readonly CollectionSource[]
}): Hono {
  const collections = new Map(sources.map((source) => new Collection(source)).map((one) => [one.id, one]))
  const asked = (c: Context): Collection => {
    const collection = collections.get(c.req.param('id') ?? '')
    if (collection) return collection
    throw new TaxiiError(404, 'Not found', 'There is no such collection.')
  }
  const app = new Hono()
  app.use(`${taxiiPrefix}/*`, guard(tokens), accepted)
  const get = (path: string, handler: (c: Context) => Response | Promise<Response>) =>
    app.on('GET', [path, `${path}/`], handler)

  get(taxiiPrefix, (c) =>
    answer(c, {
      title: 'Sundew',
      description: 'What is blocked here, and why.',
      default: rootOf(c),
      api_roots: [rootOf(c)],
    }),
  )
  get(root, (c) => answer(c, { title: 'Sundew', versions: [mediaType], max_content_length: 1_048_576 }))
  get(`${root}/collections`, (c) =>
    answer(c, collections.size === 0 ? {} : { collections: Array.from(collections.values(), described) }),
  )
  get(`${root}/collections/:id`, (c) => answer(c, described(asked(c))))
  get(`${root}/collections/:id/objects`, async (c) => {
    const page = await asked(c).page(question(c))
    return envelope(
      c,
      page,
      'objects',
      page.objects.map(({ object }) => object),
    )
  })
  get(`${root}/collections/:id/manifest`, async (c) => {
    const page = await asked(c).page(question(c))
    return envelope(c, page, 'objects', page.objects.map(manifestRecord))
  })
  get(`${root}/collections/:id/objects/:object`, async (c) => {
    const page = await asked(c).page({ ...question(c), ids: [c.req.param('object') ?? ''] })
    return envelope(
      c,
      page,
      'objects',
      page.objects.map(({ object }) => object),
    )
  })
  get(`${root}/collections/:id/objects/:object/versions`, async (c) => {
    const page = await asked(c).page({ ...question(c), ids: [c.req.param('object') ?? ''] })
    return envelope(
      c,
      page,
      'versions',
      page.objects.map(({ modified }) => JSON.stringify(modified)),
    )
  })
  app.on(['POST', 'DELETE', 'PUT', 'PATCH'], `${taxiiPrefix}/*`, () => {
    throw new TaxiiError(405, 'Read only', 'Nothing can be added or taken away here.')
  })
  app.all(`${taxiiPrefix}/*`, () => {
    throw new TaxiiError(404, 'Not found', 'There is nothing here.')
  })
  app.onError((error, c) => {
    if (error instanceof TaxiiError) return error.answer(c)
    throw error
  })
  return app
}

/** What cannot be answered as asked: TAXII's error message (§3.6). */
class TaxiiError extends Error {
  readonly status: ContentfulStatusCode
  readonly title: string

  constructor(status: ContentfulStatusCode, title: string, description: string) {
    super(description)
    this.status = status
    this.title = title
  }

  answer(c: Context): Response {
    if (this.status === 401) c.header('WWW-Authenticate', 'Basic realm="sundew", Bearer realm="sundew"')
    const body = { title: this.title, description: this.message, http_status: String(this.status) }
    return c.body(JSON.stringify(body), this.status, { 'Content-Type': mediaType })
  }
}

function guard(tokens: Pick<Tokens, 'find'>): MiddlewareHandler {
  return async (c, next) => {
    const secret = shown(c.req.header('authorization') ?? '')
    if (secret === undefined || !tokens.find(secret))
      throw new TaxiiError(401, 'Unauthorized', 'Show an API token: "sundew token add NAME" makes one.')
    await next()
  }
}

function shown(authorization: string): string | undefined {
  const [, scheme = '', rest = ''] =
    /^(Bearer|Token|Basic) ([A-Za-z0-9_=+/-]{1,400})$/i.exec(authorization) ?? []
  if (scheme.toLowerCase() !== 'basic') return rest === '' ? undefined : rest
  const password = /^[^:]*:([A-Za-z0-9_-]{1,128})$/.exec(Buffer.from(rest, 'base64').toString('latin1'))
  return password?.[1]
}

/** A client says that it speaks TAXII 2.1, or anything (§3.2, HTTP content negotiation). */
const accepted: MiddlewareHandler = async (c, next) => {
  const kinds = (c.req.header('accept') ?? '*/*').slice(0, 1_000).toLowerCase().split(',')
  const fits = kinds.some((kind) => {
    const [type = '', ...parameters] = kind.split(';').map((part) => part.trim())
    if (type === '*/*' || type === 'application/*') return true
    const version = parameters.find((one) => one.startsWith('version='))
    return (
      type === 'application/taxii+json' && (version ?? 'version=2.1').replaceAll('"', '') === 'version=2.1'
    )
  })
  if (!fits) throw new TaxiiError(406, 'Not acceptable', `Only ${mediaType} is spoken here.`)
  await next()
}

function question(c: Context): Question {
  return {
    addedAfter: time(c, 'added_after'),
    next: position(c.req.query('next')),
    limit: limit(c.req.query('limit')),
    ids: values(c, 'match[id]'),
    types: specs(c) ? values(c, 'match[type]') : [],
    modified: values(c, 'match[version]')?.some((one) => ['last', 'first', 'all'].includes(one))
      ? undefined
      : values(c, 'match[version]'),
  }
}

/** All is STIX 2.1. */
function specs(c: Context): boolean {
  return values(c, 'match[spec_version]')?.includes('2.1') ?? true
}

function values(c: Context, name: string): readonly string[] | undefined {
  const text = c.req.query(name)
  if (text === undefined || text === '') return undefined
  const list = text.split(',', mostValues + 1)
  if (list.length > mostValues) throw wrong(`${name} may name ${mostValues} at most.`)
  return list
}

function time(c: Context, name: string): number | undefined {
  const text = c.req.query(name)
  if (text === undefined || text === '') return undefined
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text) ? Date.parse(text) : NaN
  if (Number.isNaN(ms)) throw wrong(`${name} should be a time as 2026-11-25T01:08:48.123456Z.`)
  return ms
}

function limit(text: string | undefined): number {
  if (text === undefined || text === '') return usualLimit
  if (!/^[1-9]\d{0,8}$/.test(text)) throw wrong('limit should be a number from 1 on.')
  return Math.min(Number(text), mostLimit)
}

function position(text: string | undefined): Position | undefined {
  if (text === undefined || text === '') return undefined
  const [, added = '', id = ''] =
    /^(\d{1,15}) ([a-z-]{1,40}[0-9a-f-]{36})$/.exec(
      Buffer.from(text.slice(0, 200), 'base64url').toString(),
    ) ?? []
  if (id === '') throw wrong('next is none that was given here.')
  return { added: Number(added), id }
}

function wrong(description: string): TaxiiError {
  return new TaxiiError(400, 'Bad request', description)
}

function envelope(
  c: Context,
  page: Page,
  field: 'objects' | 'versions',
  values: readonly string[],
): Response {
  const { objects, next } = page
  const headers = {
    'Content-Type': mediaType,
    ...(objects.length > 0
      ? { 'X-TAXII-Date-Added-First': objects[0]!.added, 'X-TAXII-Date-Added-Last': objects.at(-1)!.added }
      : {}),
  }
  const more = next
    ? [`"more":true,"next":"${Buffer.from(`${next.added} ${next.id}`).toString('base64url')}"`]
    : []
  // An envelope without objects is an empty one (§3.7).
  const list = values.length > 0 ? [`"${field}":[${values.join(',')}]`] : []
  return c.body(`{${[...more, ...list].join(',')}}`, 200, headers)
}

function manifestRecord({ id, added, modified }: Added): string {
  return JSON.stringify({
    id,
    date_added: added,
    version: modified,
    media_type: 'application/stix+json;version=2.1',
  })
}

function described({ id, name }: Collection): object {
  return {
    id,
    title: name,
    can_read: true,
    can_write: false,
    media_types: ['application/stix+json;version=2.1'],
  }
}

function answer(c: Context, body: object): Response {
  return c.body(JSON.stringify(body), 200, { 'Content-Type': mediaType })
}

/** The API root as a client sees it. */
function rootOf(c: Context): string {
  return `${new URL(c.req.url).origin}${root}/`
}
