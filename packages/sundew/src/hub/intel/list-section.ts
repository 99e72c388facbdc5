import { createHash } from 'node:crypto'
import { basename, resolve } from 'node:path'
import type { ListSpec } from '../../intel/files/read.ts'

/** A section of `intel.files`. */
export interface ListSection {
  readonly path: string
  readonly name?: string | undefined
  readonly format: ListSpec['format']
  readonly column?: number | string | undefined
  readonly link?: string | undefined
  readonly least_prefix_v4?: number | undefined
  readonly least_prefix_v6?: number | undefined
}

/** A section as it is read, and the key that its state is remembered by: another file or format is another list. */
export function listOf(section: ListSection): { readonly spec: ListSpec; readonly key: string } {
  const { path, name, format, column, link } = section
  const spec: ListSpec = { path: resolve(path), name: name ?? basename(path), format, column, link }
  const key = createHash('sha256')
    .update(JSON.stringify([spec.name, spec.path, spec.format, spec.column ?? '', spec.link ?? '']))
    .digest('hex')
    .slice(0, 16)
  return { spec, key }
}
