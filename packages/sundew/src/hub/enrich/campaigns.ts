import { createHash } from 'node:crypto'
import type { ByteString } from '../../event/bytes.ts'
import type { MailFacts } from './mime.ts'
import { featureLimits, features, type CampaignFacts } from './features.ts'
import { bandKeys, bands, signatureOf, similarity } from './minhash.ts'

/** What is kept of a campaign: a row of the table `campaigns`. */
export interface CampaignRow {
  readonly id: string
  /**
   * Features of its first member and of up to seven unlike it, base64 of little-endian 32-bit numbers: for each how many
   * there are (at most 256), then the features, rising.
   */
  readonly signature: string
  /** RFC 3339 times, as they were handed to {@link Campaigns.assign}. */
  readonly firstSeen: string
  readonly lastSeen: string
  /** Subject of the first member, as sent. */
  readonly subject: ByteString
  /** Mails of it, all told. */
  readonly count: number
}

export interface CampaignOptions {
  /** Campaigns held in memory; the one unseen for longest is forgotten (its row stays in the table). 3-25 kB each. */
  readonly most?: number
  /** From which Jaccard similarity of features a mail belongs to a campaign, 0-1. */
  readonly threshold?: number
}

interface Campaign {
  readonly id: string
  readonly exemplars: Exemplar[]
  readonly subject: ByteString
  firstSeen: string
  lastSeen: string
  count: number
}

/** A member that later mails are compared with. */
interface Exemplar {
  readonly campaign: Campaign
  readonly features: Uint32Array
  readonly keys: readonly number[]
}

/** Members kept to compare with; a member nearer than this to one of them adds nothing. */
const mostExemplars = 8
const nearEnough = 0.6

/** Exemplars that one band's value may lead to: what an attacker who aims at one value can make us compare. */
const mostPerBucket = 8

/**
 * Groups near-equal mails (docs/decisions/003-campaigns.md). The same mails in the same order give the same campaigns.
 * Memory is bounded by `most`; rows changed and not yet taken by {@link changedRows} are held besides.
 */
export class Campaigns {
  readonly #most: number
  readonly #threshold: number
  /** In order of last use. */
  readonly #known = new Map<string, Campaign>()
  readonly #buckets: Map<number, Exemplar[]>[] = Array.from({ length: bands }, () => new Map())
  readonly #changed = new Map<string, Campaign>()

  constructor({ most = 20_000, threshold = 0.38 }: CampaignOptions = {}) {
    if (!Number.isInteger(most) || most < 1)
      throw new RangeError(`Campaigns: most must be 1 or more; got ${most}.`)
    if (!(threshold > 0 && threshold <= 1))
      throw new RangeError(`Campaigns: threshold must be in (0, 1]; got ${threshold}.`)
    this.#most = most
    this.#threshold = threshold
  }

  get size(): number {
    return this.#known.size
  }

  /** Takes rows stored before, the latest seen last; a row whose signature is not ours is left out and counted. */
  load(stored: Iterable<CampaignRow>): { loaded: number; refused: number } {
    let loaded = 0
    let refused = 0
    for (const row of stored) {
      const exemplars = unpacked(row.signature)
      if (exemplars.length === 0 || this.#known.has(row.id)) {
        refused++
        continue
      }
      const { id, subject, firstSeen, lastSeen, count } = row
      const campaign: Campaign = { id, subject, firstSeen, lastSeen, count, exemplars: [] }
      for (const said of exemplars) this.#addExemplar(campaign, said, bandKeys(signatureOf(said)))
      this.#add(campaign)
      loaded++
    }
    return { loaded, refused }
  }

  /** The campaign of a mail received at `time` (RFC 3339 in UTC), made where there is none. */
  assign(
    facts: CampaignFacts & Pick<MailFacts, 'subject'>,
    time: string,
  ): { campaign: string; isNew: boolean } {
    const said = features(facts)
    const keys = bandKeys(signatureOf(said))
    const nearest = this.#nearest(said, keys)
    if (nearest !== undefined) {
      const found = nearest.campaign
      if (nearest.similarity < nearEnough && found.exemplars.length < mostExemplars)
        this.#addExemplar(found, said, keys)
      found.count++
      if (time > found.lastSeen) found.lastSeen = time
      if (time < found.firstSeen) found.firstSeen = time
      this.#known.delete(found.id)
      this.#known.set(found.id, found)
      this.#changed.set(found.id, found)
      return { campaign: found.id, isNew: false }
    }
    const hash = createHash('sha256').update(packed(said)).update(time)
    const id = hash.digest('hex').slice(0, 16)
    const made: Campaign = {
      id,
      subject: facts.subject,
      firstSeen: time,
      lastSeen: time,
      count: 1,
      exemplars: [],
    }
    this.#addExemplar(made, said, keys)
    this.#add(made)
    this.#changed.set(id, made)
    return { campaign: id, isNew: true }
  }

  /** Rows that are new or changed since the last call. */
  changedRows(): CampaignRow[] {
    const changed = [...this.#changed.values()]
    this.#changed.clear()
    return changed.map(({ id, exemplars, firstSeen, lastSeen, subject, count }) => ({
      id,
      signature: Buffer.concat(exemplars.map((e) => packed(e.features))).toString('base64'),
      firstSeen,
      lastSeen,
      subject,
      count,
    }))
  }

  #nearest(
    said: Uint32Array,
    keys: readonly number[],
  ): { campaign: Campaign; similarity: number } | undefined {
    let best: Campaign | undefined
    let bestSimilarity = this.#threshold
    const compared = new Set<Exemplar>()
    for (let band = 0; band < bands; band++) {
      for (const exemplar of this.#buckets[band]!.get(keys[band]!) ?? []) {
        if (compared.has(exemplar)) continue
        compared.add(exemplar)
        const s = similarity(said, exemplar.features, featureLimits.features)
        if (s > bestSimilarity || (s === bestSimilarity && best === undefined)) {
          best = exemplar.campaign
          bestSimilarity = s
        }
      }
    }
    return best === undefined ? undefined : { campaign: best, similarity: bestSimilarity }
  }

  #addExemplar(campaign: Campaign, said: Uint32Array, keys: readonly number[]): void {
    const exemplar = { campaign, features: said, keys }
    campaign.exemplars.push(exemplar)
    for (let band = 0; band < bands; band++) {
      const buckets = this.#buckets[band]!
      const bucket = buckets.get(keys[band]!)
      if (bucket === undefined) buckets.set(keys[band]!, [exemplar])
      else {
        if (bucket.length >= mostPerBucket) bucket.shift()
        bucket.push(exemplar)
      }
    }
  }

  #add(campaign: Campaign): void {
    this.#known.set(campaign.id, campaign)
    if (this.#known.size > this.#most) this.#forget(this.#known.values().next().value!)
  }

  #forget(campaign: Campaign): void {
    this.#known.delete(campaign.id)
    for (const { keys } of campaign.exemplars) {
      for (let band = 0; band < bands; band++) {
        const buckets = this.#buckets[band]!
        const rest = buckets.get(keys[band]!)?.filter((e) => e.campaign !== campaign) ?? []
        if (rest.length === 0) buckets.delete(keys[band]!)
        else buckets.set(keys[band]!, rest)
      }
    }
  }
}

function packed(said: Uint32Array): Buffer {
  const bytes = Buffer.alloc(4 + said.length * 4)
  bytes.writeUInt32LE(said.length, 0)
  for (let i = 0; i < said.length; i++) bytes.writeUInt32LE(said[i]!, 4 + i * 4)
  return bytes
}

/** Empty where the text is not what {@link CampaignRow.signature} says. */
function unpacked(text: string): Uint32Array[] {
  const bytes = Buffer.from(text, 'base64')
  const exemplars: Uint32Array[] = []
  let at = 0
  while (at + 4 <= bytes.length && exemplars.length < mostExemplars) {
    const count = bytes.readUInt32LE(at)
    const from = at + 4
    at = from + count * 4
    if (count > featureLimits.features || at > bytes.length) return []
    const said = Uint32Array.from({ length: count }, (_, i) => bytes.readUInt32LE(from + i * 4))
    if (said.some((f, i) => i > 0 && f <= said[i - 1]!)) return []
    exemplars.push(said)
  }
  return at === bytes.length ? exemplars : []
}
