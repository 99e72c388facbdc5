import { checkLabels, type LabelColumns, labelStride } from './labels.ts'
import { domainCode, hostnameCode, textKinds } from './name-hash.ts'
import { readSections, type Section, writeSections } from './sections.ts'
import { nothing } from './segments4.ts'

const magic = 'SNDWNAM'
const version = 1

/**
 * What a name set is made of. Nodes are the distinct texts that are listed, by kind and then in order; names by their labels
 * from the right, so that a parent comes before its children and they follow it at once.
 */
export interface NameSetParts {
  /** Which salt (`name-hash.ts`); the fewest labels that a domain has. */
  readonly facts: Uint32Array
  /** Open addressing, a power of two: a node + 1 in 24 bits, or {@link removed}, and a tag of the hash above; 0 where nothing is. */
  readonly table: Uint32Array
  /** A bit for each hash by its upper bits, a power of two: most texts asked for are not listed, and need not go to the table. */
  readonly filter: Uint32Array
  /** Each node's kind. */
  readonly kinds: Uint8Array
  /** Text of node n is keys[keyFrom[n]] to before keys[keyFrom[n + 1]], UTF-8. */
  readonly keyFrom: Uint32Array
  readonly keys: Uint8Array
  /** The listed domain that a name lies in; for a URL the same with another scheme; or `nothing`. */
  readonly parents: Uint32Array
  /** Entries of node n are those from firstEntry[n] to before firstEntry[n + 1]. */
  readonly firstEntry: Uint32Array
  /** Each entry's label. */
  readonly labels: Uint32Array
  readonly labelColumns: LabelColumns
}

/** The bits of a slot that tell a node, and what stands there in the place of one that is gone: looking goes on behind it. */
export const nodeBits = 0xff_ffff
export const removed = 0xff_ffff

/** Nodes of one file at most. */
export const mostNodes = 2 ** 24 - 2

export function writeNameParts(parts: NameSetParts): Uint8Array {
  const { labelWords, sources, stringFrom, strings } = parts.labelColumns
  return writeSections(magic, version, [
    parts.facts,
    parts.table,
    parts.filter,
    parts.kinds,
    parts.keyFrom,
    parts.keys,
    parts.parents,
    parts.firstEntry,
    parts.labels,
    labelWords,
    sources,
    stringFrom,
    strings,
  ])
}

/**
 * The parts of a file that {@link writeNameParts} made, as views over it, once every number in them is seen to point to
 * something: a file that was cut or changed is refused here and not met later.
 *
 * @throws RangeError where it is something else, cut, or contradicts itself
 */
export function readNameParts(bytes: Uint8Array): NameSetParts {
  const words = Uint32Array
  const [facts, table, filter, kinds, keyFrom, keys, parents, firstEntry, labels, ...columns] = readSections(
    bytes,
    magic,
    version,
    [
      words,
      words,
      words,
      Uint8Array,
      words,
      Uint8Array,
      words,
      words,
      words,
      words,
      words,
      words,
      Uint8Array,
    ],
  ) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint8Array,
    Uint32Array,
    Uint8Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ] &
    Section[]
  const [labelWords, sources, stringFrom, strings] = columns as unknown as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint8Array,
  ]
  const labelColumns = { labelWords, sources, stringFrom, strings }
  const parts = { facts, table, filter, kinds, keyFrom, keys, parents, firstEntry, labels, labelColumns }
  check(parts)
  return parts
}

function check({
  facts,
  table,
  filter,
  kinds,
  keyFrom,
  keys,
  parents,
  firstEntry,
  labels,
  labelColumns,
}: NameSetParts) {
  const nodes = kinds.length
  if (facts.length !== 2) throw new RangeError('It is hashed in no known way')
  if (nodes > mostNodes || parents.length !== nodes) throw new RangeError('Its nodes and parents differ')
  checkLabels(labelColumns)
  const size = table.length
  for (const length of [size, filter.length])
    if (length === 0 || (length & (length - 1)) !== 0) throw new RangeError(`A table has no ${length} slots`)
  let empty = 0
  // By index: these are millions, and checked whenever a set is taken into use.
  for (let at = 0; at < size; at++) {
    const slot = table[at]!
    if (slot === 0) empty++
    else if (((slot & nodeBits) > nodes && (slot & nodeBits) !== removed) || (slot & nodeBits) === 0)
      throw new RangeError('A slot points to no node')
  }
  // So that looking for what is not there ends.
  if (empty === 0) throw new RangeError('Its table is full')
  ascending(keyFrom, nodes, keys.length, 'texts')
  ascending(firstEntry, nodes, labels.length, 'entries')
  const labelCount = labelColumns.labelWords.length / labelStride
  for (let entry = 0; entry < labels.length; entry++)
    if (labels[entry]! >= labelCount) throw new RangeError('An entry has no label')
  for (let node = 0; node < nodes; node++) {
    const kind = kinds[node]!
    if (kind >= textKinds.length) throw new RangeError('A node is of no kind')
    if (node > 0 && kind < kinds[node - 1]! && kind > hostnameCode)
      throw new RangeError('Nodes are out of order')
    const parent = parents[node]!
    if (parent === nothing) continue
    // Before it, so that going up always ends.
    if (parent >= node || (kind <= hostnameCode ? kinds[parent] !== domainCode : kinds[parent] !== kind))
      throw new RangeError('A node lies in one that cannot hold it')
  }
}

function ascending(positions: Uint32Array, count: number, end: number, what: string): void {
  if (positions.length !== count + 1) throw new RangeError(`It has ${positions.length} positions of ${what}`)
  let before = 0
  for (let at = 0; at <= count; at++) {
    const position = positions[at]!
    if (position < before) throw new RangeError(`Positions of ${what} do not ascend`)
    before = position
  }
  if (positions[0] !== 0 || before !== end) throw new RangeError(`Positions of ${what} do not cover them`)
}
