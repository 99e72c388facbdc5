/** What sightings have in common: an OTX pulse, a MISP event, a STIX report; a plain list is one report as a whole. */
export interface Report {
  /** As its publisher has it, within the source: '' for a list as a whole. */
  readonly id: string
  readonly title: string
  readonly author?: string
  readonly tags?: readonly string[]
  readonly malware?: string
  /** To the web; '' where there is none. */
  readonly link?: string
  readonly tlp?: string
  /** The publisher's dates, ms since 1970. */
  readonly created?: number
  readonly modified?: number
  readonly revision?: number
}

/** What a source says of one indicator, beside its report. */
export interface About {
  readonly title?: string
  readonly link?: string
  readonly malware?: string
  readonly tags?: readonly string[]
  readonly author?: string
  /** The publisher's dates, ms since 1970. */
  readonly first?: number
  readonly last?: number
  /** No longer true from then on, ms since 1970. */
  readonly expires?: number
  /** The publisher's own, 0 to 100. */
  readonly confidence?: number
  /** A host that is a victim itself: never a reason to block. */
  readonly compromised?: boolean
}
