import type { FileType } from './file-system.ts'

/** A tree as it lies in an asset, taken apart: shared by all machines and never changed. Files in breadth-first order, so children are a run. */
export interface PackedTree {
  readonly count: number
  /** All names, one behind the other; file i's is from `nameEnds[i - 1]` to `nameEnds[i]`. */
  readonly names: string
  readonly nameEnds: Uint32Array
  /** Children of a directory, by name. */
  readonly firstChild: Uint32Array
  readonly childCount: Uint32Array
  /** Into `kinds`. */
  readonly kind: Uint16Array
  readonly kinds: readonly PackedKind[]
  readonly size: Float64Array
  /** Seconds since 1970; where `installed` is 1, since the installation began. */
  readonly time: Float64Array
  readonly installed: Uint8Array
  /** What is kept of the contents of a file, or the target of a link: from `keptStart[i]`, `keptLength[i]` bytes. */
  readonly keptStart: Uint32Array
  readonly keptLength: Uint32Array
  readonly kept: Uint8Array
  /** 0: all is kept; 1: the rest looks like a program; 2: like text; 3: a template for {@link PackedTree} of one machine; 4: made by the machine. */
  readonly rest: Uint8Array
  /** A second name for a file: by the number that the name has. */
  readonly aliases: ReadonlyMap<number, number>
}

export interface PackedKind {
  readonly type: FileType
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** How the contents of a file that are not kept come about. */
export const restKinds = { none: 0, binary: 1, text: 2, template: 3, made: 4 } as const

/** A file to be packed. */
export interface FileToPack {
  readonly name: string
  readonly kind: PackedKind
  readonly size: number
  readonly time: number
  readonly installed: boolean
  readonly kept: Uint8Array
  readonly rest: number
  readonly children: readonly FileToPack[]
  /** Another name for that one. */
  readonly sameAs?: FileToPack | undefined
}

/** Columns of numbers, each with its length before it, then names and contents. To be compressed. */
export function packTree(root: FileToPack): Uint8Array {
  const files: FileToPack[] = [root]
  for (const file of files) {
    files.push(...file.children.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
  }
  const numbers = new Map(files.map((file, i) => [file, i]))
  const kinds = [...new Set(files.map((f) => kindKey(f.kind)))]
  const kindNumbers = new Map(kinds.map((key, i) => [key, i]))
  let before = 0
  const times = files.map(({ time, installed }) => {
    if (installed) return time * 2 + 1
    const delta = time - before
    before = time
    return (delta >= 0 ? delta * 2 : -delta * 2 - 1) * 2
  })
  const head = Buffer.from(JSON.stringify(kinds.map((key) => JSON.parse(key) as PackedKind)))
  const columns = [
    files.map((f) => f.name.length),
    files.map((f) => f.children.length),
    files.map((f) => kindNumbers.get(kindKey(f.kind))!),
    files.map((f) => f.size),
    times,
    files.map((f) => f.kept.length),
    files.map((f) => f.rest),
    files.map((f) => (f.sameAs === undefined ? 0 : numbers.get(f.sameAs)!)),
  ].map(varints)
  const parts = [
    head,
    ...columns,
    Buffer.from(files.map((f) => f.name).join(''), 'latin1'),
    Buffer.concat(files.map((f) => f.kept)),
  ]
  return Buffer.concat([varints([files.length]), ...parts.flatMap((part) => [varints([part.length]), part])])
}

/** The reverse of {@link packTree}. @throws RangeError where the bytes are not such a tree */
export function unpackTree(bytes: Uint8Array): PackedTree {
  const [[count], start] = readVarints(bytes, 0, 1)
  let at = start
  const part = () => {
    const [[length], from] = readVarints(bytes, at, 1)
    at = from + length!
    if (at > bytes.length) throw new RangeError('A packed tree ends too early.')
    return bytes.subarray(from, at)
  }
  const kinds = JSON.parse(Buffer.from(part()).toString()) as PackedKind[]
  const column = () => readVarints(part(), 0, count!)[0]
  const nameLengths = column()
  const childCount = Uint32Array.from(column())
  const kind = Uint16Array.from(column())
  const size = Float64Array.from(column())
  const times = column()
  const keptLength = Uint32Array.from(column())
  const rest = Uint8Array.from(column())
  const same = column()
  const names = Buffer.from(part()).toString('latin1')
  const kept = part()

  const time = new Float64Array(count!)
  const installed = new Uint8Array(count!)
  const nameEnds = new Uint32Array(count!)
  const firstChild = new Uint32Array(count!)
  const keptStart = new Uint32Array(count!)
  const aliases = new Map<number, number>()
  let [before, name, child, content] = [0, 0, 1, 0]
  for (let i = 0; i < count!; i++) {
    const t = times[i]!
    installed[i] = t % 2
    if (t % 2 === 1) time[i] = (t - 1) / 2
    else {
      const zigzag = t / 2
      before += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
      time[i] = before
    }
    nameEnds[i] = name += nameLengths[i]!
    firstChild[i] = child
    child += childCount[i]!
    keptStart[i] = content
    content += keptLength[i]!
    if (same[i]! > 0) aliases.set(i, same[i]!)
  }
  if (child !== count || content !== kept.length || name !== names.length) {
    throw new RangeError('A packed tree does not add up.')
  }
  return {
    count,
    names,
    nameEnds,
    firstChild,
    childCount,
    kind,
    kinds,
    size,
    time,
    installed,
    keptStart,
    keptLength,
    kept,
    rest,
    aliases,
  }
}

function kindKey(kind: PackedKind): string {
  return JSON.stringify(kind)
}

/** Seven bits a byte, the lowest first; beyond 32 bits too. */
function varints(numbers: readonly number[]): Uint8Array {
  const bytes: number[] = []
  for (let n of numbers) {
    for (; n >= 0x80; n = Math.floor(n / 0x80)) bytes.push((n % 0x80) | 0x80)
    bytes.push(n)
  }
  return Uint8Array.from(bytes)
}

function readVarints(bytes: Uint8Array, start: number, count: number): [number[], number] {
  const numbers = Array.from<number>({ length: count })
  let at = start
  for (let i = 0; i < count; i++) {
    let n = 0
    for (let scale = 1; ; scale *= 0x80) {
      const byte = bytes[at++]
      if (byte === undefined) throw new RangeError('A packed tree ends within a number.')
      n += (byte & 0x7f) * scale
      if (byte < 0x80) break
    }
    numbers[i] = n
  }
  return [numbers, at]
}
