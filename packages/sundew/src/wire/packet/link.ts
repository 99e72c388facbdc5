/** How a captured frame begins. */
export type Link = 'ethernet' | 'ip' | 'sll' | 'sll2' | 'null' | 'ppp'

/** Link types of captures (https://www.tcpdump.org/linktypes.html) that can be read. */
export const linkTypes: ReadonlyMap<number, Link> = new Map([
  [0, 'null'],
  [1, 'ethernet'],
  [9, 'ppp'],
  [12, 'ip'],
  [14, 'ip'],
  [101, 'ip'],
  [108, 'null'],
  [113, 'sll'],
  [228, 'ip'],
  [229, 'ip'],
  [276, 'sll2'],
])

/** Labels and tags that are looked through at most; what has more is no packet of ours. */
const maxTags = 4
const maxLabels = 8

const etherTypes = { ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, provider: 0x88a8, old: 0x9100 } as const
const mplsTypes = new Set([0x8847, 0x8848])
const pppoeSession = 0x8864

/** What lies below the packet, and where the packet begins. */
export interface LinkFacts {
  /** Where the IP header begins; -1 where there is none to be seen. */
  ip: number
  /** EtherType of what is carried; 0 where none is told. */
  etherType: number
  /** The outermost VLAN's id; 0 where there is none. */
  vlan: number
  /** The topmost MPLS label; 0 where there is none. */
  label: number
  /** Where the destination's MAC begins, then the source's; -1 where there are none. */
  macs: number
  /** Where the source's MAC alone begins (cooked captures); -1. */
  sourceMac: number
}

/** Walks from the frame's first byte to the packet's, within `end`. `facts` is filled anew. */
export function readLink(view: DataView, offset: number, end: number, link: Link, facts: LinkFacts): void {
  facts.ip = -1
  facts.etherType = facts.vlan = facts.label = 0
  facts.macs = facts.sourceMac = -1
  switch (link) {
    case 'ip':
      return enter(view, offset, end, facts)
    case 'ethernet': {
      if (end - offset < 14) return
      facts.macs = offset
      return typed(view, offset + 12, end, facts)
    }
    case 'sll': // 16 bytes: packet type, ARPHRD, address length, address, protocol
      if (end - offset < 16) return
      if (view.getUint16(offset + 4) === 6) facts.sourceMac = offset + 6
      return typed(view, offset + 14, end, facts)
    case 'sll2': {
      // 20 bytes: protocol, reserved, interface, ARPHRD, packet type, address length, address
      if (end - offset < 20) return
      if (view.getUint8(offset + 11) === 6) facts.sourceMac = offset + 12
      facts.etherType = view.getUint16(offset)
      return carried(view, facts.etherType, offset + 20, end, facts)
    }
    case 'null': // an address family in the byte order of who captured it; the packet says the same
      return end - offset < 4 ? undefined : enter(view, offset + 4, end, facts)
    case 'ppp': {
      const at = end - offset >= 2 && view.getUint16(offset) === 0xff03 ? offset + 2 : offset
      return ppp(view, at, end, facts)
    }
  }
}

/** From an EtherType (or an 802.3 length) on, through VLAN tags (802.1Q, 802.1ad). */
function typed(view: DataView, offset: number, end: number, facts: LinkFacts): void {
  let at = offset
  for (let tags = 0; at + 2 <= end && tags <= maxTags; tags++) {
    const type = view.getUint16(at)
    at += 2
    if (type !== etherTypes.vlan && type !== etherTypes.provider && type !== etherTypes.old) {
      facts.etherType = type
      return carried(view, type, at, end, facts)
    }
    if (at + 2 > end) return
    if (tags === 0) facts.vlan = view.getUint16(at) & 0x0fff
    at += 2
  }
}

function carried(view: DataView, type: number, at: number, end: number, facts: LinkFacts): void {
  if (type === etherTypes.ipv4 || type === etherTypes.ipv6) return enter(view, at, end, facts)
  if (mplsTypes.has(type)) return mpls(view, at, end, facts)
  if (type === pppoeSession) return ppp(view, at + 6, end, facts)
  // 802.3 with LLC and SNAP (RFC 1042): AA AA 03, an OUI of zeros, an EtherType.
  if (type <= 1500 && at + 8 <= end && view.getUint32(at) === 0xaaaa0300 && view.getUint16(at + 4) === 0) {
    facts.etherType = view.getUint16(at + 6)
    if (facts.etherType === etherTypes.ipv4 || facts.etherType === etherTypes.ipv6)
      enter(view, at + 8, end, facts)
  }
}

/** A stack of labels (RFC 3032); below it the packet says by itself which IP it is. */
function mpls(view: DataView, offset: number, end: number, facts: LinkFacts): void {
  for (let label = 0, at = offset; at + 4 <= end && label < maxLabels; label++, at += 4) {
    const entry = view.getUint32(at)
    if (label === 0) facts.label = entry >>> 12
    if ((entry & 0x100) !== 0) return enter(view, at + 4, end, facts)
  }
}

function ppp(view: DataView, at: number, end: number, facts: LinkFacts): void {
  if (at + 2 > end) return
  const protocol = view.getUint16(at)
  if (protocol === 0x0021 || protocol === 0x0057) enter(view, at + 2, end, facts)
}

function enter(view: DataView, at: number, end: number, facts: LinkFacts): void {
  if (at >= end) return
  const version = view.getUint8(at) >>> 4
  if (version === 4 && at + 20 <= end) facts.ip = at
  else if (version === 6 && at + 40 <= end) facts.ip = at
}
