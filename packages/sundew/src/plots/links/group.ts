import { graphOf, type LinkGraph, type LinkNode, type Triple } from './graph.ts'

export interface GroupOptions {
  /** Nodes that a picture may have; more are grouped. */
  readonly most?: number
  /** Names kept in each column where there are more; the rest is one node, "others". */
  readonly top?: readonly [number, number, number]
  /** Coarser names of a column, finest first: a /24, an autonomous system, a domain. The name itself where it has none. */
  readonly coarser?: readonly [Coarsening, Coarsening, Coarsening]
}

export type Coarsening = readonly ((name: string) => string)[]

export interface Grouped {
  readonly graph: LinkGraph
  /** Share of all times in which none of the three was among the others, 0 to 1. */
  readonly named: number
  /** The triples as they are named in the graph. */
  readonly triples: readonly Triple[]
}

const usually = { most: 150, top: [40, 20, 60] } as const
const none: readonly [Coarsening, Coarsening, Coarsening] = [[], [], []]
/** Members told of a group. */
const mostMembers = 200

/**
 * The graph of triples, small enough to be read: while it has more nodes than a picture may have, names of a column are
 * replaced by coarser ones, the largest column first; then all but the most frequent are "others". Groups know their members.
 */
export function group(triples: readonly Triple[], options: GroupOptions = {}): Grouped {
  const { most = usually.most, coarser = none, top = topOf(most) } = options
  const levels = [0, 0, 0]
  const named = (column: number, name: string) =>
    levels[column] === 0 ? name : coarser[column]![levels[column]! - 1]!(name)
  const renamed = () =>
    triples.map(({ parts, count }): Triple => ({
      parts: [named(0, parts[0]), named(1, parts[1]), named(2, parts[2])],
      count,
    }))
  let current: readonly Triple[] = triples
  for (;;) {
    const sizes = [0, 1, 2].map((column) => new Set(current.map(({ parts }) => parts[column]!)).size)
    if (sizes.reduce((sum, size) => sum + size, 0) <= most) break
    const candidates = [0, 1, 2].filter(
      (column) => levels[column]! < coarser[column]!.length && sizes[column]! > top[column]!,
    )
    const [largest] = candidates.toSorted((a, b) => sizes[b]! - sizes[a]!)
    if (largest === undefined) break
    levels[largest]!++
    current = renamed()
  }
  const kept = keptNames(current, most, top)
  const final = current.map(({ parts, count }): Triple => ({
    parts: [0, 1, 2].map((column) => kept[column]?.get(parts[column]!) ?? parts[column]!) as [
      string,
      string,
      string,
    ],
    count,
  }))
  const others = kept.map((names) => new Set(names?.values()))
  const total = triples.reduce((sum, { count }) => sum + count, 0)
  const unnamed = final.reduce(
    (sum, { parts, count }) => sum + (parts.some((part, column) => others[column]!.has(part)) ? count : 0),
    0,
  )
  return {
    graph: withMembers(graphOf(final), triples, final),
    named: total === 0 ? 1 : (total - unnamed) / total,
    triples: final,
  }
}

/** Names kept in each column of a picture with so many nodes: as columns usually share them. */
function topOf(most: number): readonly [number, number, number] {
  const share = (names: number) => Math.max(1, Math.floor((names * most) / usually.most))
  return [share(usually.top[0]), share(usually.top[1]), share(usually.top[2])]
}

/** Of each column that has too many: what each of the less frequent names becomes. */
function keptNames(
  triples: readonly Triple[],
  most: number,
  top: readonly [number, number, number],
): (ReadonlyMap<string, string> | undefined)[] {
  const { nodes } = graphOf(triples)
  if (nodes.length <= most) return [undefined, undefined, undefined]
  return [0, 1, 2].map((which) => {
    const column = nodes.filter(({ column }) => column === which)
    const rest = column.slice(top[which])
    if (rest.length < 2) return undefined
    const name = `+${rest.length.toLocaleString('en-US')} others`
    return new Map(rest.map((node) => [node.name, name]))
  })
}

function withMembers(graph: LinkGraph, before: readonly Triple[], after: readonly Triple[]): LinkGraph {
  const members = new Map<string, Map<string, number>>()
  for (const [at, { parts }] of after.entries()) {
    const { parts: former, count } = before[at]!
    for (const column of [0, 1, 2]) {
      if (former[column] === parts[column]) continue
      const key = `${column} ${parts[column]}`
      const own = members.get(key) ?? new Map<string, number>()
      own.set(former[column]!, (own.get(former[column]!) ?? 0) + count)
      members.set(key, own)
    }
  }
  const nodes = graph.nodes.map((node): LinkNode => {
    const own = members.get(`${node.column} ${node.name}`)
    if (!own) return node
    const sorted = [...own].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, mostMembers)
    return { ...node, members: sorted.map(([name, count]) => ({ name, count })) }
  })
  return { ...graph, nodes }
}
