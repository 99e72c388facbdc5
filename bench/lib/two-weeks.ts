import type { Triple } from '../../packages/sundew/src/plots/links/graph.ts'

const ports = [
  25, 80, 443, 465, 587, 993, 22, 3128, 8080, 5222, 6667, 1080, 110, 143, 2525, 8443, 53, 21, 995, 9050,
]
const hosts = ['mx', 'mail', 'smtp', 'www', 'api', 'login', 'imap', 'cdn']

export interface TunnelShape {
  readonly sources: number
  readonly targets: number
  readonly ports: number
  /** Pairs of neighbours that came together, at least. */
  readonly edges: number
  readonly seed: number
}

/** What a decoy that lets itself be tunnelled through sees in two weeks: 5,000 names, 21,000 pairs of them. */
export const twoWeeks: TunnelShape = { sources: 2950, targets: 2000, ports: 50, edges: 21_000, seed: 14 }

/**
 * Made-up attempts, the same for the same seed: few intruders are behind most of them, mail and the web are wanted most.
 * Sources lie in the range for benchmarks (RFC 2544), targets below .example (RFC 2606).
 */
export function tunnelAttempts({ sources, targets, ports: wanted, edges, seed }: TunnelShape): Triple[] {
  let state = seed
  const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
  /** Low numbers far more often than high ones. */
  const skewed = (below: number) => Math.floor(below * random() ** 3)
  const source = (n: number) => `198.${18 + ((n * 7) >> 15)}.${((n * 7) >> 4) & 255}.${1 + (n % 250)}`
  const port = (n: number) => String(ports[n] ?? 10_000 + n * 37)
  const target = (n: number) => `${hosts[n % hosts.length]}.site${(n / 6) | 0}.example`
  const triples = new Map<string, { parts: [string, string, string]; count: number }>()
  const pairs = new Set<string>()
  const add = (a: number, b: number, c: number, count: number) => {
    const parts: [string, string, string] = [source(a), port(b), target(c)]
    pairs.add(`${parts[0]} ${parts[1]}`).add(`${parts[1]} ${parts[2]}`)
    const key = parts.join(' ')
    const known = triples.get(key)
    if (known) known.count += count
    else triples.set(key, { parts, count })
  }
  for (let n = 0; n < Math.max(sources, targets, wanted); n++)
    add(n % sources, n < wanted ? n : skewed(wanted), n % targets, 1)
  while (pairs.size < edges)
    add(skewed(sources), skewed(wanted), skewed(targets), 1 + Math.floor(40 * random() ** 6))
  return [...triples.values()]
}
