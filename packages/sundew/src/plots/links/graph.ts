/** How often three things came together: intruder, port, target; or any other three. */
export interface Triple {
  readonly parts: readonly [string, string, string]
  readonly count: number
}

export interface LinkNode {
  /** Which of the three: 0, 1 or 2. */
  readonly column: 0 | 1 | 2
  readonly name: string
  /** Times it took part. */
  readonly count: number
  /** What it stands for, where it stands for several; most frequent first. */
  readonly members?: readonly { readonly name: string; readonly count: number }[]
}

/** From a node to one of the next column; indices into {@link LinkGraph.nodes}. */
export interface LinkEdge {
  readonly from: number
  readonly to: number
  readonly count: number
}

export interface LinkGraph {
  readonly nodes: readonly LinkNode[]
  readonly edges: readonly LinkEdge[]
  readonly total: number
}

/** The graph of triples: equal parts of a column are one node, equal pairs one edge. Most frequent nodes first. */
export function graphOf(triples: Iterable<Triple>): LinkGraph {
  const columns = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()] as const
  const pairs = [new Map<string, Map<string, number>>(), new Map<string, Map<string, number>>()] as const
  let total = 0
  for (const { parts, count } of triples) {
    total += count
    for (const column of [0, 1, 2] as const) add(columns[column], parts[column], count)
    for (const column of [0, 1] as const) {
      const to = pairs[column].get(parts[column])
      if (to) add(to, parts[column + 1]!, count)
      else pairs[column].set(parts[column], new Map([[parts[column + 1]!, count]]))
    }
  }
  const nodes: LinkNode[] = []
  const numbers = columns.map((names, column) => {
    const sorted = [...names].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    const numbered = new Map<string, number>()
    for (const [name, count] of sorted) {
      numbered.set(name, nodes.length)
      nodes.push({ column: column as LinkNode['column'], name, count })
    }
    return numbered
  })
  const edges = pairs.flatMap((froms, column) =>
    [...froms].flatMap(([from, tos]) =>
      [...tos].map(([to, count]) => ({
        from: numbers[column]!.get(from)!,
        to: numbers[column + 1]!.get(to)!,
        count,
      })),
    ),
  )
  return { nodes, edges, total }
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count)
}
