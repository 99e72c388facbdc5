import type { AllowDecision } from './decision.ts'
import { above } from './above.ts'
import { type AllowRule, decisionOf, keepsOut, type NameScope, type Without } from './rule.ts'

/** An allowed name: alone, or with all below it. */
export interface AllowedName {
  readonly name: string
  readonly covers: 'itself' | 'all'
}

/** Rules that name one name: of it alone, and of it with all below. Names with the same rules share one. */
interface Named {
  readonly itself: readonly AllowRule[]
  readonly all: readonly AllowRule[]
}

/**
 * Which rules bear on a host name, by walking up its labels. Names are lower case and without final dot. A name costs its
 * text and a place in a map, so that a list of a million popular names may be one of them.
 */
export class NameRules {
  readonly #names = new Map<string, Named>()
  /** Names that have a name below them that is kept out of what is published; that is excluded. */
  readonly #aboveKept = new Set<string>()
  readonly #aboveExcluded = new Set<string>()
  readonly #shared = new Shared()

  add(name: string, covers: AllowedName['covers'], rule: AllowRule): void {
    this.#names.set(name, this.#shared.with(this.#names.get(name), covers, rule))
    if (keepsNames(rule)) addAbove(name, this.#aboveKept)
    if (excludesNames(rule)) addAbove(name, this.#aboveExcluded)
  }

  /** What bears on a name, the most specific first; nothing is allocated where nothing does. */
  decide(name: string, scope: keyof NameScope): readonly AllowDecision[] {
    let found: AllowDecision[] | undefined
    for (let at = name, own = true; ; own = false) {
      const named = this.#names.get(at)
      if (named) {
        if (own)
          for (const rule of named.itself) if (rule.scope[scope]) (found ??= []).push(decisionOf(rule, at))
        for (const rule of named.all)
          if (rule.scope[scope] && !(own && named.itself.includes(rule)))
            (found ??= []).push(decisionOf(rule, at))
      }
      const dot = at.indexOf('.')
      if (dot < 0) return found ?? none
      at = at.slice(dot + 1)
    }
  }

  /** Whether the name is kept out of what is published, by a rule of its own or of a name above it. */
  keepsOut(name: string): boolean {
    for (let at = name, own = true; ; own = false) {
      const named = this.#names.get(at)
      if (named && ((own && named.itself.some(keepsNames)) || named.all.some(keepsNames))) return true
      const dot = at.indexOf('.')
      if (dot < 0) return false
      at = at.slice(dot + 1)
    }
  }

  /** Whether a name below this one is kept out of what is published, or excluded altogether. */
  hasBelow(name: string, what: Without): boolean {
    return (what === 'excluded' ? this.#aboveExcluded : this.#aboveKept).has(name)
  }

  get aboveKeptOut(): ReadonlySet<string> {
    return this.#aboveKept
  }

  /** Names that are kept out of what is published, or excluded altogether, in no order. */
  *names(what: Without): Generator<AllowedName> {
    const bears = what === 'excluded' ? excludesNames : keepsNames
    for (const [name, { itself, all }] of this.#names) {
      if (all.some(bears)) yield { name, covers: 'all' }
      else if (itself.some(bears)) yield { name, covers: 'itself' }
    }
  }
}

/** Adds the names above this one; where one is there, all above it are. */
function addAbove(name: string, to: Set<string>): void {
  for (const parent of above(name)) {
    if (to.has(parent)) return
    to.add(parent)
  }
}

const none: readonly AllowDecision[] = []

function keepsNames({ action, scope }: AllowRule): boolean {
  return keepsOut(action) && scope.names
}

function excludesNames({ action, scope }: AllowRule): boolean {
  return action === 'exclude' && scope.names
}

/** Each combination of rules once, by the order in which they came. */
class Shared {
  readonly #after = {
    itself: new Map<AllowRule, Map<Named | undefined, Named>>(),
    all: new Map<AllowRule, Map<Named | undefined, Named>>(),
  }

  with(before: Named | undefined, covers: AllowedName['covers'], rule: AllowRule): Named {
    let known = this.#after[covers].get(rule)
    if (!known) this.#after[covers].set(rule, (known = new Map<Named | undefined, Named>()))
    let after = known.get(before)
    if (!after) known.set(before, (after = withRule(before, covers, rule)))
    return after
  }
}

function withRule(
  before: Named = { itself: [], all: [] },
  covers: AllowedName['covers'],
  rule: AllowRule,
): Named {
  if (before[covers].includes(rule)) return before
  return { ...before, [covers]: [...before[covers], rule] }
}
