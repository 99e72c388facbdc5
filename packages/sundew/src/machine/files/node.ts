import type { FileType, Stat } from './file-system.ts'

/** Who makes a call: the rights, and the process, by which /proc/self is found. */
export interface Caller {
  readonly uid: number
  readonly gid: number
  readonly groups: readonly number[]
  readonly process: number | undefined
}

/** A file in some volume, as a path leads to it. Made for each walk, so never compared by identity: see {@link sameNode}. */
export interface Node {
  readonly volume: Volume
  /** What tells it from others of its volume. */
  readonly key: number | string
  readonly type: FileType
  readonly mode: number
  readonly uid: number
  readonly gid: number
  stat(): Stat
  child(name: string, caller: Caller): Node | undefined
  names(caller: Caller): readonly string[]
  /** Of a link. */
  target(caller: Caller): string
}

/** What is mounted somewhere. */
export interface Volume {
  /** st_dev */
  readonly dev: number
  readonly readOnly: boolean
  readonly root: Node
  /** Volumes that cover directories of this one, by key. */
  readonly covered: Map<number | string, Volume>
}

export function sameNode(a: Node, b: Node): boolean {
  return a.volume === b.volume && a.key === b.key
}
