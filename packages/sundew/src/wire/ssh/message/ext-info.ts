import { messageNumber } from './message-number.ts'
import { WireReader, type Parsed } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

/** One extension of an SSH_MSG_EXT_INFO (RFC 8308 §2.3): its name, and its value as sent. */
export interface Extension {
  readonly name: string
  readonly value: Uint8Array
}

/** Extensions that a message may announce (OpenSSH's limit). */
const maxExtensions = 1024

export function parseExtInfo(payload: Uint8Array): Parsed<readonly Extension[]> {
  const reader = new WireReader(payload, messageNumber.extInfo)
  const count = reader.uint32()
  const extensions: Extension[] = []
  if (count > maxExtensions) return { state: 'malformed', reason: 'truncated' }
  for (let i = 0; i < count; i++) extensions.push({ name: reader.name(), value: reader.string() })
  return reader.finish(extensions)
}

/** Values are one byte a character. */
export function writeExtInfo(extensions: readonly (readonly [name: string, value: string])[]): Uint8Array {
  const writer = new WireWriter(messageNumber.extInfo).uint32(extensions.length)
  for (const [name, value] of extensions) writer.string(name).string(value)
  return writer.bytes()
}
