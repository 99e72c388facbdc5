import { type PatternToken, patternTokens } from './pattern-tokens.ts'
import { patternType, type PatternType } from './pattern-paths.ts'
import {
  both,
  either,
  found,
  inTurn,
  narrower,
  type PatternIndicator,
  type PatternMeaning,
  type PatternRefusal,
} from './pattern-meaning.ts'

/** What a pattern says in single indicators. */
export interface PatternRead {
  /** Each of them alone is what the pattern looks for. */
  readonly indicators: readonly PatternIndicator[]
  /** Why the pattern, or an alternative of it, is none that one indicator can say. */
  readonly refused: readonly PatternRefusal[]
  /** What the pattern asks for besides, and one indicator cannot say: `network-traffic:dst_port`. */
  readonly onlyWith: readonly string[]
}

/** Of one pattern, characters. */
const mostLength = 256 * 1024
/** Brackets within brackets. */
const mostDepth = 32
/** Paths told of those that narrow. */
const mostTold = 4

const broken: PatternRead = { indicators: [], refused: ['syntax'], onlyWith: [] }

/**
 * Reads a STIX pattern (STIX 2.1 §9) for what can be looked up by itself: comparisons with `=`, `IN` and `ISSUBSET`, and
 * alternatives of them. Takes time as the pattern is long, and never throws.
 */
export function readPattern(pattern: string): PatternRead {
  const tokens = pattern.length <= mostLength ? patternTokens(pattern) : undefined
  if (!tokens) return broken
  const parser = new PatternParser(tokens)
  try {
    return parser.read()
  } catch (error) {
    if (error instanceof SyntaxFault) return broken
    throw error
  }
}

/** The pattern is none; caught where reading began. */
class SyntaxFault extends Error {}

interface Comparison {
  readonly path: string
  readonly operator: string
  readonly negated: boolean
  readonly values: readonly string[]
}

class PatternParser {
  readonly #tokens: readonly PatternToken[]
  readonly #narrowing = new Set<string>()
  #at = 0
  #depth = 0

  constructor(tokens: readonly PatternToken[]) {
    this.#tokens = tokens
  }

  read(): PatternRead {
    const meaning = this.#observations()
    if (this.#at < this.#tokens.length) throw new SyntaxFault()
    const { indicators, refused } = either([meaning])
    return { indicators, refused, onlyWith: [...this.#narrowing].slice(0, mostTold) }
  }

  #observations(): PatternMeaning {
    return this.#chain('FOLLOWEDBY', inTurn, () =>
      this.#chain('OR', either, () => this.#chain('AND', inTurn, () => this.#observation())),
    )
  }

  #observation(): PatternMeaning {
    let meaning: PatternMeaning
    if (this.#takes('(')) {
      meaning = this.#within(() => this.#observations())
      this.#expect(')')
    } else {
      this.#expect('[')
      meaning = this.#within(() => this.#comparisons())
      this.#expect(']')
    }
    while (this.#qualifier());
    return meaning
  }

  /** `WITHIN 5 SECONDS`, `REPEATS 3 TIMES`, `START t'…' STOP t'…'`. */
  #qualifier(): boolean {
    const word = this.#word('WITHIN', 'REPEATS', 'START')
    if (word === undefined) return false
    this.#take(word === 'START' ? 'literal' : 'number')
    if (this.#word(word === 'START' ? 'STOP' : word === 'WITHIN' ? 'SECONDS' : 'TIMES') === undefined)
      throw new SyntaxFault()
    if (word === 'START') this.#take('literal')
    this.#narrowing.add(word)
    return true
  }

  #comparisons(): PatternMeaning {
    return this.#chain('OR', either, () => this.#chain('AND', both, () => this.#comparison()))
  }

  #comparison(): PatternMeaning {
    if (this.#takes('(')) {
      const meaning = this.#within(() => this.#comparisons())
      this.#expect(')')
      return meaning
    }
    if (this.#word('EXISTS')) return this.#narrows(this.#path(), 'unmapped')
    const path = this.#path()
    const negated = this.#word('NOT') !== undefined
    const operator = this.#word('IN', 'LIKE', 'MATCHES', 'ISSUBSET', 'ISSUPERSET') ?? this.#operator()
    const values = operator === 'IN' ? this.#set() : [this.#value()]
    return this.#meaning({ path, operator, negated, values })
  }

  #meaning({ path, operator, negated, values }: Comparison): PatternMeaning {
    const type = patternType(path)
    if (type === 'none') return this.#narrows(path, 'unmapped')
    const unequal = operator === '!=' || operator === '<>'
    if (negated !== unequal) return { kind: 'negated' }
    if (unequal || operator === '=' || operator === '==' || operator === 'IN')
      return found(values.map((value) => indicatorOf(type, value)))
    if (operator === 'ISSUBSET' && type === 'address') return found([indicatorOf(type, values[0] ?? '')])
    return this.#narrows(path, 'operator')
  }

  #narrows(path: string, refusal: 'unmapped' | 'operator'): PatternMeaning {
    // Which type a referred object has is said by its value, too.
    if (!path.endsWith('.type')) this.#narrowing.add(path)
    return narrower(refusal)
  }

  /** An object path without indices, `file:hashes.SHA-256`. */
  #path(): string {
    let path = this.#take('word')
    this.#expect(':')
    path += `:${this.#step()}`
    for (;;) {
      if (this.#takes('.')) path += `.${this.#step()}`
      else if (this.#takes('[')) {
        if (!this.#takes('*')) this.#take('number')
        this.#expect(']')
      } else return path
    }
  }

  #step(): string {
    const token = this.#tokens[this.#at++]
    if (token?.kind !== 'word' && token?.kind !== 'text') throw new SyntaxFault()
    return token.value
  }

  #set(): string[] {
    this.#expect('(')
    const values: string[] = []
    do values.push(this.#value())
    while (this.#takes(','))
    this.#expect(')')
    return values
  }

  #value(): string {
    const token = this.#tokens[this.#at++]
    if (!token || token.kind === 'mark') throw new SyntaxFault()
    if (token.kind === 'word' && !/^(?:true|false)$/i.test(token.value)) throw new SyntaxFault()
    return token.value
  }

  #operator(): string {
    const token = this.#tokens[this.#at++]
    if (token?.kind !== 'mark' || !/^(?:[=!]?=|<>|[<>]=?)$/.test(token.value)) throw new SyntaxFault()
    return token.value
  }

  #chain(
    word: string,
    join: (parts: readonly PatternMeaning[]) => PatternMeaning,
    part: () => PatternMeaning,
  ): PatternMeaning {
    const parts = [part()]
    while (this.#word(word)) parts.push(part())
    return parts.length === 1 ? parts[0]! : join(parts)
  }

  #within(read: () => PatternMeaning): PatternMeaning {
    if (++this.#depth > mostDepth) throw new SyntaxFault()
    const meaning = read()
    this.#depth--
    return meaning
  }

  /** Takes one of these key words, where it is next. */
  #word(...words: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'word') return undefined
    const wanted = words.find((word) => word === token.value.toUpperCase())
    if (wanted !== undefined) this.#at++
    return wanted
  }

  #takes(mark: string): boolean {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'mark' || token.value !== mark) return false
    this.#at++
    return true
  }

  #expect(mark: string): void {
    if (!this.#takes(mark)) throw new SyntaxFault()
  }

  #take(kind: PatternToken['kind']): string {
    const token = this.#tokens[this.#at++]
    if (token?.kind !== kind) throw new SyntaxFault()
    return token.value
  }
}

function indicatorOf(type: PatternType, value: string): PatternIndicator {
  return { type, value: type === 'as' ? `AS${value}` : value }
}
