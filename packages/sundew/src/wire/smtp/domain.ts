/** A domain name's limits (RFC 1035 §2.3.4). */
const maxDomain = 255
const maxLabel = 63

/**
 * Whether Postfix takes the text for a domain: labels of letters, digits, `-`, `_` and bytes past ASCII, none empty,
 * none beginning or ending with `-`; not digits and dots alone. One dot at the end is forgiven.
 */
export function isDomain(text: string): boolean {
  const name = text.endsWith('.') ? text.slice(0, -1) : text
  if (name.length === 0 || name.length > maxDomain || /^[0-9.]*$/.test(name)) return false
  return name
    .split('.')
    .every(
      (label) => label.length <= maxLabel && /^[\w\x80-\xff](?:[\w\x80-\xff-]*[\w\x80-\xff])?$/.test(label),
    )
}

/** Whether the text is an address literal as Postfix takes it: `[192.0.2.1]`, `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3). */
export function isAddressLiteral(text: string): boolean {
  const inside = /^\[(.*)\]$/.exec(text)?.[1]
  if (inside === undefined) return false
  if (/^ipv6:/i.test(inside)) return isIPv6Text(inside.slice(5))
  const parts = inside.split('.')
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)
}

/** At most eight groups of at most four hexadecimal digits, at most one `::` (RFC 4291 §2.2), perhaps an IPv4 tail. */
function isIPv6Text(text: string): boolean {
  const halves = text.split('::')
  if (halves.length > 2 || text.length > 45) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1)
  const v4 = last !== undefined && last.includes('.')
  if (v4 && !isAddressLiteral(`[${last}]`)) return false
  const hex = v4 ? groups.slice(0, -1) : groups
  const count = hex.length + (v4 ? 2 : 0)
  return (
    hex.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) && (halves.length === 2 ? count < 8 : count === 8)
  )
}
