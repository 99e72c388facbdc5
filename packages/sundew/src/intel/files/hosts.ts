import { Comments } from './comments.ts'
import { linesOf } from './lines.ts'
import type { Reading, Taker } from './taker.ts'

/** Addresses that a hosts file leads to nowhere with. */
const nowhere: ReadonlySet<string> = new Set(['0.0.0.0', '127.0.0.1', '127.0.1.1', '::', '::0', '::1', '0'])
/** Names that every hosts file has, and that are nobody's. */
const own =
  /^(?:localhost|localhost\.localdomain|local|broadcasthost|(?:ip6|ipv6)-[a-z]+|0\.0\.0\.0|\S*\.local(?:domain)?)$/i
/** Names on one line; what follows is bad. */
const mostNames = 32

/**
 * Hosts files (hosts(5)) that lead names to nowhere: each name, by itself and without what is below it. Lines that lead
 * elsewhere are somebody's own and left out. Bare names, as some such lists have, are taken too.
 */
export function readHosts(pieces: Iterable<Uint8Array>, taker: Taker): Reading {
  const comments = new Comments()
  let number = 0
  let records = 0
  for (const line of linesOf(pieces)) {
    if (taker.full) break
    number++
    if (line === undefined) {
      records++
      taker.bad(`line ${number}`, 'a line that is too long')
      continue
    }
    const mark = line.indexOf('#')
    const text = (mark < 0 ? line : line.slice(0, mark)).trim()
    if (text === '') {
      if (mark >= 0) comments.note(line)
      continue
    }
    records++
    takeLine(text.split(/\s+/, mostNames + 2), number, taker)
  }
  if (comments.made !== undefined) taker.made(comments.made)
  return { format: 'hosts', records, told: comments.told }
}

/** Whether the text's lines look like a hosts file's. */
export function looksLikeHosts(sample: string): boolean {
  const lines = sample
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
    .slice(0, 20)
  const ofHosts = lines.filter((line) => {
    const [address = '', name = ''] = line.split(/\s+/, 2)
    return nowhere.has(address) && /^[a-z0-9_]/i.test(name)
  })
  return ofHosts.length > 0 && ofHosts.length >= lines.length / 2
}

function takeLine(words: readonly string[], at: number, taker: Taker): void {
  const [address = '', ...names] = words
  if (names.length === 0) {
    taker.take(address, undefined, 'hostname', at)
    return
  }
  if (!nowhere.has(address)) {
    // Apple's broadcasthost, multicast names, hosts of the list's maker.
    if (/^[\d.]+$|:/.test(address)) taker.leaveOut('leads elsewhere')
    else taker.bad(`line ${at}`, words.join(' '))
    return
  }
  for (const name of names.slice(0, mostNames)) {
    if (own.test(name)) taker.leaveOut('own name')
    else taker.take(name, undefined, 'hostname', at)
  }
  if (names.length > mostNames) taker.bad(`line ${at}`, 'more names than may be on a line')
}
