import { createHash } from 'node:crypto'
import type { KexLists } from './kex-init.ts'

/**
 * The HASSH of a client (github.com/salesforce/hassh, README, BSD 3-Clause): MD5 of four of the lists it sent.
 *
 * @example hassh(lists) // '4e066189c3bbeec38c99b1855113733a', of x/crypto/ssh
 */
export function hassh(lists: KexLists): string {
  return md5(hasshText(lists))
}

/** What HASSH is the MD5 of, as Cowrie's `hasshAlgorithms` has it. */
export function hasshText(lists: KexLists): string {
  return joined([lists.kex, lists.cipherToServer, lists.macToServer, lists.compressionToServer])
}

/** The same of a server, by the lists for what it sends: HASSHServer. */
export function hasshServer(lists: KexLists): string {
  return md5(joined([lists.kex, lists.cipherToClient, lists.macToClient, lists.compressionToClient]))
}

function joined(lists: readonly (readonly string[])[]): string {
  return lists.map((names) => names.join(',')).join(';')
}

function md5(text: string): string {
  return createHash('md5').update(text, 'latin1').digest('hex')
}
