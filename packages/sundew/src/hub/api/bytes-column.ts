import { byteString, readable } from '../../event/bytes.ts'

/** What a person reads of a column that was selected with {@link raw}: base64 of what a peer sent. */
export function readableColumn(base64: string): string {
  return readable(byteString(Buffer.from(base64, 'base64')))
}

/** SQL: a column of raw bytes as base64, since JSON would lose what is not UTF-8. */
export function raw(column: string): string {
  return `base64Encode(${column}) AS ${column}_64`
}

/** SQL: the same for an array of raw bytes. */
export function rawList(column: string): string {
  return `arrayMap(x -> base64Encode(x), ${column}) AS ${column}_64`
}
