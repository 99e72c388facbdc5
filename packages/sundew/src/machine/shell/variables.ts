import { Killed } from '../program.ts'
import type { Budget } from './budget.ts'

export type Value = string | IndexedArray | AssociativeArray

/** A variable; shared with subshells until one of them changes it, which replaces it. */
export class Variable {
  value: Value | undefined
  exported = false
  readonly = false
  integer = false
  reference = false
  traced = false
  case: 'upper' | 'lower' | 'capital' | undefined
  /** `declare -a x`, `declare -A x`: an array that has nothing yet. */
  kind: 'scalar' | 'indexed' | 'associative' = 'scalar'

  constructor(value?: Value) {
    this.value = value
    if (value instanceof IndexedArray) this.kind = 'indexed'
    if (value instanceof AssociativeArray) this.kind = 'associative'
  }

  copy(): Variable {
    const copy = new Variable()
    Object.assign(copy, this)
    if (this.value instanceof IndexedArray || this.value instanceof AssociativeArray)
      copy.value = this.value.copy()
    return copy
  }
}

/** Elements by number, in their order. */
export class IndexedArray {
  readonly #items = new Map<number, string>()
  #sorted = true
  #last = -1

  static of(values: readonly string[]): IndexedArray {
    const array = new IndexedArray()
    values.forEach((value, i) => array.set(i, value))
    return array
  }

  get size(): number {
    return this.#items.size
  }

  /** The highest number in use; -1 for none. */
  get last(): number {
    if (this.#last === -2) this.#last = this.keys().at(-1) ?? -1
    return this.#last
  }

  get(index: number): string | undefined {
    return this.#items.get(index)
  }

  set(index: number, value: string): void {
    if (index > this.last) this.#last = index
    else if (!this.#items.has(index)) this.#sorted = false
    this.#items.set(index, value)
  }

  delete(index: number): void {
    this.#items.delete(index)
    if (index === this.#last) this.#last = -2
  }

  keys(): number[] {
    const keys = [...this.#items.keys()]
    return this.#sorted ? keys : keys.sort((a, b) => a - b)
  }

  values(): string[] {
    return this.#sorted ? [...this.#items.values()] : this.keys().map((key) => this.#items.get(key)!)
  }

  copy(): IndexedArray {
    const copy = new IndexedArray()
    for (const key of this.keys()) copy.set(key, this.#items.get(key)!)
    return copy
  }
}

/** Elements by text. Bash gives them in the order of its hash table: {@link keys} does so too. */
export class AssociativeArray {
  readonly #items = new Map<string, string>()

  get size(): number {
    return this.#items.size
  }

  get(key: string): string | undefined {
    return this.#items.get(key)
  }

  set(key: string, value: string): void {
    this.#items.set(key, value)
  }

  delete(key: string): void {
    this.#items.delete(key)
  }

  /** By bash's hash table of 1024 buckets (FNV), the newest first within one. */
  keys(): string[] {
    if (this.#items.size < 2) return [...this.#items.keys()]
    const placed = [...this.#items.keys()].map((key, i) => ({ key, bucket: bucket(key), i }))
    placed.sort((a, b) => a.bucket - b.bucket || b.i - a.i)
    return placed.map(({ key }) => key)
  }

  values(): string[] {
    return this.keys().map((key) => this.#items.get(key)!)
  }

  copy(): AssociativeArray {
    const copy = new AssociativeArray()
    for (const [key, value] of this.#items) copy.set(key, value)
    return copy
  }
}

function bucket(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) {
    hash = Math.imul(hash, 0x01000193) >>> 0
    hash = (hash ^ key.charCodeAt(i)) >>> 0
  }
  return hash & 1023
}

/** Bytes that one value may have. */
export const maxValueBytes = 16 * 1024 * 1024
/** Values shorter than this are not counted one by one. */
const countedBytes = 1024

/** A shell's variables. Functions' own ones hide others until the function ends. */
export class Variables {
  readonly #variables: Map<string, Variable>
  readonly #budget: Budget
  /** For each function under way: what its own variables hide. */
  readonly #hidden: Map<string, Variable | undefined>[] = []
  /** Names that make their value as they are asked for. */
  readonly dynamic = new Map<
    string,
    { get(): string | undefined; set?: ((value: string) => void) | undefined }
  >()

  constructor(budget: Budget, variables = new Map<string, Variable>()) {
    this.#budget = budget
    this.#variables = variables
  }

  /** Also in a function: its depth. */
  get functionDepth(): number {
    return this.#hidden.length
  }

  find(name: string): Variable | undefined {
    return this.#variables.get(name)
  }

  /** Follows `declare -n`. */
  resolve(name: string): string {
    let at = name
    for (let i = 0; i < 10; i++) {
      const variable = this.#variables.get(at)
      if (variable?.reference !== true || typeof variable.value !== 'string' || variable.value === '')
        return at
      at = variable.value
    }
    return at
  }

  /** The text of a variable: of an array its element 0. */
  text(name: string): string | undefined {
    const variable = this.#variables.get(name)
    if (variable === undefined) {
      if (this.dynamic.size > 0) return this.dynamic.get(name)?.get()
      return undefined
    }
    const { value } = variable
    if (typeof value === 'string') return value
    if (value === undefined) return undefined
    return value instanceof IndexedArray ? value.get(0) : value.get('0')
  }

  /** Puts a text, by the variable's attributes already. @throws Killed where there is no memory left. */
  put(name: string, text: string): Variable {
    if (text.length > countedBytes) this.#count(text.length, name)
    const dynamic = this.dynamic.get(name)
    if (dynamic !== undefined) {
      dynamic.set?.(text)
      if (dynamic.set !== undefined || !this.#variables.has(name)) {
        return new Variable(text)
      }
    }
    let variable = this.#variables.get(name)
    if (variable === undefined) {
      variable = new Variable(text)
      this.#variables.set(name, variable)
      return variable
    }
    if (variable.value instanceof IndexedArray) variable.value.set(0, text)
    else if (variable.value instanceof AssociativeArray) variable.value.set('0', text)
    else if (variable.kind === 'indexed') variable.value = IndexedArray.of([text])
    else variable.value = text
    return variable
  }

  #count(bytes: number, name: string): void {
    if (bytes > maxValueBytes) {
      this.#budget.exceed('memory', bytes)
      throw new Killed(9)
    }
    const before = this.#variables.get(name)?.value
    const held = typeof before === 'string' && before.length > countedBytes ? before.length : 0
    this.#budget.hold(bytes - held)
  }

  /** For elements of arrays. */
  countElement(bytes: number): void {
    this.#budget.hold(bytes + 32)
  }

  declare(name: string, variable: Variable): void {
    this.#variables.set(name, variable)
  }

  unset(name: string): void {
    const before = this.#variables.get(name)
    if (typeof before?.value === 'string' && before.value.length > countedBytes)
      this.#budget.hold(-before.value.length)
    this.dynamic.delete(name)
    if (this.#hidden.at(-1)?.has(name) === true) {
      this.#variables.delete(name)
      return
    }
    this.#variables.delete(name)
  }

  enterFunction(): void {
    this.#hidden.push(new Map())
  }

  leaveFunction(): string[] {
    const hidden = this.#hidden.pop()
    if (hidden === undefined) return []
    for (const [name, variable] of hidden) {
      if (variable === undefined) this.#variables.delete(name)
      else this.#variables.set(name, variable)
    }
    return [...hidden.keys()]
  }

  /** Whether the function that runs has this one for itself. */
  isLocal(name: string): boolean {
    return this.#hidden.at(-1)?.has(name) === true
  }

  /** Makes one of the function's own. */
  makeLocal(name: string): Variable {
    const hidden = this.#hidden.at(-1)
    const before = this.#variables.get(name)
    if (hidden === undefined || hidden.has(name)) {
      if (before !== undefined) return before
    } else hidden.set(name, before)
    const variable = new Variable()
    if (before?.exported === true) variable.exported = true
    this.#variables.set(name, variable)
    return variable
  }

  localNames(): string[] {
    return [...(this.#hidden.at(-1)?.keys() ?? [])]
  }

  names(): string[] {
    const names = new Set(this.#variables.keys())
    for (const name of this.dynamic.keys()) names.add(name)
    return [...names].sort()
  }

  /** What a program gets. */
  environment(): Map<string, string> {
    const environment = new Map<string, string>()
    for (const [name, variable] of this.#variables) {
      if (variable.exported && typeof variable.value === 'string') environment.set(name, variable.value)
    }
    return environment
  }

  /** For a subshell. */
  copy(): Variables {
    const variables = new Map<string, Variable>()
    for (const [name, variable] of this.#variables) variables.set(name, variable.copy())
    const copy = new Variables(this.#budget, variables)
    for (const hidden of this.#hidden) copy.#hidden.push(new Map(hidden))
    return copy
  }
}
