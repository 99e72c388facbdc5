/** A view of the page, from its address. */
export type Route =
  | { readonly view: 'overview' }
  | { readonly view: 'live'; readonly filter: LiveFilter }
  | { readonly view: 'mails'; readonly filter: MailFilter }
  | { readonly view: 'mail'; readonly id: string }
  | { readonly view: 'files' }
  | { readonly view: 'event'; readonly id: string }
  | { readonly view: 'missing' }

export interface LiveFilter {
  readonly kind: string
  readonly service: string
  readonly address: string
}

export interface MailFilter {
  readonly campaign: string
  readonly address: string
}

/** Characters of one filter taken from an address. */
const maxFilter = 64

export function parseRoute(url: string): Route {
  const at = url.indexOf('?')
  const pathname = at < 0 ? url : url.slice(0, at)
  const searchParams = new URLSearchParams(at < 0 ? '' : url.slice(at))
  const value = (name: string) => (searchParams.get(name) ?? '').slice(0, maxFilter)
  const [, list, id = ''] = /^\/(mails|events)\/([0-9a-f-]{36})$/.exec(pathname) ?? []
  if (list !== undefined) return { view: list === 'mails' ? 'mail' : 'event', id }
  switch (pathname) {
    case '/':
      return { view: 'overview' }
    case '/live':
      return {
        view: 'live',
        filter: { kind: value('kind'), service: value('service'), address: value('address') },
      }
    case '/mails':
      return { view: 'mails', filter: { campaign: value('campaign'), address: value('address') } }
    case '/files':
      return { view: 'files' }
    default:
      return { view: 'missing' }
  }
}

/** `path` with those of the values that say something. */
export function withQuery(
  path: string,
  values: Readonly<Record<string, string | number | undefined>>,
): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') params.set(name, String(value))
  }
  const query = params.toString()
  return query === '' ? path : `${path}?${query}`
}
