import type { Parsed, Seen } from '../parser.ts'
import { ascii, find, latin1, startsWith, wordEnd } from '../scan.ts'
import { tellEscapedName } from './escaped-name.ts'

const rpzWord = ascii('rpz ')
const disabledWord = ascii('disabled ')
const rewriteWord = ascii(' rewrite ')
const viaWord = ascii(' via ')
const addressMarks = [ascii('.rpz-ip'), ascii('.rpz-nsip'), ascii('.rpz-client-ip')]
const nsdnameMark = ascii('.rpz-nsdname')
/** Longest owner of an address: 128, and eight groups. */
const longestOwner = 64

/** What BIND logs of each action, and what it is called here. */
const policies: ReadonlyMap<string, string> = new Map([
  ['NXDOMAIN', 'nxdomain'],
  ['NODATA', 'nodata'],
  ['DROP', 'drop'],
  ['TCP-ONLY', 'tcp-only'],
  ['PASSTHRU', 'passthru'],
  ['Local-Data', 'local-data'],
  ['Wildcard-CNAME', 'local-data'],
  ['CNAME', 'local-data'],
  ['NO-OP', 'passthru'],
  ['DISABLED', 'passthru'],
])

/**
 * BIND's message of a response policy zone: `[disabled ]rpz TYPE POLICY rewrite NAME[/T/C] via OWNER.ZONE[ (CNAME to: x)]`.
 * Of names the owner is not used: where a wildcard was hit it is the name asked for, not `*.x`. Of addresses it holds the
 * listed prefix, its parts the wrong way round (`24.0.113.0.203.rpz-ip`), and nothing else does.
 */
export function parseRpz(line: Uint8Array, from: number, to: number, into: Seen): Parsed {
  const disabled = startsWith(line, from, to, disabledWord)
  const at = disabled ? from + disabledWord.length : from
  if (!startsWith(line, at, to, rpzWord)) return 'other'
  const policyAt = wordEnd(line, at + rpzWord.length, to) + 1
  const policyEnd = wordEnd(line, policyAt, to)
  if (!startsWith(line, policyEnd, to, rewriteWord)) return 'other'
  const policy = policies.get(latin1(line, policyAt, policyEnd))
  const nameAt = policyEnd + rewriteWord.length
  const via = find(line, nameAt, to, viaWord)
  if (policy === undefined || via < 0) return 'malformed'
  const nameEnd = typedNameEnd(line, nameAt, via)
  const ownerAt = via + viaWord.length
  const ownerEnd = wordEnd(line, ownerAt, to)
  if (nameEnd <= nameAt || ownerEnd <= ownerAt) return 'malformed'
  into.blocked(policy, disabled)
  tellEscapedName(line, nameAt, nameEnd, into)
  if (!tellAddress(line, ownerAt, ownerEnd, into)) {
    const mark = find(line, ownerAt, ownerEnd, nsdnameMark)
    if (mark > ownerAt) into.name(line, ownerAt, mark)
  }
  return 'told'
}

/** Where a name ends that `/TYPE/CLASS` or ` [TYPE]` may stand behind. */
function typedNameEnd(line: Uint8Array, from: number, to: number): number {
  const end = wordEnd(line, from, to)
  let slashes = 0
  for (let at = end - 1; at > from; at--) if (line[at] === slash && ++slashes === 2) return at
  return end
}

const slash = 0x2f
const scratch = new Uint8Array(longestOwner)

/** Tells the address that an owner of a policy zone holds, its first where it is a prefix; false where it holds none. */
function tellAddress(line: Uint8Array, from: number, to: number, into: Seen): boolean {
  for (const mark of addressMarks) {
    const end = find(line, from, to, mark)
    if (end < 0) continue
    const length = reversed(line, from, end)
    if (length > 0) into.address(scratch, 0, length)
    return true
  }
  return false
}

/** The address of line[from, to) into the scratch; how long it is, or 0. */
function reversed(line: Uint8Array, from: number, to: number): number {
  if (to - from > longestOwner) return 0
  const [bits = '', ...rest] = latin1(line, from, to).split('.')
  if (!/^\d{1,3}$/.test(bits) || rest.length === 0) return 0
  const parts = rest.toReversed()
  const zeros = parts.indexOf('zz')
  // `zz` stands for the run of zeros.
  const text =
    zeros < 0
      ? parts.join(parts.length === 4 ? '.' : ':')
      : `${parts.slice(0, zeros).join(':')}::${parts.slice(zeros + 1).join(':')}`
  return new TextEncoder().encodeInto(text, scratch).written
}
