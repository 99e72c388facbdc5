/** A part of a word. `quoted` text is neither split nor a pattern. */
export type Part =
  | { readonly type: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly type: 'double'; readonly parts: readonly Part[] }
  | Parameter
  | { readonly type: 'command'; readonly body: Body }
  | { readonly type: 'arithmetic'; readonly expression: Word }
  | { readonly type: 'process'; readonly input: boolean; readonly body: Body }

/** What runs in `$(…)` and `<(…)`; of backquotes only the text is known before they run. */
export interface Body {
  node: Node | undefined
  readonly text: string
  readonly line: number
}

/** `$x`, `${x[i]:-y}` … */
export interface Parameter {
  readonly type: 'parameter'
  readonly name: string
  /** What is between the brackets. */
  readonly index: Word | undefined
  /** `${#x}` */
  readonly length: boolean
  /** `${!x}` */
  readonly indirect: boolean
  /** `:-`, `//`, `^^`, `:`, `@` …; empty for none; `bad` for what bash calls a bad substitution when it gets there. */
  readonly operator: string
  readonly word: Word | undefined
  /** What replaces, the length of a part. */
  readonly second: Word | undefined
  /** As it was written. */
  readonly text: string
}

export interface Word {
  readonly parts: readonly Part[]
  /** As it was written. */
  readonly text: string
  /** Set where the word is nothing but plain characters: itself. */
  readonly plain: string | undefined
  /** Whether it may have braces to expand. */
  readonly braces: boolean
  /** What the braces make of it, once known. */
  expanded?: readonly Word[]
  /** Of `declare x=(1 2)`. */
  readonly assignment?: Assignment
}

export interface Assignment {
  readonly name: string
  readonly index: Word | undefined
  readonly append: boolean
  readonly value: Word | undefined
  readonly elements: readonly ArrayElement[] | undefined
  readonly text: string
}

export interface ArrayElement {
  readonly index: Word | undefined
  readonly append: boolean
  readonly value: Word
}

export interface Redirection {
  readonly operator: '<' | '>' | '>>' | '>|' | '<>' | '<&' | '>&' | '&>' | '&>>' | '<<' | '<<-' | '<<<'
  readonly fd: number | undefined
  /** `{name}>` */
  readonly variable: string | undefined
  /** The delimiter, for a here-document. */
  readonly target: Word
  document: Word | undefined
  /** The here-document as it was written. */
  documentText: string
}

interface Redirected {
  readonly redirections: readonly Redirection[]
}

export interface Simple extends Redirected {
  readonly type: 'simple'
  readonly assignments: readonly Assignment[]
  readonly words: readonly Word[]
  readonly line: number
}

export interface Pipeline {
  readonly type: 'pipeline'
  readonly commands: readonly Node[]
  readonly negated: boolean
  readonly timed: 'no' | 'yes' | 'posix'
}

export interface List {
  readonly type: 'list'
  readonly items: readonly { readonly node: Node; readonly background: boolean; readonly text: string }[]
}

export interface FunctionDefinition {
  readonly type: 'function'
  readonly name: string
  readonly body: Node
  readonly line: number
}

export type Node =
  | Simple
  | Pipeline
  | List
  | FunctionDefinition
  | { readonly type: 'and' | 'or'; readonly left: Node; readonly right: Node }
  | ({ readonly type: 'subshell' | 'group'; readonly body: Node; readonly line: number } & Redirected)
  | ({
      readonly type: 'if'
      readonly clauses: readonly { readonly condition: Node; readonly body: Node }[]
      readonly otherwise: Node | undefined
      readonly line: number
    } & Redirected)
  | ({
      readonly type: 'for' | 'select'
      readonly name: string
      readonly words: readonly Word[] | undefined
      readonly body: Node
      readonly line: number
    } & Redirected)
  | ({
      readonly type: 'counting'
      readonly first: Word
      readonly condition: Word
      readonly step: Word
      readonly body: Node
      readonly line: number
    } & Redirected)
  | ({
      readonly type: 'while' | 'until'
      readonly condition: Node
      readonly body: Node
      readonly line: number
    } & Redirected)
  | ({
      readonly type: 'case'
      readonly word: Word
      readonly items: readonly CaseItem[]
      readonly line: number
    } & Redirected)
  | ({ readonly type: 'arithmetic'; readonly expression: Word; readonly line: number } & Redirected)
  | ({ readonly type: 'condition'; readonly test: Condition; readonly line: number } & Redirected)
  | { readonly type: 'coproc'; readonly name: string; readonly body: Node; readonly line: number }

export interface CaseItem {
  readonly patterns: readonly Word[]
  readonly body: Node | undefined
  readonly end: ';;' | ';&' | ';;&'
}

/** Inside `[[ ]]`. */
export type Condition =
  | { readonly type: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly type: 'not'; readonly test: Condition }
  | { readonly type: 'group'; readonly test: Condition }
  | { readonly type: 'word'; readonly word: Word }
  | { readonly type: 'unary'; readonly operator: string; readonly word: Word }
  | { readonly type: 'binary'; readonly operator: string; readonly left: Word; readonly right: Word }

/** The kind of node that `type` names. */
export type NodeOf<T extends Node['type']> = Node extends infer N
  ? N extends { readonly type: infer U }
    ? T extends U
      ? N
      : never
    : never
  : never
