import { FeedError, type FeedRequest } from '../../intel/feeds/feed.ts'
import { isObject, listOf, textOf } from '../../intel/feeds/json-fields.ts'
import { keyOf } from '../../intel/feeds/key.ts'
import type { Indicator, IndicatorType } from '../../intel/indicator/indicator.ts'
import type { SecondLookSection } from './second-look-section.ts'

/** Of one answer: the pulses of a well-known name are many. */
const mostBytes = 16 * 1024 * 1024
/** Reasons told of one answer. */
const mostReasons = 4

/** What OTX calls them. */
const sections: Readonly<Partial<Record<IndicatorType, string>>> = {
  domain: 'domain',
  hostname: 'hostname',
  url: 'url',
  hash: 'file',
  cve: 'cve',
}

/** Fetches as feeds do, as text. @throws FeedError */
export type FetchText = (request: FeedRequest) => Promise<string>

/** Asks OTX's `/indicators/…/general` for its `validation`: what it, or the lists that it knows, say for an indicator. */
export class OtxValidation {
  readonly #section: NonNullable<SecondLookSection['otx']>
  readonly #fetch: FetchText

  constructor(section: NonNullable<SecondLookSection['otx']>, fetch: FetchText) {
    this.#section = section
    this.#fetch = fetch
  }

  /**
   * Why it should be harmless, in words; none where nothing is said for it, or OTX does not know it.
   *
   * @throws FeedError
   */
  async reasons(indicator: Indicator): Promise<readonly string[]> {
    const url = this.#url(indicator)
    if (url === undefined) return []
    const key = keyOf(this.#section)
    const text = await this.#fetch({
      url,
      headers: { accept: 'application/json', ...(key !== undefined && { 'x-otx-api-key': key }) },
      conditional: false,
      mostBytes,
      tries: 2,
    }).catch((error: unknown) => {
      if (error instanceof FeedError && error.code === 'gone') return '{}'
      throw error
    })
    return validationOf(text)
  }

  #url({ type, value }: Indicator): string | undefined {
    const name = type === 'address' ? addressSection(value) : sections[type]
    if (name === undefined) return undefined
    const base = new URL(this.#section.url)
    // What stands in a URL or name must not lead to another path.
    const path = `${base.pathname.replace(/\/$/, '')}/api/v1/indicators/${name}/${encodeURIComponent(value)}/general`
    return new URL(path, base).href
  }
}

/** One address; OTX knows no more of a prefix or range. */
function addressSection(value: string): string | undefined {
  if (/[/-]/.test(value)) return undefined
  return value.includes(':') ? 'IPv6' : 'IPv4'
}

/** @throws FeedError `form` */
function validationOf(text: string): string[] {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch (cause) {
    throw new FeedError('form', 'what OTX answered is no JSON', { cause })
  }
  const validation = listOf(isObject(answer) ? answer['validation'] : undefined)
  const reasons = validation.filter(isObject).map((one) => {
    const [source, message] = [textOf(one['source']), textOf(one['message']) || textOf(one['name'])]
    return source === '' || message === '' ? source || message : `${message} (${source})`
  })
  return [...new Set(reasons.filter((reason) => reason !== ''))].slice(0, mostReasons)
}
