import { liesUnder } from '../allow/above.ts'
import type { AllowBook } from '../allow/book.ts'
import type { NameSet } from '../../match/name-set.ts'
import type { Hole, ListedName, Why } from './blocklist.ts'
import { whyOf } from './blocklist-why.ts'

/** The names of a blocklist: those of a set that block, without what is allowed. */
export class BlockedNames {
  readonly #set: NameSet
  readonly #allow: AllowBook
  readonly #decided: boolean
  /** Nodes that are published, in the set's order; a host name that is a domain, too, is not among them. */
  #nodes: Uint32Array | undefined
  #pierced: Set<string> | undefined
  readonly #piercedNodes = new Set<number>()
  #holes: readonly Hole[] | undefined

  /** @param decided the allow-lists were asked about each of its names already */
  constructor(set: NameSet, allow: AllowBook, decided: boolean) {
    this.#set = set
    this.#allow = allow
    this.#decided = decided
  }

  get count(): number {
    return this.#published().length
  }

  *names(redundant: boolean): Generator<ListedName> {
    const set = this.#set
    this.#piercedNames()
    const pierced = this.#piercedNodes
    // The wildcard that the walk is under, if any.
    let under = -1
    for (const node of this.#published()) {
      if (!redundant && under >= 0 && this.#liesIn(node, under)) continue
      const all = set.kind(node) === 'domain'
      yield new NodeName(set, node, set.text(node), all ? 'all' : 'itself')
      if (all && !redundant && !pierced.has(node)) under = node
    }
  }

  /** The name and all below it, without walking the others; none where it lies under a published domain. */
  *within(name: string): Generator<ListedName> {
    const set = this.#set
    const key = byLabels(name)
    const { from, to } = set.range('domain')
    let low = from
    let high = to
    while (low < high) {
      const middle = (low + high) >>> 1
      if (byLabels(set.text(middle)) < key) low = middle + 1
      else high = middle
    }
    if (this.#isCovered(name)) return
    let before = -1
    for (let node = low; node < to; node++) {
      const text = set.text(node)
      if (text !== name && !isBelow(text, name)) return
      if (!this.#publishes(node) || (before === node - 1 && before >= 0 && this.#isSame(before, node)))
        continue
      before = node
      yield new NodeName(set, node, text, set.kind(node) === 'domain' ? 'all' : 'itself')
    }
  }

  #isCovered(name: string): boolean {
    const set = this.#set
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      const above = name.slice(dot + 1)
      let node = set.find('domain', above)
      // Found is the last node of the name, or of one above it.
      if (node >= 0 && set.kind(node) === 'hostname') node--
      if (node >= 0 && set.kind(node) === 'domain' && set.text(node) === above && this.#publishes(node))
        return true
    }
    return false
  }

  holes(): readonly Hole[] {
    this.#holes ??= this.#findHoles()
    return this.#holes
  }

  wildcard(name: string): boolean {
    return !this.#allow.keepsOutBelow(name)
  }

  #published(): Uint32Array {
    if (this.#nodes) return this.#nodes
    const { from, to } = this.#set.range('domain')
    const found = new Uint32Array(to - from)
    let count = 0
    for (let node = from; node < to; node++) {
      if (!this.#publishes(node)) continue
      // A host name comes right after the domain of the same name, which covers it.
      if (count > 0 && found[count - 1] === node - 1 && this.#isSame(node - 1, node)) continue
      found[count++] = node
    }
    this.#nodes = found.slice(0, count)
    return this.#nodes
  }

  #publishes(node: number): boolean {
    const set = this.#set
    if (set.action(node) !== 'block') return false
    if (this.#decided) return true
    const type = set.kind(node) === 'domain' ? 'domain' : 'hostname'
    return !this.#allow.keepsOut({ type, value: set.text(node) })
  }

  /** By the numbers of nodes, which is quicker than by their texts: what lies in another comes after it. */
  #liesIn(node: number, domain: number): boolean {
    let above = this.#set.parent(node)
    while (above > domain) above = this.#set.parent(above)
    return above === domain
  }

  #isSame(domain: number, host: number): boolean {
    const set = this.#set
    return (
      set.kind(host) === 'hostname' && set.kind(domain) === 'domain' && set.text(domain) === set.text(host)
    )
  }

  /** Published domains that have an allowed name below them: few, so they are looked for from the allowed side. */
  #piercedNames(): ReadonlySet<string> {
    if (this.#pierced) return this.#pierced
    const set = this.#set
    this.#pierced = new Set<string>()
    for (const name of this.#allow.namesAboveKeptOut()) {
      let node = set.find('domain', name)
      // Of the two nodes of one name, the domain's is meant.
      if (node >= 0 && set.kind(node) === 'hostname') node--
      if (node >= 0 && set.kind(node) === 'domain' && set.text(node) === name && this.#publishes(node)) {
        this.#pierced.add(name)
        this.#piercedNodes.add(node)
      }
    }
    return this.#pierced
  }

  #findHoles(): readonly Hole[] {
    const pierced = this.#piercedNames()
    if (pierced.size === 0) return []
    const found: { readonly hole: Hole; readonly key: string }[] = []
    for (const hole of this.#allow.keptOutNames())
      if (liesUnder(hole.name, pierced)) found.push({ hole, key: byLabels(hole.name) })
    found.sort((a, b) => (a.key < b.key ? -1 : 1))
    let under = ''
    return found.flatMap(({ hole }) => {
      if (under !== '' && isBelow(hole.name, under)) return []
      if (hole.covers === 'all') under = hole.name
      return [hole]
    })
  }
}

/** A name whose entries are read when somebody asks why. */
class NodeName implements ListedName {
  readonly name: string
  readonly covers: 'itself' | 'all'
  readonly #set: NameSet
  readonly #node: number

  constructor(set: NameSet, node: number, name: string, covers: 'itself' | 'all') {
    this.#set = set
    this.#node = node
    this.name = name
    this.covers = covers
  }

  get why(): Why {
    const set = this.#set
    const next = this.#node + 1
    // The host name of the same name comes right after the domain.
    const same =
      next < set.range('domain').to && set.kind(next) === 'hostname' && set.text(next) === this.name
    return whyOf([...set.own(this.#node), ...(same ? set.own(next) : [])], set.sources)
  }
}

function isBelow(name: string, parent: string): boolean {
  return name.length > parent.length && name.endsWith(parent) && name[name.length - parent.length - 1] === '.'
}

/** Sorts as labels from the right do: what parts labels comes before whatever may stand in one. */
function byLabels(name: string): string {
  return name.split('.').toReversed().join('\u0000')
}
