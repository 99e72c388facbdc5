import { Template } from './template.ts'

/** What is the same of v1, v5 and v7: a header, and records that never change. */
export interface LegacyVersion {
  readonly headerBytes: number
  readonly recordBytes: number
  /** Whether the header has a sequence number (of flows), at byte 16. */
  readonly numbered: boolean
  /** A v9 template that says the same as the records' layout, so that the same code decodes them. */
  readonly template: Template
}

/** Padding of so many bytes. */
const pad = 210

const start = [[8, 4], [12, 4], [15, 4], [10, 2], [14, 2], [2, 4], [1, 4], [22, 4], [21, 4], [7, 2], [11, 2]] as const // prettier-ignore

/** By version. The layouts are those of Cisco's "NetFlow export datagram formats". */
export const legacyVersions: Readonly<Record<number, LegacyVersion>> = {
  1: legacy(1, 16, false, [...start, [pad, 2], [4, 1], [5, 1], [6, 1], [pad, 11]]),
  5: legacy(5, 24, true, [
    ...start,
    [pad, 1],
    [6, 1],
    [4, 1],
    [5, 1],
    [16, 2],
    [17, 2],
    [9, 1],
    [13, 1],
    [pad, 2],
  ]),
  7: legacy(7, 24, true, [
    ...start,
    [pad, 1],
    [6, 1],
    [4, 1],
    [5, 1],
    [16, 2],
    [17, 2],
    [9, 1],
    [13, 1],
    [pad, 6],
  ]),
}

function legacy(
  version: number,
  headerBytes: number,
  numbered: boolean,
  fields: readonly (readonly [id: number, length: number])[],
): LegacyVersion {
  return {
    headerBytes,
    recordBytes: fields.reduce((sum, [, length]) => sum + length, 0),
    numbered,
    template: new Template(
      version,
      256,
      false,
      Uint32Array.from(fields.flatMap(([id, length]) => [0, id, length])),
      0,
    ),
  }
}
