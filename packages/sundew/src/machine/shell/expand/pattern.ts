import { TooDeep } from '../syntax/syntax-error.ts'

/**
 * A shell pattern: `*`, `?`, `[…]`, and with `extglob` `@(…)` and its kin. A backslash makes the next character plain. Works on sets of
 * places, so that no pattern takes more than (its length × the text's length) steps for one beginning.
 */
export class Pattern {
  readonly #nodes: readonly Node[]
  readonly #caseless: boolean
  readonly #steps = { left: maxSteps }
  /** Set where the pattern is nothing but text. */
  readonly literal: string | undefined

  constructor(pattern: string, options: { readonly extglob?: boolean; readonly caseless?: boolean } = {}) {
    this.#caseless = options.caseless === true
    const text = this.#caseless ? pattern.toLowerCase() : pattern
    this.#nodes = new Reader(text, options.extglob === true).sequence(0)
    this.literal =
      !this.#caseless && this.#nodes.every((node) => node.type === 'text')
        ? this.#nodes.map((node) => (node.type === 'text' ? node.text : '')).join('')
        : undefined
  }

  #case(text: string): string {
    return this.#caseless ? text.toLowerCase() : text
  }

  matches(text: string): boolean {
    if (this.literal !== undefined) return text === this.literal
    return follow(this.#nodes, this.#case(text), [0], this.#steps).at(-1) === text.length
  }

  /** Where matches that begin at `from` end, in order. */
  ends(text: string, from = 0): number[] {
    if (this.literal !== undefined)
      return text.startsWith(this.literal, from) ? [from + this.literal.length] : []
    return follow(this.#nodes, this.#case(text), [from], this.#steps)
  }

  /** Where matches begin that end with the text, in order. */
  starts(text: string): number[] {
    if (this.literal !== undefined)
      return text.endsWith(this.literal) ? [text.length - this.literal.length] : []
    const backwards = this.#case(text).split('').reverse().join('')
    return follow(reversed(this.#nodes), backwards, [0], this.#steps)
      .map((end) => text.length - end)
      .reverse()
  }
}

/** Characters that make a word a pattern. */
export function hasPattern(text: string, extglob: boolean): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (c === '\\') i++
    else if (c === '*' || c === '?') return true
    else if (c === '[' && text.includes(']', i + 1)) return true
    else if (extglob && text[i + 1] === '(' && (c === '@' || c === '+' || c === '!')) return true
  }
  return false
}

/** Without the backslashes that keep characters plain. */
export function plainOf(pattern: string): string {
  return pattern.includes('\\') ? pattern.replace(/\\([^])/g, '$1') : pattern
}

export function escapePattern(text: string): string {
  return /[*?[\]\\()|@+!-]/.test(text) ? text.replace(/[*?[\]\\()|@+!^-]/g, '\\$&') : text
}

/** Steps that all matches of one pattern may take: what is beyond would hold up others. */
const maxSteps = 5_000_000
const maxDepth = 50

type Node =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'any' }
  | { readonly type: 'star' }
  | { readonly type: 'set'; readonly negated: boolean; readonly has: (code: number) => boolean }
  | { readonly type: 'group'; readonly kind: string; readonly choices: readonly (readonly Node[])[] }

function reversed(nodes: readonly Node[]): Node[] {
  return nodes.toReversed().map((node) => {
    if (node.type === 'text') return { type: 'text', text: node.text.split('').reverse().join('') }
    if (node.type === 'group') return { ...node, choices: node.choices.map(reversed) }
    return node
  })
}

/** From each of `starts` (rising) to where the nodes can end (rising). */
function follow(
  nodes: readonly Node[],
  text: string,
  starts: readonly number[],
  steps: { left: number },
): number[] {
  let places = starts as number[]
  for (const node of nodes) {
    if (places.length === 0) return places
    places = step(node, text, places, steps)
    steps.left -= places.length + 1
    if (steps.left < 0) throw new TooDeep()
  }
  return places
}

function step(node: Node, text: string, places: number[], steps: { left: number }): number[] {
  switch (node.type) {
    case 'text':
      return places
        .filter((place) => text.startsWith(node.text, place))
        .map((place) => place + node.text.length)
    case 'any':
      return places.filter((place) => place < text.length).map((place) => place + 1)
    case 'star': {
      const from = places[0]!
      return Array.from({ length: text.length - from + 1 }, (_, i) => from + i)
    }
    case 'set':
      return places
        .filter((place) => place < text.length && node.has(text.charCodeAt(place)) !== node.negated)
        .map((place) => place + 1)
    case 'group':
      return group(node, text, places, steps)
  }
}

function group(
  node: Extract<Node, { type: 'group' }>,
  text: string,
  places: number[],
  steps: { left: number },
): number[] {
  const choose = (from: number[]) => {
    const found = new Set<number>()
    for (const choice of node.choices) for (const end of follow(choice, text, from, steps)) found.add(end)
    return found
  }
  const sorted = (set: Iterable<number>) => [...set].sort((a, b) => a - b)
  if (node.kind === '@') return sorted(choose(places))
  if (node.kind === '?') return sorted(new Set([...places, ...choose(places)]))
  if (node.kind === '!') {
    const found = new Set<number>()
    for (const place of places) {
      const bad = choose([place])
      for (let end = place; end <= text.length; end++) if (!bad.has(end)) found.add(end)
      steps.left -= text.length - place
      if (steps.left < 0) throw new TooDeep()
    }
    return sorted(found)
  }
  const all = new Set(node.kind === '*' ? places : [])
  let fresh = places
  while (fresh.length > 0) {
    fresh = sorted([...choose(fresh)].filter((end) => !all.has(end)))
    for (const end of fresh) all.add(end)
  }
  return sorted(all)
}

const classes: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[ \t\n\r\f\v]/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  cntrl: /[\0-\x1f\x7f]/,
  xdigit: /[0-9A-Fa-f]/,
  word: /[A-Za-z0-9_]/,
  ascii: /[\0-\x7f]/,
}

class Reader {
  readonly #text: string
  readonly #extglob: boolean
  #at = 0

  constructor(text: string, extglob: boolean) {
    this.#text = text
    this.#extglob = extglob
  }

  sequence(depth: number): Node[] {
    if (depth > maxDepth) throw new TooDeep()
    const nodes: Node[] = []
    let plain = ''
    const add = (node: Node) => {
      if (plain !== '') nodes.push({ type: 'text', text: plain })
      plain = ''
      if (node.type !== 'star' || nodes.at(-1)?.type !== 'star') nodes.push(node)
    }
    for (;;) {
      const c = this.#text[this.#at]
      if (c === undefined || (depth > 0 && (c === '|' || c === ')'))) break
      if (this.#extglob && '?*+@!'.includes(c) && this.#text[this.#at + 1] === '(') {
        const group = this.#group(c, depth)
        if (group !== undefined) {
          add(group)
          continue
        }
      }
      this.#at++
      if (c === '*') add({ type: 'star' })
      else if (c === '?') add({ type: 'any' })
      else if (c === '[') {
        const set = this.#set()
        if (set === undefined) plain += '['
        else add(set)
      } else if (c === '\\') {
        plain += this.#text[this.#at] ?? '\\'
        this.#at++
      } else plain += c
    }
    if (plain !== '') nodes.push({ type: 'text', text: plain })
    return nodes
  }

  #group(kind: string, depth: number): Node | undefined {
    const before = this.#at
    this.#at += 2
    const choices: Node[][] = []
    for (;;) {
      choices.push(this.sequence(depth + 1))
      const c = this.#text[this.#at]
      this.#at++
      if (c === ')') return { type: 'group', kind, choices }
      if (c !== '|') break
    }
    this.#at = before
    return undefined
  }

  /** After `[`. */
  #set(): Node | undefined {
    const before = this.#at
    let at = this.#at
    const negated = this.#text[at] === '!' || this.#text[at] === '^'
    if (negated) at++
    const tests: ((code: number) => boolean)[] = []
    const first = at
    for (;;) {
      let c = this.#text[at]
      if (c === undefined) {
        this.#at = before
        return undefined
      }
      if (c === ']' && at > first) break
      if (c === '[' && this.#text[at + 1] === ':') {
        const end = this.#text.indexOf(':]', at + 2)
        const pattern = end < 0 ? undefined : classes[this.#text.slice(at + 2, end)]
        if (end >= 0) {
          if (pattern !== undefined) tests.push((code) => pattern.test(String.fromCharCode(code)))
          at = end + 2
          continue
        }
      }
      if (c === '\\') {
        at++
        c = this.#text[at] ?? '\\'
      }
      at++
      const low = c.charCodeAt(0)
      if (this.#text[at] === '-' && this.#text[at + 1] !== ']' && this.#text[at + 1] !== undefined) {
        let to = this.#text[at + 1]!
        at += 2
        if (to === '\\') {
          to = this.#text[at] ?? '\\'
          at++
        }
        const high = to.charCodeAt(0)
        tests.push((code) => code >= low && code <= high)
      } else tests.push((code) => code === low)
    }
    this.#at = at + 1
    return { type: 'set', negated, has: (code) => tests.some((test) => test(code)) }
  }
}
