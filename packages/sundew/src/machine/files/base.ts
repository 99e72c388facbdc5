import type { Source } from './content.ts'
import type { FileType } from './file-system.ts'

/** What is known of a file: all of `stat(2)` that does not follow from where it lies. */
export interface Attributes {
  readonly type: FileType
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly nlink: number
  readonly size: number
  readonly major: number
  readonly minor: number
  readonly atimeMs: number
  readonly mtimeMs: number
  readonly ctimeMs: number
}

/** What a volume holds before anybody touches it. Files are numbers from 0, the root, to below `count`. Never changed, so it can be shared. */
export interface Base {
  readonly count: number
  attributes(file: number): Attributes
  child(directory: number, name: string): number | undefined
  names(directory: number): readonly string[]
  /** Of a link. */
  target(file: number): string
  /** Of a file. */
  source(file: number): Source
}

/** A volume that starts with a root and nothing else. */
export function emptyBase(root: { mode: number; uid: number; gid: number; timeMs: number }): Base {
  const attributes: Attributes = {
    type: 'directory',
    mode: root.mode,
    uid: root.uid,
    gid: root.gid,
    nlink: 2,
    size: 4096,
    major: 0,
    minor: 0,
    atimeMs: root.timeMs,
    mtimeMs: root.timeMs,
    ctimeMs: root.timeMs,
  }
  return {
    count: 1,
    attributes: () => attributes,
    child: () => undefined,
    names: () => [],
    target: () => '',
    source: () => ({ size: 0, read: () => new Uint8Array(0) }),
  }
}
