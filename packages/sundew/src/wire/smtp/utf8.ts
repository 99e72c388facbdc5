import { isUtf8 } from 'node:buffer'

/** Whether bytes (one character each) are valid UTF-8 (RFC 3629 §4). Cheap for plain ASCII. */
export function isUtf8Bytes(bytes: string): boolean {
  for (let i = 0; i < bytes.length; i++) {
    if (bytes.charCodeAt(i) > 0x7f) return isUtf8(Buffer.from(bytes, 'latin1'))
  }
  return true
}
