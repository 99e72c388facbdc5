import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { type AllowBook, AllowBookBuilder } from './book.ts'
import { addCloud } from './cloud.ts'
import { addCore, type CoreSettings } from './core.ts'
import type { AllowAction, OwnAllow } from './decision.ts'
import { addOwn } from './own.ts'
import { addPopular } from './popular.ts'
import { parseShallow } from './shallow-json.ts'
import { addWarninglist } from './warninglist.ts'

/** What is read of the lists' files. A list of a million popular names has some 20 MB. */
export const allowLimits = { fileBytes: 128 * 1024 * 1024, files: 2_000, depth: 3 } as const

/** A section of `intel.warninglists`. */
export interface WarninglistSection {
  readonly path: string
  readonly kind: 'misp' | 'popular' | 'cloud'
  readonly action?: AllowAction | undefined
}

export interface AllowSettings {
  readonly core: CoreSettings
  /** The owner's: of the configuration and those added by command. */
  readonly own: readonly OwnAllow[]
  readonly warninglists: readonly WarninglistSection[]
  /** ms since 1970: what has ended by then is left out. */
  readonly now: number
}

/** How it went with one file. */
export interface AllowReport {
  readonly path: string
  readonly entries: number
  readonly bad: number
  readonly examples: readonly string[]
  /** Why nothing of it was taken. */
  readonly trouble?: string
}

export interface LoadedAllow {
  readonly book: AllowBook
  readonly reports: readonly AllowReport[]
  /** Of the owner's values, those that could not be read. */
  readonly bad: readonly string[]
}

/** Reads all that is allowed. A list that cannot be read is told, and the others count. */
export function loadAllow({ core, own, warninglists, now }: AllowSettings): LoadedAllow {
  const builder = new AllowBookBuilder()
  addCore(builder, core)
  const bad = addOwn(builder, own, now)
  const reports = warninglists.flatMap((section) =>
    filesOf(section.path).map((path) => readOne(builder, path, section)),
  )
  return { book: builder.build(), reports, bad }
}

/** Changes when one of the files does: whether the book has to be made anew. */
export function allowStamp(warninglists: readonly WarninglistSection[]): string {
  return warninglists
    .flatMap(({ path }) => filesOf(path))
    .map((path) => {
      const stat = statSync(path, { throwIfNoEntry: false })
      return `${path} ${stat?.size} ${stat?.mtimeMs}`
    })
    .join('\n')
}

function readOne(builder: AllowBookBuilder, path: string, { kind, action }: WarninglistSection): AllowReport {
  const nothing = { path, entries: 0, bad: 0, examples: [] }
  try {
    const { size } = statSync(path)
    if (size > allowLimits.fileBytes)
      return { ...nothing, trouble: `it has ${size} bytes, more than ${allowLimits.fileBytes}` }
    const text = readFileSync(path, 'utf8')
    const id = idOf(path)
    if (kind !== 'misp') {
      const read = (kind === 'popular' ? addPopular : addCloud)(builder, text, id, action)
      return read.entries > 0
        ? { ...nothing, ...read }
        : { ...nothing, trouble: kind === 'popular' ? 'there is no name in it' : 'there is no range in it' }
    }
    const read = addWarninglist(builder, parseShallow(text), id, action)
    return read ? { ...read, path } : { ...nothing, trouble: 'it is no warninglist of MISP' }
  } catch (error) {
    return { ...nothing, trouble: error instanceof Error ? error.message : String(error) }
  }
}

/** What a list is called: its file, or its folder where the file is `list.json` as in MISP's repository. */
function idOf(path: string): string {
  const name = basename(path, extname(path))
  return name === 'list' ? basename(dirname(path)) : name
}

/** The file itself, or those of the folder in their order; the path where nothing is there, so that it is told. */
function filesOf(path: string, depth = 0): string[] {
  const entries = entriesOf(path)
  if (!entries) return [path]
  const found = entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inside = join(path, entry.name)
      if (entry.isDirectory()) return depth < allowLimits.depth ? filesOf(inside, depth + 1) : []
      return entry.isFile() && /\.(?:json|txt|csv|list|netset)$/i.test(entry.name) ? [inside] : []
    })
  return found.slice(0, allowLimits.files)
}

/** Of a folder that can be read; undefined for anything else. */
function entriesOf(path: string) {
  try {
    return statSync(path).isDirectory() ? readdirSync(path, { withFileTypes: true }) : undefined
  } catch {
    return undefined
  }
}
