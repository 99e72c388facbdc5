import { GrowingBytes } from './growing-bytes.ts'
import { MoreLabels, type NamedLabel } from './more-labels.ts'
import { domainCode, hostnameCode, kindCodes, urlCode } from './name-hash.ts'
import { sameKey } from './name-nodes.ts'
import { pushSorted } from './name-order.ts'
import type { NameSet } from './name-set.ts'
import { mostNodes, type NameSetParts, writeNameParts } from './name-set-file.ts'
import { changedTables, tables, type Touched } from './name-table.ts'
import type { TextKind } from './named.ts'
import { nothing } from './segments4.ts'

/** More changes are not worth a patch. */
const mostChanges = 50_000
const dot = 0x2e

const encoder = new TextEncoder()

/** What a text is listed for from now on. */
export interface NameChange {
  readonly kind: TextKind
  /** In its normal form. */
  readonly indicator: string
  /** All of them: they take the place of what the text had. None, and it is no longer listed. */
  readonly entries: readonly NamedLabel[]
  /** Without entries, a name is a hole where this is set: see `NameSetBuilder.hole`. */
  readonly hole?: boolean
}

interface Edit extends NameChange {
  /** As nodes are sorted by. */
  readonly key: Uint8Array
  /** Nodes before it in the former set, and whether the next is of the same text. */
  readonly at: number
  readonly known: boolean
}

/**
 * The file of a set with some changes: as if built anew, but that labels and sources are numbered otherwise. Most of it is
 * copied, so that a change of few among a million texts takes a tenth of a second.
 *
 * @returns undefined where there are so many that building anew is the better way
 * @throws RangeError for a text that no indicator has
 */
export function patchedNames(set: NameSet, changes: readonly NameChange[]): Uint8Array | undefined {
  const former = set.parts
  if (changes.length > mostChanges || former.kinds.length + changes.length > mostNodes) return undefined
  const edits = editsOf(set, changes)
  const labels = new MoreLabels(
    former.labelColumns,
    set.sources.map(({ name }) => name),
  )
  const { columns, moved, touched } = edited(former, edits, labels)
  const { table, filter, salt } = changedTables(former, columns, moved, touched) ?? tables(columns)
  const added = edits.filter(({ kind }) => kind === 'domain')
  const fewest = Math.min(former.facts[1]!, ...added.map(({ indicator }) => indicator.split('.').length))
  return writeNameParts({
    ...columns,
    table,
    filter,
    facts: Uint32Array.of(salt, fewest),
    labelColumns: labels.columns(),
  })
}

/** The changes in the order of nodes, the last of each text, with their places. */
function editsOf(set: NameSet, changes: readonly NameChange[]): Edit[] {
  const last = new Map(changes.map((change) => [`${change.kind} ${change.indicator}`, change]))
  const keyed = Array.from(last.values(), (change) => ({
    ...change,
    key: keyOf(change.kind, change.indicator),
  }))
  return keyed
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map((change) => {
      let low = 0
      let high = set.nodes
      let known = false
      while (low < high) {
        const middle = (low + high) >>> 1
        const order = Buffer.compare(keyOf(set.kind(middle), set.text(middle)), change.key)
        if (order === 0) known = true
        if (order >= 0) high = middle
        else low = middle + 1
      }
      return { ...change, at: low, known }
    })
}

function keyOf(kind: TextKind, indicator: string): Uint8Array {
  const bytes = new GrowingBytes(256)
  pushSorted(bytes, kind, indicator)
  return bytes.view
}

type Columns = Omit<NameSetParts, 'table' | 'filter' | 'facts' | 'labelColumns'>

function edited(former: NameSetParts, edits: readonly Edit[], labels: MoreLabels) {
  const more = edits.filter(({ known }) => !known).length
  const mostKeys = edits.reduce((sum, { indicator }) => sum + indicator.length * 3, former.keys.length)
  const mostLabels = edits.reduce((sum, { entries }) => sum + entries.length, former.labels.length)
  const most = former.kinds.length + more
  const kinds = new Uint8Array(most)
  const keyFrom = new Uint32Array(most + 1)
  const keys = new Uint8Array(mostKeys)
  const parents = new Uint32Array(most)
  const firstEntry = new Uint32Array(most + 1)
  const own = new Uint32Array(mostLabels)
  /** New numbers of former nodes; of those that are gone, that of what they lay in. */
  const moved = new Uint32Array(former.kinds.length)
  const added: number[] = []
  const gone: number[] = []
  const touched: Touched[] = []
  let [node, key, label, from] = [0, 0, 0, 0]
  const move = (parent: number) => (parent === nothing ? nothing : moved[parent]!)
  const copy = (to: number) => {
    const [keyStart, labelStart] = [former.keyFrom[from]!, former.firstEntry[from]!]
    const [keyEnd, labelEnd] = [former.keyFrom[to]!, former.firstEntry[to]!]
    kinds.set(former.kinds.subarray(from, to), node)
    keys.set(former.keys.subarray(keyStart, keyEnd), key)
    own.set(former.labels.subarray(labelStart, labelEnd), label)
    for (; from < to; from++, node++) {
      keyFrom[node] = former.keyFrom[from]! - keyStart + key
      firstEntry[node] = former.firstEntry[from]! - labelStart + label
      moved[from] = node
      parents[node] = move(former.parents[from]!)
    }
    key += keyEnd - keyStart
    label += labelEnd - labelStart
  }
  for (const { kind, indicator, entries, hole, at, known } of edits) {
    copy(at)
    touched.push({ kind: kindCodes[kind], text: encoder.encode(indicator), at: node })
    const stays = entries.length > 0 || (hole === true && kindCodes[kind] <= hostnameCode)
    if (known) {
      moved[at] = stays ? node : move(former.parents[at]!)
      from = at + 1
    }
    if (!stays) {
      if (known) gone.push(at)
      continue
    }
    kinds[node] = kindCodes[kind]
    keyFrom[node] = key
    firstEntry[node] = label
    if (known) parents[node] = move(former.parents[at]!)
    else added.push(node)
    key += encoder.encodeInto(indicator, keys.subarray(key)).written
    for (const number of new Set(entries.toSorted(inOrder).map((entry) => labels.number(entry))))
      own[label++] = number
    node++
  }
  copy(former.kinds.length)
  keyFrom[node] = key
  firstEntry[node] = label
  const columns = {
    kinds: kinds.subarray(0, node),
    keyFrom: keyFrom.subarray(0, node + 1),
    keys: keys.subarray(0, key),
    parents: parents.subarray(0, node),
    firstEntry: firstEntry.subarray(0, node + 1),
    labels: own.subarray(0, label),
  }
  for (const one of added) settle(columns, one)
  for (const one of gone) moved[one] = nothing
  return { columns, moved, touched }
}

/** Finds what a new node lies in, and puts what lies in it there. New ones before it are settled. */
function settle(columns: Columns, node: number): void {
  const { kinds, keyFrom, keys, parents } = columns
  const kind = kinds[node]!
  const key = (other: number) => [keyFrom[other]!, keyFrom[other + 1]!] as const
  parents[node] = nothing
  if (kind === urlCode) {
    if (node > 0 && kinds[node - 1] === urlCode && sameKey(keys, key(node - 1), key(node)))
      parents[node] = node - 1
    if (kinds[node + 1] === urlCode && sameKey(keys, key(node), key(node + 1))) parents[node + 1] = node
    return
  }
  if (kind > hostnameCode) return
  // What it lies in is right before it, or one of those that this lies in.
  let above = node - 1
  while (above >= 0 && above !== nothing && !(kinds[above] === domainCode && liesIn(columns, node, above)))
    above = parents[above]!
  if (above >= 0) parents[node] = above
  if (kind !== domainCode) return
  for (let below = node + 1; below < kinds.length && kinds[below]! <= hostnameCode; below++) {
    if (!liesIn(columns, below, node)) return
    if (parents[below] === parents[node]) parents[below] = node
  }
}

/** Whether a name is this domain or lies below it. */
function liesIn({ keyFrom, keys }: Columns, name: number, domain: number): boolean {
  const [from, start] = [keyFrom[domain]!, keyFrom[name]!]
  let [at, end] = [keyFrom[domain + 1]!, keyFrom[name + 1]!]
  while (at > from) if (end <= start || keys[--at] !== keys[--end]) return false
  return end === start || keys[end - 1] === dot
}

/** As a builder has the entries of one text. */
function inOrder(a: NamedLabel, b: NamedLabel): number {
  const words = ({ source, title, link }: NamedLabel) => [source, title, link]
  for (const [index, word] of words(a).entries()) {
    const other = words(b)[index]!
    if (word !== other) return word < other ? -1 : 1
  }
  const verdict = ({ action, confidence }: NamedLabel) => (action === 'block' ? 256 : 0) + confidence
  return verdict(a) - verdict(b)
}
