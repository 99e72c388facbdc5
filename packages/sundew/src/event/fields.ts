import type { ByteString } from './bytes.ts'

/** How one field of an event is typed, kept and explained. */
export interface FieldSpec<T = unknown> {
  readonly type: FieldType
  /** One sentence for docs/events.md, with the unit where there is one. */
  readonly doc: string
  /** The Elastic Common Schema field that means the same, where there is one. */
  readonly ecs?: string
  /** True where the field has a column of its own in the table `events`, because it is searched. */
  readonly column?: boolean
  readonly optional?: boolean
  /** Only for the type checker. */
  readonly __value?: T
}

/** `bytes` is what a peer sent ({@link ByteString}); `text` is our own wording and always valid Unicode. */
export type FieldType = 'text' | 'bytes' | 'integer' | 'number' | 'boolean' | 'texts' | 'bytesList'

interface Extra {
  readonly ecs?: string
  readonly column?: boolean
}

function field<T>(type: FieldType) {
  return (doc: string, extra: Extra = {}): FieldSpec<T> => ({ type, doc, ...extra })
}

export const text = field<string>('text')
export const bytes = field<ByteString>('bytes')
/** A whole number, at most 2^53. */
export const integer = field<number>('integer')
export const number = field<number>('number')
export const boolean = field<boolean>('boolean')
export const texts = field<readonly string[]>('texts')
export const bytesList = field<readonly ByteString[]>('bytesList')

/** The field may be absent. */
export function optional<T>(spec: FieldSpec<T>): FieldSpec<T | undefined> & { readonly optional: true } {
  return { ...spec, optional: true } as FieldSpec<T | undefined> & { readonly optional: true }
}

type Value<S> = S extends FieldSpec<infer T> ? T : never

type RequiredKeys<F> = { [K in keyof F]: F[K] extends { readonly optional: true } ? never : K }[keyof F]
type OptionalKeys<F> = { [K in keyof F]: F[K] extends { readonly optional: true } ? K : never }[keyof F]

/** The TypeScript type of a record of field specs. */
export type FieldsOf<F> = { readonly [K in RequiredKeys<F>]: Value<F[K]> } & {
  readonly [K in OptionalKeys<F>]?: Value<F[K]> | undefined
}
