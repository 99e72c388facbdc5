/**
 * Several typed arrays in one buffer, as the files of sets and maps have them: a magic, a version and the length of each
 * array in its elements, then the arrays, each at a multiple of 8. Little-endian, so that a view is all that reading takes.
 */
export type Section = Uint8Array | Uint16Array | Uint32Array

const alignment = 8
/** Arrays in one file at most. */
const most = 32

type Constructor = typeof Uint8Array | typeof Uint16Array | typeof Uint32Array

/** The buffer that {@link readSections} reads. */
export function writeSections(magic: string, version: number, sections: readonly Section[]): Uint8Array {
  if (sections.length > most) throw new RangeError(`At most ${most} sections`)
  const header = headerWords(sections.length)
  let size = align(header * 4)
  for (const section of sections) size += align(section.byteLength)
  const bytes = new Uint8Array(size)
  const words = new Uint32Array(bytes.buffer, 0, header)
  bytes.set(new TextEncoder().encode(magic).subarray(0, 8))
  words[2] = version
  words[3] = sections.length
  // A length in two words: a set may pass 4 GiB in theory, and the file's must be told whole.
  words[4] = size >>> 0
  words[5] = Math.floor(size / 2 ** 32)
  let at = align(header * 4)
  for (const [index, section] of sections.entries()) {
    words[6 + index] = section.length
    bytes.set(new Uint8Array(section.buffer, section.byteOffset, section.byteLength), at)
    at += align(section.byteLength)
  }
  return bytes
}

/** The version that a buffer of {@link writeSections} says; 0 where it is too short for that. */
export function versionOf(bytes: Uint8Array): number {
  return bytes.byteLength < 12 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true)
}

/**
 * Views over the arrays of a buffer.
 *
 * @param kinds which typed arrays are expected, in order
 * @throws RangeError where it is something else, of another version, or cut
 */
export function readSections(
  bytes: Uint8Array,
  magic: string,
  version: number,
  kinds: readonly Constructor[],
): Section[] {
  if (new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1)
    throw new RangeError('These files are read on little-endian machines only')
  // Views need their alignment.
  const buffer = bytes.byteOffset % alignment === 0 ? bytes : bytes.slice()
  const header = headerWords(kinds.length)
  if (buffer.byteLength < align(header * 4))
    throw new RangeError(`It is too short: ${buffer.byteLength} bytes`)
  if (new TextDecoder('latin1').decode(buffer.subarray(0, magic.length)) !== magic)
    throw new RangeError(`It does not begin with ${magic}`)
  const words = new Uint32Array(buffer.buffer, buffer.byteOffset, header)
  if (words[2] !== version) throw new RangeError(`Its version is ${words[2]}, not ${version}`)
  const size = words[4]! + words[5]! * 2 ** 32
  if (words[3] !== kinds.length || size !== buffer.byteLength)
    throw new RangeError(`It says ${size} bytes and has ${buffer.byteLength}`)
  let at = align(header * 4)
  const sections = kinds.map((Kind, index) => {
    const length = words[6 + index]!
    const next = at + align(length * Kind.BYTES_PER_ELEMENT)
    if (next > size) throw new RangeError(`Section ${index} goes past its end`)
    const section = new Kind(buffer.buffer as ArrayBuffer, buffer.byteOffset + at, length)
    at = next
    return section
  })
  if (at !== size) throw new RangeError(`Its sections end at ${at} of ${size} bytes`)
  return sections
}

function headerWords(sections: number): number {
  return 6 + sections
}

function align(size: number): number {
  return Math.ceil(size / alignment) * alignment
}
