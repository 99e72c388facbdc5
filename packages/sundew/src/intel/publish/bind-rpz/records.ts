import { formatAddress, parseAddress } from '../../../match/parse-address.ts'
import type { RpzAction, RpzSettings } from './settings.ts'

/** What stands for an action behind an owner: type and data. A walled garden of addresses has several. */
export function recordsOf(action: RpzAction, garden: RpzSettings['garden']): readonly string[] {
  switch (action) {
    // A zone that only logs says what it would do: that it does not, `policy disabled` in named.conf says.
    case 'log':
    case 'nxdomain':
      return ['CNAME .']
    case 'nodata':
      return ['CNAME *.']
    case 'drop':
      return ['CNAME rpz-drop.']
    case 'tcp-only':
      return ['CNAME rpz-tcp-only.']
    case 'garden':
      if (garden?.cname !== undefined) return [`CNAME ${garden.cname}.`]
      return [
        ...(garden?.a ?? []).map((address) => `A ${address}`),
        ...(garden?.aaaa ?? []).map((address) => `AAAA ${normal6(address)}`),
      ]
  }
}

/** The same address in one form only, as two records of the same data would be one. */
function normal6(address: string): string {
  const words = parseAddress(address)
  return words ? formatAddress(words) : address
}

export const passRecord = 'CNAME rpz-passthru.'

/** The owner of a record that blocks; undefined of other lines, wildcards (which stand beside their name), and what is let pass. */
export function entryOf(line: string): string | undefined {
  return line.endsWith(passRecord)
    ? undefined
    : /^(?!\*\.)([a-z0-9_-][^ ]*) (?:CNAME|A|AAAA) /.exec(line)?.[1]
}
