import type { ZodType } from 'zod'
import type { Blocklist } from './blocklist.ts'

/** One target: a file here, a line in `index.ts`, a test that calls the conformance suite. */
export interface Publisher<C> {
  /** `target` of its sections in `intel.publish`. */
  readonly target: string
  readonly summary: string
  /** Keys of its section beside those that every publication has. */
  readonly config: ZodType<C>
  /**
   * The files of this target, each written whole. The first is the one at `path` where there is only one; several lie in a
   * folder of that name.
   */
  render(list: Blocklist, config: C, host: RenderHost): Iterable<RenderedFile>
  /**
   * The target's own tool that says whether the files are good: run without a shell where it exists; exit code 0 is good.
   *
   * @param folder where the files lie under their names
   */
  check?(folder: string, config: C): readonly Check[]
  /** Whether it can carry this: for `why`. */
  carries(what: Carried, config: C): boolean
  /**
   * The value of a line that is an entry; undefined for all others. Entries are counted and told by it. Where it is not given,
   * every line is one that is neither empty nor begins with `#` or `;`.
   */
  entry?(line: string, file: string): string | undefined
}

export interface RenderedFile {
  /** Without a folder, or below one: `manifest.json`, `events/x.json`. */
  readonly name: string
  /** UTF-8 text, in pieces of any size; as bytes where it is copied. */
  readonly pieces: Iterable<string | Uint8Array>
}

/** A file as it was rendered and lies there still, read where one likes until the rendering ends. */
export interface KeptFile {
  /** Of the list that it was made of, with the same settings. */
  readonly version: number
  readonly bytes: number
  /** Its bytes from `from` to before `to`, or to its end. */
  read(from: number, to: number): Buffer
}

export interface Check {
  readonly command: string
  readonly args: readonly string[]
  /** What of its exit codes is good beside 0. */
  readonly good?: readonly number[]
  /** Whatever it says on standard error means that a file is not good: for tools that skip what they cannot read. */
  readonly silent?: boolean
  /** Said on standard error where it cannot run here (no rights …): then nothing was checked. */
  readonly unable?: RegExp
}

/** What a publisher is told beside the list. */
export interface RenderHost {
  /** Counts what the target cannot take, by reason. */
  leaveOut(reason: string): void
  /** The former file of that name as it lies there, in pieces; undefined where there is none. */
  former(name: string): Iterable<Uint8Array> | undefined
  /** The former file of that name where nothing but rendering has written it; where it is not given, nobody knows. */
  kept?(name: string): KeptFile | undefined
  /** Sundew's version, for formats that name it. */
  readonly version: string
  /** The folder where the files will lie, absolute, for those that name each other. */
  readonly folder?: string
}

export type Carried =
  | { readonly type: 'address'; readonly family: 4 | 6 }
  | {
      readonly type:
        | 'domain'
        | 'hostname'
        | 'url'
        | 'email'
        | 'hash'
        | 'cve'
        | 'ja3'
        | 'ja4'
        | 'file_name'
        | 'as'
    }
