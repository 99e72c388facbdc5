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
const words: (readonly Word[] | undefined)[] = []
for (const [list, kind] of [
  [blocking, firewallKinds.block],
  [allowing, firewallKinds.allow],
] as const)
  for (const text of list.split(' ')) {
    const bytes = ascii(text)
    words[bytes[0]!] = [...(words[bytes[0]!] ?? []), { bytes, kind }]
  }

/**
 * What a rule does by the words of its name, in letters of any size: `firewallKinds`. A word is what stands between bytes that are
 * no letters; of a blocking and an allowing word, the blocking one holds (`accepted-then-dropped`).
 */
export function actionOf(line: Uint8Array, from: number, to: number): number {
  let kind: number = firewallKinds.other
  let at = from
  while (at < to) {
    const first = lower(line[at]!)
    if (first < 0x61 || first > 0x7a) {
      at++
      continue
    }
    const start = at++
    while (at < to && isLetter(line[at]!)) at++
    const list = words[first]
    if (list === undefined) continue
    const told = kindOf(list, line, start, at)
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

function isLetter(byte: number): boolean {
  const small = byte | 0x20
  return small >= 0x61 && small <= 0x7a && byte < 0x80
}
