import { checkLabels, type LabelColumns, labelStride } from './labels.ts'
import { readSections, type Section, versionOf, writeSections } from './sections.ts'

const magic = 'SNDWSET'
const version = 2
/** Labels had no verdict then. */
const formerVersion = 1

/**
 * What an address set is made of. Nodes are the distinct prefixes that are listed, those of IPv4 first, each family by
 * start and then length, so that a node's parent comes before it.
 */
export interface AddressSetParts extends LabelColumns {
  /** Segments of the IPv4 space, each with its innermost node. */
  readonly starts4: Uint32Array
  readonly nodes4: Uint32Array
  /** Segments of the IPv6 space, four words each. */
  readonly starts6: Uint32Array
  readonly nodes6: Uint32Array
  /** First address of IPv4 nodes, and of IPv6 nodes in four words. */
  readonly prefixes4: Uint32Array
  readonly prefixes6: Uint32Array
  /** Length in bits of each node's prefix: 0 to 32, 0 to 128. */
  readonly lengths: Uint8Array
  /** The node that each lies in, or `nothing`. */
  readonly parents: Uint32Array
  /** Entries of node n are those from firstEntry[n] to before firstEntry[n + 1]. */
  readonly firstEntry: Uint32Array
  /** Each entry's label. */
  readonly labels: Uint32Array
  /** Each entry's range, or `nothing` where it is its node's prefix; empty where no entry is a range. */
  readonly ranges: Uint32Array
  /** Eight words a range: its first and its last address. */
  readonly rangeWords: Uint32Array
}

const names = [
  'starts4',
  'nodes4',
  'starts6',
  'nodes6',
  'prefixes4',
  'prefixes6',
  'lengths',
  'parents',
  'firstEntry',
  'labels',
  'ranges',
  'rangeWords',
  'labelWords',
  'sources',
  'stringFrom',
  'strings',
] as const satisfies readonly (keyof AddressSetParts)[]

const ofBytes: ReadonlySet<string> = new Set(['lengths', 'strings'])

export function writeParts(parts: AddressSetParts): Uint8Array {
  return writeSections(
    magic,
    version,
    names.map((name) => parts[name]),
  )
}

/**
 * The parts of a file that {@link writeParts} made, as views over it, once every number in them is seen to point to
 * something: a file that was cut or changed is refused here and not met later.
 *
 * @throws RangeError where it is something else, cut, or contradicts itself
 */
export function readParts(bytes: Uint8Array): AddressSetParts {
  const former = versionOf(bytes) === formerVersion
  const sections = readSections(
    bytes,
    magic,
    former ? formerVersion : version,
    names.map((name) => (ofBytes.has(name) ? Uint8Array : Uint32Array)),
  )
  const read = Object.fromEntries(names.map((name, index) => [name, sections[index]])) as Record<
    keyof AddressSetParts,
    Section
  > as unknown as AddressSetParts
  const parts = former ? { ...read, labelWords: withVerdicts(read.labelWords) } : read
  check(parts)
  return parts
}

/** Labels of three words as those of four: matched, and nothing said of how sure it is. */
function withVerdicts(words: Uint32Array): Uint32Array {
  const labels = new Uint32Array((words.length / 3) * labelStride)
  for (let at = 0, to = 0; at < words.length; at += 3, to += labelStride)
    labels.set(words.subarray(at, at + 3), to)
  return labels
}

function check(parts: AddressSetParts): void {
  const nodes4 = parts.prefixes4.length
  const nodes = parts.lengths.length
  const entries = parts.labels.length
  equal(parts.prefixes6.length, (nodes - nodes4) * 4, 'prefixes')
  equal(parts.parents.length, nodes, 'parents')
  equal(parts.firstEntry.length, nodes + 1, 'nodes')
  equal(parts.ranges.length === 0 ? entries : parts.ranges.length, entries, 'ranges')
  equal(parts.rangeWords.length % 8, 0, 'range words')
  checkLabels(parts)
  below(parts.nodes4, nodes4, 'a segment', true)
  below(parts.nodes6, nodes - nodes4, 'a segment', true)
  below(parts.labels, parts.labelWords.length / labelStride, 'a label')
  below(parts.ranges, parts.rangeWords.length / 8, 'a range', true)
  ascending(parts.firstEntry, entries, 'entries')
  for (let node = 0; node < nodes; node++) {
    if (parts.lengths[node]! > (node < nodes4 ? 32 : 128)) throw new RangeError('A prefix is too long')
    const parent = parts.parents[node]!
    // Before it and of its family: so that going up always ends.
    if (parent !== 0xffff_ffff && (parent >= node || parent < nodes4 !== node < nodes4))
      throw new RangeError('A node lies in one that cannot hold it')
  }
}

function equal(is: number, should: number, what: string): void {
  if (is !== should) throw new RangeError(`It holds ${is} ${what} and not ${should}`)
}

function below(numbers: Uint32Array, limit: number, what: string, orNothing = false): void {
  // By index: these are millions, and checked whenever a set is taken into use.
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at]!
    if (number >= limit && !(orNothing && number === 0xffff_ffff))
      throw new RangeError(`It points to ${what} that is not there`)
  }
}

function ascending(positions: Uint32Array, end: number, what: string): void {
  let before = 0
  for (let at = 0; at < positions.length; at++) {
    const position = positions[at]!
    if (position < before) throw new RangeError(`Positions of ${what} do not ascend`)
    before = position
  }
  if (positions[0] !== 0 || before !== end) throw new RangeError(`Positions of ${what} do not cover them`)
}
