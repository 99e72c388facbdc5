import type { Base } from './base.ts'
import type { Source } from './content.ts'

const folders = ['bin', 'sbin', 'usr/bin', 'usr/sbin']
/** What ELF begins with. */
const magic = Buffer.from('\x7fELF', 'latin1')
const compareBytes = 64 * 1024

/** The programs that a machine came with, to tell copies of them from what an intruder brought. */
export class OwnPrograms {
  readonly #bases: Base[] = []
  #bySize: Map<number, (readonly [Base, number])[]> | undefined

  add(base: Base): void {
    this.#bases.push(base)
    this.#bySize = undefined
  }

  /** Whether a file is one of them, byte for byte, as it was before anybody touched it. */
  have(file: Source): boolean {
    if (file.size < magic.length || !magic.equals(file.read(0, magic.length))) return false
    this.#bySize ??= bySize(this.#bases)
    const alike = this.#bySize.get(file.size) ?? []
    return alike.some(([base, own]) => sameBytes(file, base.source(own)))
  }
}

function bySize(bases: readonly Base[]): Map<number, (readonly [Base, number])[]> {
  const found = new Map<number, (readonly [Base, number])[]>()
  for (const base of bases) {
    for (const folder of folders) {
      const directory = folder
        .split('/')
        .reduce<number | undefined>((at, name) => (at === undefined ? at : base.child(at, name)), 0)
      if (directory === undefined || base.attributes(directory).type !== 'directory') continue
      for (const name of base.names(directory)) {
        const file = base.child(directory, name)
        if (file === undefined) continue
        const { type, mode, size } = base.attributes(file)
        if (type !== 'file' || (mode & 0o111) === 0) continue
        const alike = found.get(size)
        if (alike === undefined) found.set(size, [[base, file]])
        else alike.push([base, file])
      }
    }
  }
  return found
}

function sameBytes(a: Source, b: Source): boolean {
  for (let at = 0; at < a.size; at += compareBytes) {
    const length = Math.min(compareBytes, a.size - at)
    if (Buffer.compare(a.read(at, length), b.read(at, length)) !== 0) return false
  }
  return true
}
