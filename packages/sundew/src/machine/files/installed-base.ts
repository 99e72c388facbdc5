import type { Attributes, Base } from './base.ts'
import type { Source } from './content.ts'
import { filled } from './filler.ts'
import { restKinds, type PackedTree } from './packed-tree.ts'

/** What makes an installation one machine's own. */
export interface Installation {
  readonly installedMs: number
  readonly bootMs: number
  /** What stands for `{{name}}` in file contents and names: hostname, user … */
  value(name: string): string
  /** Contents that are made: by absolute path, as a byte string. */
  made(path: string): string
}

/** A packed tree as one machine's: times, names and what is kept of contents become its own. Holds next to nothing. */
export class InstalledBase implements Base {
  readonly count: number
  readonly #tree: PackedTree
  readonly #of: () => Installation
  readonly #own = new Map<number, Uint8Array>()

  /** The machine is asked for at the first use. */
  constructor(tree: PackedTree, of: () => Installation) {
    this.#tree = tree
    this.#of = of
    this.count = tree.count
  }

  attributes(file: number): Attributes {
    const tree = this.#tree
    const { installedMs, bootMs } = this.#of()
    const kind = tree.kinds[tree.kind[file]!]!
    const seconds = tree.time[file]!
    const mtimeMs = tree.installed[file] === 1 ? installedMs + seconds * 1000 : seconds * 1000
    const ctimeMs = Math.max(mtimeMs, installedMs + (file % 240) * 1000)
    return {
      ...kind,
      nlink: this.#links(file),
      size: tree.rest[file]! >= restKinds.template ? this.#content(file).length : tree.size[file]!,
      major: 0,
      minor: 0,
      atimeMs: Math.max(bootMs, ctimeMs),
      mtimeMs,
      ctimeMs,
    }
  }

  child(directory: number, name: string): number | undefined {
    const tree = this.#tree
    let low = tree.firstChild[directory]!
    let high = low + tree.childCount[directory]! - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const there = this.#packedName(middle)
      if (there === name) return tree.aliases.get(middle) ?? middle
      if (there < name) low = middle + 1
      else high = middle - 1
    }
    // The user's folder is last in its directory: `{` is behind the letters.
    const last = tree.firstChild[directory]! + tree.childCount[directory]! - 1
    const isOwn = tree.childCount[directory]! > 0 && this.#packedName(last).startsWith('{{')
    return isOwn && this.#name(last) === name ? last : undefined
  }

  names(directory: number): readonly string[] {
    const first = this.#tree.firstChild[directory]!
    return Array.from({ length: this.#tree.childCount[directory]! }, (_, i) => this.#name(first + i))
  }

  target(file: number): string {
    const start = this.#tree.keptStart[file]!
    return Buffer.from(this.#tree.kept.subarray(start, start + this.#tree.keptLength[file]!)).toString(
      'latin1',
    )
  }

  source(file: number): Source {
    const tree = this.#tree
    const start = tree.keptStart[file]!
    const kept = tree.kept.subarray(start, start + tree.keptLength[file]!)
    const rest = tree.rest[file]
    if (rest === restKinds.binary || rest === restKinds.text) {
      return filled(kept, tree.size[file]!, file, rest === restKinds.text ? 'text' : 'binary')
    }
    const bytes = rest === restKinds.none ? kept : this.#content(file)
    return { size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) }
  }

  /** Of a template, or of what is made: stays as it was when first asked for. */
  #content(file: number): Uint8Array {
    const known = this.#own.get(file)
    if (known !== undefined) return known
    const machine = this.#of()
    const text = this.target(file)
    const bytes = Buffer.from(
      this.#tree.rest[file] === restKinds.made
        ? machine.made(text)
        : text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => machine.value(name)),
      'latin1',
    )
    this.#own.set(file, bytes)
    return bytes
  }

  #links(file: number): number {
    const tree = this.#tree
    if (tree.kinds[tree.kind[file]!]!.type !== 'directory') {
      return 1 + [...tree.aliases.values()].filter((same) => same === file).length
    }
    let links = 2
    const end = tree.firstChild[file]! + tree.childCount[file]!
    for (let i = tree.firstChild[file]!; i < end; i++) {
      if (tree.kinds[tree.kind[i]!]!.type === 'directory') links++
    }
    return links
  }

  #packedName(file: number): string {
    return this.#tree.names.slice(file === 0 ? 0 : this.#tree.nameEnds[file - 1]!, this.#tree.nameEnds[file]!)
  }

  #name(file: number): string {
    const name = this.#packedName(file)
    return name.startsWith('{{') ? this.#of().value(name.slice(2, -2)) : name
  }
}
