import { firewallKinds } from '../../../wire/firewall/layout.ts'
import { ascii } from '../../tail/scan.ts'
import { lower } from './number.ts'

const blocking =
  'block blocked drop dropped dropping deny denied reject rejected discard discarded refuse refused tarpit'
const allowing = 'accept accepted allow allowed pass passed permit permitted'

interface Word {
  readonly bytes: Uint8Array
  readonly kind: number
}

/** By first letter. */
const words: (readonly Word[] | undefined)[] = Array.from({ length: 256 })
for (const [list, kind] of [
  [blocking, firewallKinds.block],
  [allowing, firewallKinds.allow],
] as const)
  for (const text of list.split(' ')) {
    const bytes = ascii(text)
    words[bytes[0]!] = [...(words[bytes[0]!] ?? []), { bytes, kind }]
  }
/** 0 of bytes that are no letters, 2 of those that words begin with, 1 of the others. */
const letters = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (lower(byte) < 0x61 || lower(byte) > 0x7a) return 0
  return words[lower(byte)] === undefined ? 1 : 2
})

/**
 * What a rule does by the words of its name, in letters of any size: `firewallKinds`. A word is what stands between bytes that are
 * no letters; of a blocking and an allowing word, the blocking one holds (`accepted-then-dropped`).
 */
export function actionOf(line: Uint8Array, from: number, to: number): number {
  let kind: number = firewallKinds.other
  let at = from
  while (at < to) {
    const start = at
    const first = letters[line[at++]!]!
    if (first === 0) continue
    while (at < to && letters[line[at]!] !== 0) at++
    // The shortest words have four letters.
    if (first === 1 || at - start < 4) continue
    const told = kindOf(words[lower(line[start]!)]!, line, start, at)
    if (told === firewallKinds.block) return told
    if (told !== firewallKinds.other) kind = told
  }
  return kind
}

function kindOf(list: readonly Word[], line: Uint8Array, from: number, to: number): number {
  for (const { bytes, kind } of list) {
    if (bytes.length !== to - from) continue
    let same = 1
    while (same < bytes.length && lower(line[from + same]!) === bytes[same]) same++
    if (same === bytes.length) return kind
  }
  return firewallKinds.other
}
