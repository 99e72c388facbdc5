import { randomFillSync } from 'node:crypto'
import { FileError } from './file-system.ts'
import type { Caller } from './node.ts'

/** What a device special file leads to. Every method may throw {@link FileError}. */
export interface Device {
  /** At opening; throws where it cannot be. */
  open?(caller: Caller): void
  /** Up to `max` bytes from a place; none at the end. */
  read(max: number, position: number): Uint8Array
  write(bytes: Uint8Array, position: number): void
}

/** Found by `c1:3`, `b254:0`. */
export type Devices = ReadonlyMap<string, Device>

/** A device gives no more at once. */
const mostAtOnce = 256 * 1024

const empty = new Uint8Array(0)
const absorb = () => {}
const fail = (code: 'EIO' | 'EINVAL' | 'EPERM' | 'ENOSPC' | 'ENXIO') => (): never => {
  throw new FileError(code, '')
}
const noSuch: Device = { open: fail('ENXIO'), read: fail('ENXIO'), write: fail('ENXIO') }
const zero = (max: number) => new Uint8Array(Math.min(max, mostAtOnce))
const random = (max: number) => randomFillSync(new Uint8Array(Math.min(max, mostAtOnce)))

/** Those that every Linux has. /dev/tty and /dev/stdin are the shell's: here nobody has a terminal. */
export const standardDevices: Devices = new Map<string, Device>([
  // Locked down.
  ['c1:1', { read: fail('EPERM'), write: fail('EPERM') }],
  ['c1:3', { read: () => empty, write: absorb }],
  ['c1:4', { read: fail('EIO'), write: fail('EIO') }],
  ['c1:5', { read: zero, write: absorb }],
  ['c1:7', { read: zero, write: fail('ENOSPC') }],
  ['c1:8', { read: random, write: absorb }],
  ['c1:9', { read: random, write: absorb }],
  ['c1:11', { read: () => empty, write: absorb }],
  ['c5:0', noSuch],
  ['c5:1', { read: () => empty, write: absorb }],
  ['c5:2', { read: fail('EIO'), write: absorb }],
])

/** The device, or one that is not there: ENXIO, as for numbers without a driver. */
export function deviceOf(
  devices: Devices,
  type: 'character' | 'block',
  major: number,
  minor: number,
): Device {
  return devices.get(`${type === 'block' ? 'b' : 'c'}${major}:${minor}`) ?? noSuch
}
