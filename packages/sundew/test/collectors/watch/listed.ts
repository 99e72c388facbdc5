import { AddressSetBuilder } from '../../../src/match/address-set-builder.ts'
import { AddressSet } from '../../../src/match/address-set.ts'
import { NameSetBuilder } from '../../../src/match/name-set-builder.ts'
import { NameSet } from '../../../src/match/name-set.ts'
import type { TextKind } from '../../../src/match/named.ts'
import { parseRange } from '../../../src/match/parse-address.ts'

/** Addresses of a list `ips`. */
export function addressesOf(...texts: readonly string[]): AddressSet {
  return AddressSet.from(addressBytesOf(...texts))
}

export function addressBytesOf(...texts: readonly string[]): Uint8Array {
  const builder = new AddressSetBuilder()
  const label = builder.label(builder.source('ips'), 'Scanners', 'https://ips.example/', 'block', 80)
  for (const text of texts) {
    const { first, last } = parseRange(text)!
    builder.add(first, last, label)
  }
  return builder.toBytes()
}

/** Texts of a list `pulses`: `kind value`, and `alert` behind it for what is only matched. */
export function namesOf(...texts: readonly string[]): NameSet {
  const builder = new NameSetBuilder()
  const source = builder.source('pulses')
  for (const text of texts) {
    const [kind = '', value = '', action = 'block'] = text.split(' ')
    const label = builder.label(
      source,
      `Pulse of ${value}`,
      `https://pulses.example/${value}`,
      action as 'block' | 'alert',
      80,
    )
    builder.add(kind as TextKind, value, label)
  }
  return NameSet.from(builder.toBytes())
}
