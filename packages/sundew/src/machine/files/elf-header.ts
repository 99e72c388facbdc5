/** The first bytes of a 32-bit program: ELF header and two segments, for a file that bots look at to learn the architecture. */
export function elfHeader(machine: 'mips' | 'arm', size: number): Uint8Array {
  const big = machine === 'mips'
  const bytes = new Uint8Array(52 + 64)
  const view = new DataView(bytes.buffer)
  const two = (at: number, n: number) => view.setUint16(at, n, !big)
  const four = (at: number, n: number) => view.setUint32(at, n, !big)
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, big ? 2 : 1, 1, 0])
  two(16, 2)
  // EM_MIPS, EM_ARM
  two(18, big ? 8 : 40)
  four(20, 1)
  const start = big ? 0x400000 : 0x8000
  four(24, start + 0x1a0)
  four(28, 52)
  four(32, size - 15 * 40)
  // MIPS32 release 2, o32, noreorder, pic, cpic; ARM EABI version 5.
  four(36, big ? 0x70001007 : 0x05000002)
  two(40, 52)
  two(42, 32)
  two(44, 2)
  two(46, 40)
  two(48, 15)
  two(50, 14)
  const segments = [
    [1, 0, start, size - 0x1000, 5],
    [1, size - 0x1000, start + size + 0x10000, 0x800, 6],
  ] as const
  for (const [i, [type, offset, address, length, flags]] of segments.entries()) {
    const at = 52 + 32 * i
    for (const [k, n] of [
      type,
      offset,
      address,
      address,
      length,
      length,
      flags,
      big ? 0x10000 : 0x8000,
    ].entries()) {
      four(at + 4 * k, n)
    }
  }
  return bytes
}
