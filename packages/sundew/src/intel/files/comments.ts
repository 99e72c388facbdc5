import { publishedTime } from './dates.ts'

/** What the comments of a list say of it. More of them are not looked at: a list may be all comments. */
const mostComments = 200

/** `Last updated:`, `Last-Modified:`, `updated:`, `Source File Date:`. */
const dated =
  /^[\s#;/!]*(?:last[ -]updated|last[ -]modified|updated|(?:source|this) file date|date|generated(?: on)?)\s*:\s*(\S.{5,60})/i
/** FireHOL: `Entries : 6273 subnets, 680864624 unique IPs`; abuse.ch: `Number of entries: 12`, `END 12 entries`. */
const counted =
  /^[\s#;/!]*(?:(?:number of )?entries\s*:\s*|END \(?)(\d{1,9})\)?\s*(?:subnets|unique IPs|entries|$|#)/i

/** Notes when a list was made, and how many entries it says that it has. */
export class Comments {
  #looked = 0
  #told: number | undefined
  #made: number | undefined

  note(text: string): void {
    if (this.#looked++ >= mostComments) return
    const date = dated.exec(text)?.[1]
    if (date !== undefined) this.#made ??= publishedTime(date.replace(/[\s#]+$/, ''))
    const count = counted.exec(text)?.[1]
    if (count !== undefined) this.#told = Number(count)
  }

  get told(): number | undefined {
    return this.#told
  }

  /** ms since 1970. */
  get made(): number | undefined {
    return this.#made
  }
}
