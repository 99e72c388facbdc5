/** One persona of the decoy, as a loader that comes to it would have it. */
export interface Device {
  readonly persona: 'busybox-router' | 'busybox-camera'
  /** What `uname -m` says. */
  readonly machine: string
  /** ELF's byte order (1 little, 2 big) and machine. */
  readonly order: 1 | 2
  readonly code: number
  /** What loaders call its binaries. */
  readonly suffix: string
  readonly processor: RegExp
  readonly prompt: RegExp
}

export const devices: readonly Device[] = [
  {
    persona: 'busybox-router',
    machine: 'mips',
    order: 2,
    code: 8,
    suffix: 'mips',
    processor: /^cpu model\s*: MIPS /m,
    prompt: /root@\w+:~# $/,
  },
  {
    persona: 'busybox-camera',
    machine: 'armv5tejl',
    order: 1,
    code: 40,
    suffix: 'arm5',
    processor: /^Processor\s*: ARM/m,
    prompt: /\n\/ # $/,
  },
]

/** What a program of the device would begin with, and bytes of all kinds after it. */
export function programFor({ order, code }: Pick<Device, 'order' | 'code'>, seed: Uint8Array): Buffer {
  const header = Buffer.alloc(52)
  header.set([0x7f, 0x45, 0x4c, 0x46, 1, order, 1])
  const two = (at: number, value: number) =>
    order === 2 ? header.writeUInt16BE(value, at) : header.writeUInt16LE(value, at)
  two(16, 2)
  two(18, code)
  two(20, order === 2 ? 0 : 1)
  return Buffer.concat([header, Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), seed])
}
