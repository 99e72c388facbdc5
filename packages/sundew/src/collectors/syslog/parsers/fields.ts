import { mappedWord } from '../../../match/words.ts'
import { firewallKinds } from '../../../wire/firewall/layout.ts'
import type { FirewallRow } from '../firewall-row.ts'
import { Names } from './names.ts'
import { readMac, readProtocol } from './number.ts'
import { numberAt, setSpan } from './scan.ts'
import { sessionAction } from './session-action.ts'
import { readAmount, readEpoch, readWholeAddress } from './values.ts'

/** What a line of named values tells of a session. */
export type Field =
  | 'source'
  | 'destination'
  | 'sourcePort'
  | 'destinationPort'
  | 'protocol'
  | 'action'
  | 'natSource'
  | 'natDestination'
  | 'natSourcePort'
  | 'natDestinationPort'
  | 'rule'
  | 'inInterface'
  | 'outInterface'
  | 'length'
  | 'mac'
  | 'logged'

/** What {@link readField} says of a value that cannot be. */
export const malformed = -1
/** What {@link readField} says of the fields that every line has to have. */
export const [hasSource, hasDestination, hasProtocol] = [1, 2, 4] as const
/** All of them. */
export const hasSession = hasSource | hasDestination | hasProtocol

/** How a vendor calls the fields; several names may be of one field. */
export class FieldNames<Name extends string> {
  readonly #names: Names
  readonly #fields: readonly Name[]

  constructor(fields: Readonly<Record<string, Name>>) {
    this.#names = new Names(Object.keys(fields))
    this.#fields = Object.values(fields)
  }

  /** The field that line[from, to) is the name of. */
  find(line: Uint8Array, from: number, to: number): Name | undefined {
    const index = this.#names.find(line, from, to)
    return index < 0 ? undefined : this.#fields[index]
  }
}

/**
 * Reads the value line[from, to) of a field into the row; an empty one tells nothing. A number or address that was told before stays:
 * strangers' words (a host's name, an address of the web) come later in a line, and may look like another field.
 *
 * @returns {@link hasSource} and its like, 0 of a field that need not be, or {@link malformed}
 */
export function readField(
  field: Field,
  line: Uint8Array,
  from: number,
  to: number,
  into: FirewallRow,
): number {
  if (from >= to) return 0
  switch (field) {
    case 'source':
      if (isTold(into.source)) return hasSource
      return readWholeAddress(line, from, to, into.source) ? hasSource : malformed
    case 'destination':
      if (isTold(into.destination)) return hasDestination
      return readWholeAddress(line, from, to, into.destination) ? hasDestination : malformed
    case 'protocol': {
      if (into.protocol !== 0) return hasProtocol
      const protocol = readProtocol(line, from, to)
      into.protocol = Math.max(0, protocol)
      return protocol < 0 ? malformed : hasProtocol
    }
    case 'sourcePort':
    case 'destinationPort':
    case 'natSourcePort':
    case 'natDestinationPort': {
      if (into[field] !== 0) return 0
      const port = numberAt(line, from, to, 0xffff)
      into[field] = Math.max(0, port)
      return port < 0 ? malformed : 0
    }
    case 'natSource':
    case 'natDestination':
      if (isTold(into[field])) return 0
      return readTranslated(line, from, to, into[field]) ? 0 : malformed
    case 'action':
      if (into.kind === firewallKinds.other) into.kind = sessionAction(line, from, to)
      return 0
    case 'rule':
    case 'inInterface':
    case 'outInterface':
      setSpan(into[field], line, from, to)
      return 0
    case 'length':
      if (into.length === 0) into.length = Math.max(0, readAmount(line, from, to))
      return 0
    case 'mac':
      readMac(line, from, to, into)
      return 0
    case 'logged':
      into.logged = readEpoch(line, from, to)
      return 0
  }
}

/** Whether there is an address already; `::` is none. */
function isTold(address: Uint32Array): boolean {
  return (address[0]! | address[1]! | address[2]! | address[3]!) !== 0
}

/** An address after translation; `0.0.0.0` and `::` are none. */
function readTranslated(line: Uint8Array, from: number, to: number, into: Uint32Array): boolean {
  if (!readWholeAddress(line, from, to, into)) return false
  if (into[2] === mappedWord && into[3] === 0) into[2] = 0
  return true
}
