import type { Attributes, Base } from './base.ts'
import type { Source } from './content.ts'
import { Tree, type TreeOptions } from './tree.ts'

/** What a path holds: a file's contents (a byte string), or more. */
export type LiteralFile =
  | string
  | Uint8Array
  | {
      /** Contents of a file; of nothing else. */
      readonly content?: string | Uint8Array | (() => string | Uint8Array)
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
  readonly content: (() => Uint8Array) | undefined
}

/**
 * A small tree written out by hand, by absolute path. Directories on the way are made.
 *
 * @example literalBase({ '/bin/sh': { link: 'busybox' }, '/etc/hostname': 'router\n', '/tmp': { directory: true, mode: 0o1777 } }, 0)
 */
export function literalBase(files: Readonly<Record<string, LiteralFile>>, timeMs: number): Base {
  const entries: Entry[] = [entry({ directory: true }, timeMs)]
  const add = (parent: number, name: string, file: LiteralFile): number => {
    entries.push(entry(file, timeMs))
    const made = entries.length - 1
    entries[parent]!.children.set(name, made)
    return made
  }
  for (const [path, file] of Object.entries(files)) {
    const names = path.split('/').filter((name) => name !== '')
    const last = names.pop()
    if (last === undefined) {
      entries[0] = { ...entry(file, timeMs), children: entries[0]!.children }
      continue
    }
    let at = 0
    for (const name of names) at = entries[at]!.children.get(name) ?? add(at, name, { directory: true })
    const known = entries[at]!.children.get(last)
    if (known === undefined) add(at, last, file)
    else entries[known] = { ...entry(file, timeMs), children: entries[known]!.children }
  }
  const links = (file: number) => {
    const { attributes, children } = entries[file]!
    if (attributes.type !== 'directory') return 1
    return 2 + [...children.values()].filter((c) => entries[c]!.attributes.type === 'directory').length
  }
  return {
    count: entries.length,
    attributes: (file) => {
      const { attributes, content } = entries[file]!
      const size = content === undefined ? attributes.size : content().length
      return { ...attributes, nlink: links(file), size }
    },
    child: (directory, name) => entries[directory]!.children.get(name),
    names: (directory) => [...entries[directory]!.children.keys()],
    target: (file) => entries[file]!.target,
    source: (file) => sourceOf(entries[file]!.content?.() ?? new Uint8Array(0)),
  }
}

/** A machine's tree for tests, all on one disk. */
export function treeOf(
  files: Readonly<Record<string, LiteralFile>>,
  options: Omit<TreeOptions, 'root'> = {},
): Tree {
  const base = literalBase(files, Date.UTC(2026, 0, 2))
  const root = { device: '/dev/vda1', type: 'ext4', options: 'rw,relatime', dev: 0xfe01, holds: { base } }
  return new Tree({ ...options, root })
}

/** All of some bytes. */
export function sourceOf(bytes: Uint8Array): Source {
  return { size: bytes.length, read: (position, length) => bytes.subarray(position, position + length) }
}

function entry(file: LiteralFile, timeMs: number): Entry {
  const is = typeof file === 'string' || file instanceof Uint8Array ? { content: file } : file
  const type =
    is.link !== undefined
      ? 'link'
      : is.directory === true
        ? 'directory'
        : is.device !== undefined
          ? is.device[0] === 'c'
            ? 'character'
            : 'block'
          : 'file'
  const time = is.timeMs ?? timeMs
  const { content } = is
  return {
    attributes: {
      type,
      mode: is.mode ?? (type === 'directory' ? 0o755 : type === 'link' ? 0o777 : 0o644),
      uid: is.uid ?? 0,
      gid: is.gid ?? 0,
      nlink: 1,
      size: type === 'directory' ? 4096 : 0,
      major: is.device?.[1] ?? 0,
      minor: is.device?.[2] ?? 0,
      atimeMs: time,
      mtimeMs: time,
      ctimeMs: time,
    },
    children: new Map(),
    target: is.link ?? '',
    content:
      type === 'file'
        ? () => toBytes(typeof content === 'function' ? content() : (content ?? ''))
        : undefined,
  }
}

function toBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content, 'latin1') : content
}
