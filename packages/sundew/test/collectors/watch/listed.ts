import { AddressSetBuilder } from '../../../src/match/address-set-builder.ts'
import type { AddressSet } from '../../../src/match/address-set.ts'
import type { NamedEntry, NameLookup, TextKind } from '../../../src/match/named.ts'
import { parseRange } from '../../../src/match/parse-address.ts'

/** Addresses of a list `ips`. */
export function addressesOf(...texts: readonly string[]): AddressSet {
  const builder = new AddressSetBuilder()
  const label = builder.label(builder.source('ips'), 'Scanners', 'https://ips.example/')
  for (const text of texts) {
    const { first, last } = parseRange(text)!
    builder.add(first, last, label)
  }
  return builder.build()
}

/** The simplest thing that answers as a name set does: `kind value`, alone or with `alert` behind it. */
export function namesOf(...texts: readonly string[]): NameLookup {
  const entries: NamedEntry[] = texts.map((text) => {
    const [type = '', indicator = '', action = 'block'] = text.split(' ')
    return {
      type: type as TextKind,
      indicator,
      source: 0,
      title: `Pulse of ${indicator}`,
      link: `https://pulses.example/${indicator}`,
      action: action as 'block' | 'alert',
      confidence: 80,
    }
  })
  const find = (kind: TextKind, text: string) =>
    entries.findIndex(({ type, indicator }) => type === kind && indicator === text)
  const findName = (text: string) => {
    const name = text.toLowerCase().replace(/\.$/, '')
    const exact = find('hostname', name)
    if (exact >= 0) return exact
    for (let at = 0; at >= 0; at = name.indexOf('.', at) + 1 || -1) {
      const found = find('domain', name.slice(at))
      if (found >= 0) return found
    }
    return -1
  }
  const text = (bytes: Uint8Array, from: number, to: number) =>
    Buffer.from(bytes.subarray(from, to)).toString()
  return {
    sources: [{ name: 'pulses' }],
    size: entries.length,
    findName: (bytes, from, to) => findName(text(bytes, from, to)),
    findText: (kind, bytes, from, to) => find(kind, text(bytes, from, to)),
    find: (kind, value) => (kind === 'domain' || kind === 'hostname' ? findName(value) : find(kind, value)),
    entries: (node) => [entries[node]!],
  }
}
