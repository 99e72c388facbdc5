import type { Attributes, Base } from './base.ts'
import type { Source } from './content.ts'
import { filled } from './filler.ts'
import type { TreeMachine } from './tree-machine.ts'
import { Tree, type TreeOptions } from './tree.ts'

/** What a path holds: a file's contents (a byte string), or more. */
export type LiteralFile =
  | string
  | Uint8Array
  | {
      /** Contents of a file; of nothing else. */
      readonly content?: string | Uint8Array | ((machine: TreeMachine) => string)
      /** Of a file of which only the start is written out, and its size: see `filler.ts`. */
      readonly head?: Uint8Array
      readonly size?: number
      /** Makes it a link. */
      readonly link?: string
      /** Makes it a directory. */
      readonly directory?: true
      /** Makes it a device: `c`, 1, 3. */
      readonly device?: readonly ['c' | 'b', number, number]
      readonly mode?: number
      readonly uid?: number
      readonly gid?: number
      readonly timeMs?: number
    }

interface Entry {
  readonly attributes: Attributes
  readonly children: Map<string, number>
  readonly target: string
  /** Of a file; a function where each machine has its own. */
  readonly content: Source | ((machine: TreeMachine) => string)
}

/** A literal tree, as many machines can share it. */
export interface LiteralTree {
  /** As one machine's. What is given no time of its own is from `timeMs`, or from when the machine was started; the machine is asked for at the first use. */
  base(machine: () => TreeMachine, timeMs?: number): Base
}

/**
 * A small tree written out by hand, by absolute path. Directories on the way are made.
 *
 * @example literalTree({ '/bin/sh': { link: 'busybox' }, '/etc/hostname': 'router\n', '/tmp': { directory: true, mode: 0o1777 } })
 */
export function literalTree(files: Readonly<Record<string, LiteralFile>>): LiteralTree {
  const entries = entriesOf(files)
  return { base: (machine, timeMs) => new LiteralBase(entries, machine, timeMs) }
}

class LiteralBase implements Base {
  readonly count: number
  readonly #entries: readonly Entry[]
  readonly #machine: () => TreeMachine
  readonly #timeMs: number | undefined
  /** What was made stays as it was at first. */
  #made: Map<number, Source> | undefined

  constructor(entries: readonly Entry[], machine: () => TreeMachine, timeMs: number | undefined) {
    this.#entries = entries
    this.#machine = machine
    this.#timeMs = timeMs
    this.count = entries.length
  }

  attributes(file: number): Attributes {
    const { attributes, content } = this.#entries[file]!
    const time = Number.isNaN(attributes.mtimeMs)
      ? (this.#timeMs ?? this.#machine().bootMs)
      : attributes.mtimeMs
    const size = typeof content === 'function' ? this.source(file).size : attributes.size
    return { ...attributes, size, atimeMs: time, mtimeMs: time, ctimeMs: time }
  }

  child(directory: number, name: string): number | undefined {
    return this.#entries[directory]!.children.get(name)
  }

  names(directory: number): readonly string[] {
    return [...this.#entries[directory]!.children.keys()]
  }

  target(file: number): string {
    return this.#entries[file]!.target
  }

  source(file: number): Source {
    const { content } = this.#entries[file]!
    if (typeof content !== 'function') return content
    this.#made ??= new Map()
    let made = this.#made.get(file)
    if (made === undefined) this.#made.set(file, (made = sourceOf(toBytes(content(this.#machine())))))
    return made
  }
}

function entriesOf(files: Readonly<Record<string, LiteralFile>>): readonly Entry[] {
  const entries: Entry[] = [entry({ directory: true })]
  const add = (parent: number, name: string, file: LiteralFile): number => {
    entries.push(entry(file))
    entries[parent]!.children.set(name, entries.length - 1)
    return entries.length - 1
  }
  for (const [path, file] of Object.entries(files)) {
    const names = path.split('/').filter((name) => name !== '')
    const last = names.pop()
    let at = 0
    for (const name of names) at = entries[at]!.children.get(name) ?? add(at, name, { directory: true })
    const known = last === undefined ? 0 : entries[at]!.children.get(last)
    if (known === undefined) add(at, last!, file)
    else entries[known] = { ...entry(file), children: entries[known]!.children }
  }
  return entries.map((is) => {
    const below = [...is.children.values()].filter((c) => entries[c]!.attributes.type === 'directory').length
    return is.attributes.type === 'directory'
      ? { ...is, attributes: { ...is.attributes, nlink: 2 + below } }
      : is
  })
}

/** A tree that is made when it is first asked for, and shared from then on. */
export function once(make: () => LiteralTree): () => LiteralTree {
  let made: LiteralTree | undefined
  return () => (made ??= make())
}

/** A machine's tree for tests, all on one disk. */
export function treeOf(
  files: Readonly<Record<string, LiteralFile>>,
  options: Omit<TreeOptions, 'root'> = {},
): Tree {
  const base = literalTree(files).base(nobody, Date.UTC(2026, 0, 2))
  const root = { device: '/dev/vda1', type: 'ext4', options: 'rw,relatime', dev: 0xfe01, holds: { base } }
  return new Tree({ ...options, root })
}

function nobody(): never {
  throw new Error('A tree for tests has no machine.')
}

/** All of some bytes. */
function sourceOf(bytes: Uint8Array): Source {
  return { size: bytes.length, read: (position, length) => bytes.subarray(position, position + length) }
}

function entry(file: LiteralFile): Entry {
  const is = typeof file === 'string' || file instanceof Uint8Array ? { content: file } : file
  const type =
    is.link !== undefined
      ? 'link'
      : is.directory === true
        ? 'directory'
        : is.device === undefined
          ? 'file'
          : is.device[0] === 'c'
            ? 'character'
            : 'block'
  const time = is.timeMs ?? Number.NaN
  const content = contentOf(is)
  return {
    attributes: {
      type,
      mode: is.mode ?? (type === 'directory' ? 0o755 : type === 'link' ? 0o777 : 0o644),
      uid: is.uid ?? 0,
      gid: is.gid ?? 0,
      nlink: 1,
      size: type === 'directory' ? 4096 : typeof content === 'function' ? 0 : content.size,
      major: is.device?.[1] ?? 0,
      minor: is.device?.[2] ?? 0,
      atimeMs: time,
      mtimeMs: time,
      ctimeMs: time,
    },
    children: new Map(),
    target: is.link ?? '',
    content,
  }
}

function contentOf(file: Exclude<LiteralFile, string | Uint8Array>): Entry['content'] {
  const { content, head, size } = file
  if (typeof content === 'function') return content
  if (head !== undefined) return filled(head, size ?? head.length, size ?? 0, 'binary')
  return sourceOf(toBytes(content ?? ''))
}

function toBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content, 'latin1') : content
}
