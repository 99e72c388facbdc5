import { hash } from 'node:crypto'

/** The namespace of all that Sundew names: of its own making (RFC 9562 §5.8), and the same everywhere. */
const namespace = Buffer.from('7e0a5c6c64d54b5c9d0f0f8f1d3a2b41', 'hex')

/** A UUID that is the same for the same name (RFC 9562 §5.5). */
export function uuid5(name: string): string {
  const hex = hash('sha1', Buffer.concat([namespace, Buffer.from(name, 'utf8')]), 'hex')
  const variant = ((parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
