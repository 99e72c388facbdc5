/** Texts that a name set tells apart; a domain names itself and all below it, all others themselves alone. */
export type TextKind =
  | 'domain'
  | 'hostname'
  | 'url'
  | 'email'
  | 'hash'
  | 'ja3'
  | 'ja4'
  | 'file_name'
  | 'as'
  | 'cve'

/** One listed entry that names a text, as a source gave it. */
export interface NamedEntry {
  readonly type: TextKind
  /** As listed, normalised. */
  readonly indicator: string
  /** Index in {@link NameLookup.sources}. */
  readonly source: number
  /** Title (an OTX pulse's name …) and link; '' where there is none. */
  readonly title: string
  readonly link: string
  /** What may come of the indicator: published and matched, or only matched. */
  readonly action: 'block' | 'alert'
  /** 0 to 100. */
  readonly confidence: number
}

/** What `name-set.ts` answers. A node is a number that stands for one listed text; -1 is none. */
export interface NameLookup {
  readonly sources: readonly { readonly name: string }[]
  /** Entries, of all sources. */
  readonly size: number
  /**
   * The innermost node that names a host name: the name itself, or a listed domain above it. Any case, with or without a final
   * dot; without allocating.
   */
  findName(bytes: Uint8Array, from: number, to: number): number
  /** The node of exactly this text of a kind, in its normal form (`intel/indicator/parse.ts`). */
  findText(kind: TextKind, bytes: Uint8Array, from: number, to: number): number
  /** The same of a string: names by {@link findName}. */
  find(kind: TextKind, text: string): number
  /** All entries that name what was found here: those of the node, then of the domains above; at most so many. */
  entries(node: number, most?: number): NamedEntry[]
}

/** What `name-set-builder.ts` takes. */
export interface NameCollector {
  source(name: string): number
  label(source: number, title: string, link: string, action: 'block' | 'alert', confidence: number): number
  /** @returns false where it is full */
  add(kind: TextKind, indicator: string, label: number): boolean
  /** An allowed name, and all below it where it covers `all`, is not named by a listed domain above it. */
  hole(name: string, covers: 'itself' | 'all'): boolean
  /** The set as a file (`NameSet.from` reads it). The same for the same content, whatever the order. */
  toBytes(): Uint8Array
}
