import type { AllowAction } from './decision.ts'

/** How a warninglist is used where the configuration says nothing else. */
export interface WarninglistHabit {
  readonly action: AllowAction
  /** Of its ranges: to a single address, where that is another. */
  readonly single?: AllowAction
  /** Names are meant alone, whatever the list's type says. */
  readonly alone?: boolean
}

const exclude: WarninglistHabit = { action: 'exclude' }
const downgrade: WarninglistHabit = { action: 'downgrade' }
const annotate: WarninglistHabit = { action: 'annotate' }
/** Whoever is popular is not thereby good, and anybody may have a name below: only what is listed itself, and only downgraded. */
const popular: WarninglistHabit = { action: 'downgrade', alone: true }
/** Ranges that are rented out: one address serves many, so it is only matched; nothing is said against a block of them. */
export const rented: WarninglistHabit = { action: 'annotate', single: 'downgrade' }

/**
 * By what MISP/misp-warninglists calls them (84f0610, 2026-08-20). Nothing that is wrong as often as right excludes: what is
 * in a list for another reason than being good, as scanners and sinkholes, is only said.
 */
const habits: readonly (readonly [RegExp, WarninglistHabit])[] = [
  [
    /^(?:crl-hostname|captive-portals|mozilla-(?:intermediate)?ca|empty-hashes|common-ioc-false-positive)$/,
    exclude,
  ],
  [/^(?:ti-falsepositives|windows-binary-hashes|nioc-filehash|eicar\.com|common-contact-emails)$/, exclude],
  [
    /^(?:rfc\d+|multicast|ipv6-linklocal|umbrella-blockpage-.*|microsoft-win10-connection-endpoints)$/,
    exclude,
  ],
  [/^(?:tlds|second-level-tlds)$/, { action: 'exclude', alone: true }],
  [/^(?:alexa|cisco_top.*|cloudflare-top.*|google-chrome-crux.*|majestic.*|moz-top.*|tranco.*)$/, popular],
  [
    /^(?:dynamic-dns|lots-project|url-shortener|link-in-bio|public-ipfs-gateways|parking-domain-ns)$/,
    popular,
  ],
  [/^(?:digitalside|google|microsoft|university_domains|security-provider-blogpost|covid.*)$/, popular],
  [
    /^(?:amazon-aws|akamai|bunny-net|cloudflare|fastly|github|google-gcp|microsoft-azure.*|oracle-oci)$/,
    rented,
  ],
  [/^(?:ovh-cluster|stackpath|wikimedia|zscaler|icloud-private-relay|telegram-ips|apple)$/, rented],
  [
    /^(?:google-gmail-sending-ips|googlebot|microsoft-office365-(?:ip|cn)|smtp-(?:sending|receiving)-ips)$/,
    rented,
  ],
  [
    /scann|^(?:vpn-.*|sinkholes|parking-domain|disposable-email|tenable-.*|palo-alto-.*|openai-gptbot)$/,
    annotate,
  ],
  [/^(?:shadowserver|check-host-net|internetcleanup.*|umich-.*|phone_numbers)$/, annotate],
]

/**
 * @param id what the list's folder or file is called, in lower case
 * @param name its name, which tells a popularity list that is called otherwise
 */
export function habitOf(id: string, name: string): WarninglistHabit {
  const known = habits.find(([pattern]) => pattern.test(id))
  if (known) return known[1]
  return /\btop[- ]?[\d,. ]*\d|\bmost (?:used|popular)\b/i.test(name) ? popular : downgrade
}
