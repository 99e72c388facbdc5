import type { Why } from './blocklist.ts'

/** What a set tells of an entry. */
interface Entry {
  readonly source: number
  readonly title: string
  readonly link: string
  readonly action: 'block' | 'alert'
  readonly confidence: number
}

/** Sources told of one value at most. */
const mostSources = 16

/** Why a value is listed, by its entries: what the first of those that block says, and the sources of all of them. */
export function whyOf(entries: readonly Entry[], sources: readonly { readonly name: string }[]): Why {
  const blocking = entries.filter(({ action }) => action === 'block')
  const [first] = blocking
  const titled = blocking.find(({ title }) => title !== '')
  const names = new Set(blocking.map(({ source }) => sources[source]?.name ?? ''))
  return {
    sources: [...names].slice(0, mostSources),
    title: titled?.title ?? '',
    link: titled?.link ?? blocking.find(({ link }) => link !== '')?.link ?? '',
    confidence: first ? Math.max(...blocking.map(({ confidence }) => confidence)) : 0,
  }
}
