import type { FileSystem } from '../files/file-system.ts'
import { textOfBytes } from './byte-text.ts'

/** What a file is, by its first bytes. */
export type Head =
  | { readonly kind: 'elf' }
  | { readonly kind: 'binary' }
  | { readonly kind: 'text' }
  | { readonly kind: 'script'; readonly interpreter: string; readonly argument: string }

const headBytes = 256

/** ELF's class, byte order and machine for what `uname -m` says. */
const machines: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
  x86_64: [
    [2, 1, 62],
    [1, 1, 3],
  ],
  i686: [[1, 1, 3]],
  mips: [[1, 2, 8]],
  mipsel: [[1, 1, 8]],
  armv7l: [[1, 1, 40]],
  armv5tejl: [[1, 1, 40]],
  aarch64: [[2, 1, 183]],
}

export function headOf(files: FileSystem, path: string, machine: string): Head {
  let head: string
  try {
    const file = files.open(path, { read: true })
    head = textOfBytes(file.read(headBytes))
    file.close()
  } catch {
    // May be run, may not be read.
    return { kind: 'elf' }
  }
  if (head.startsWith('\x7fELF')) {
    const little = head.charCodeAt(5) === 1
    const number = little
      ? head.charCodeAt(18) + 256 * head.charCodeAt(19)
      : head.charCodeAt(19) + 256 * head.charCodeAt(18)
    const fits = (machines[machine] ?? machines['x86_64']!).some(
      ([bits, order, code]) => head.charCodeAt(4) === bits && head.charCodeAt(5) === order && number === code,
    )
    return { kind: fits ? 'elf' : 'binary' }
  }
  if (head.startsWith('#!')) {
    const line = head.slice(2).split('\n')[0]!.trim()
    const space = line.search(/[ \t]/)
    const interpreter = space < 0 ? line : line.slice(0, space)
    if (interpreter !== '')
      return { kind: 'script', interpreter, argument: space < 0 ? '' : line.slice(space).trim() }
  }
  // As bash looks: a NUL in the first line.
  const first = head.slice(0, 80).split('\n')[0]!
  return { kind: first.includes('\0') ? 'binary' : 'text' }
}
