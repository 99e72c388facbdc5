import { isObject, type JsonObject, textOf } from '../json-fields.ts'

/** Names kept from one pull to the next. */
const mostKept = 2000

/** Types of objects whose names say who made something, or what it is. */
const named = new Set(['identity', 'malware', 'tool', 'intrusion-set', 'threat-actor', 'campaign'])

/** Names of the objects that indicators refer to, which may have come in an earlier page or pull. */
export class StixNames {
  readonly #names: Map<string, string>

  /** @param kept what {@link kept} gave */
  constructor(kept?: unknown) {
    const entries = isObject(kept) ? Object.entries(kept) : []
    this.#names = new Map(entries.flatMap(([id, name]) => (typeof name === 'string' ? [[id, name]] : [])))
  }

  /** Remembers the object's name where it is one of those. */
  add({ type, id, name }: JsonObject): void {
    const text = textOf(name)
    if (typeof type !== 'string' || !named.has(type) || text === '' || !isId(id, type)) return
    // The latest last: what is kept.
    this.#names.delete(id)
    this.#names.set(id, text)
  }

  nameOf(ref: unknown): string {
    return typeof ref === 'string' ? (this.#names.get(ref) ?? '') : ''
  }

  /** To be kept with the cursor: the latest. */
  get kept(): Record<string, string> {
    return Object.fromEntries([...this.#names].slice(-mostKept))
  }
}

/** Whether it is the id of an object of this type (STIX 2.1 §2.9). */
export function isId(id: unknown, type: string): id is string {
  return (
    typeof id === 'string' &&
    id.startsWith(`${type}--`) &&
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id.slice(type.length + 2))
  )
}
