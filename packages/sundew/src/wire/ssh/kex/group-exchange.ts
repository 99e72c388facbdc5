import { messageNumber } from '../message/message-number.ts'
import { WireReader, type Parsed } from '../message/wire-reader.ts'
import { WireWriter } from '../message/wire-writer.ts'
import { fixedGroups, type DhGroup } from './dh.ts'

/** Bits of the primes that a client wants (RFC 4419 §3). */
export interface GroupRequest {
  readonly min: number
  readonly wanted: number
  readonly max: number
}

/** Bits that OpenSSH's primes have at least and at most (`DH_GRP_MIN`, `DH_GRP_MAX`). */
export const minGroupBits = 2048
export const maxGroupBits = 8192

export function parseGroupRequest(payload: Uint8Array): Parsed<GroupRequest> {
  const reader = new WireReader(payload, messageNumber.gexRequest)
  return reader.finish({ min: reader.uint32(), wanted: reader.uint32(), max: reader.uint32() })
}

export function writeGroup(group: DhGroup): Uint8Array {
  return new WireWriter(messageNumber.kexReply).mpint(group.prime).mpint(group.generator).bytes()
}

/**
 * One of `groups`, as sshd takes it from its file of primes (dh.c): of those in the request's bounds the smallest that has the
 * wanted bits, or else the largest; of several as large the one that `pick` gives, a number below how many there are.
 * Where none lies in the bounds, the fixed one for the largest that is allowed. `out-of-range` where the bounds contradict each other.
 */
export function chooseGroup(
  request: GroupRequest,
  groups: readonly DhGroup[],
  pick: (count: number) => number,
): DhGroup | 'out-of-range' {
  const { min, wanted, max } = request
  if (max < min || wanted < min || max < wanted || max < minGroupBits) return 'out-of-range'
  const least = Math.max(minGroupBits, min)
  const most = Math.min(maxGroupBits, max)
  const want = Math.min(maxGroupBits, Math.max(minGroupBits, wanted))
  if (most < least || want < least || most < want) return 'out-of-range'
  const allowed = groups.filter((group) => bitsOf(group) >= least && bitsOf(group) <= most)
  const sizes = allowed.map(bitsOf).toSorted((a, b) => a - b)
  const size = sizes.find((bits) => bits >= want) ?? sizes.at(-1)
  const equal = allowed.filter((group) => bitsOf(group) === size)
  const fixed = fixedGroups[most < 3072 ? 14 : most < 6144 ? 16 : 18]
  return equal.length === 0 ? fixed : (equal[pick(equal.length)] ?? fixed)
}

function bitsOf({ prime }: DhGroup): number {
  return prime.length * 8 - Math.clz32(prime[0] ?? 0) + 24
}
