import type { Attributes } from './base.ts'
import type { Content } from './content.ts'
import type { FileType } from './file-system.ts'

/** A file that was made or changed: what differs from the base. */
export class Inode {
  readonly type: FileType
  /** False for one of the base's. */
  readonly made: boolean
  mode: number
  uid: number
  gid: number
  nlink: number
  readonly major: number
  readonly minor: number
  atimeMs: number
  mtimeMs: number
  ctimeMs: number
  /** Of a file; undefined while it is as in the base. */
  content: Content | undefined
  /** Of a fifo: what waits in it. */
  waiting: Uint8Array[] | undefined
  /** Of a directory; undefined while it is as in the base. */
  entries: Map<string, number> | undefined
  /** Of a link that was made. */
  target: string | undefined
  /** Opened so many times. */
  opens = 0
  /** The size as the base has it, or of a directory. */
  size: number

  constructor(attributes: Attributes, made: boolean) {
    this.type = attributes.type
    this.made = made
    this.mode = attributes.mode
    this.uid = attributes.uid
    this.gid = attributes.gid
    this.nlink = attributes.nlink
    this.size = attributes.size
    this.major = attributes.major
    this.minor = attributes.minor
    this.atimeMs = attributes.atimeMs
    this.mtimeMs = attributes.mtimeMs
    this.ctimeMs = attributes.ctimeMs
  }
}
