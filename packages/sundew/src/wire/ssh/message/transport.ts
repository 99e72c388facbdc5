import { messageNumber } from './message-number.ts'
import { WireReader, type Parsed } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

/** SSH_MSG_DISCONNECT (RFC 4253 §11.1). `code` is one of RFC 4250 §4.2.2; `text` is as sent. */
export interface Disconnect {
  readonly code: number
  readonly text: Uint8Array
}

export function parseDisconnect(payload: Uint8Array): Parsed<Disconnect> {
  const reader = new WireReader(payload, messageNumber.disconnect)
  const message = { code: reader.uint32(), text: reader.string() }
  // The language, which old clients leave out; sshd does not look whether more follows.
  reader.rest()
  return reader.finish(message)
}

export function writeDisconnect(code: number, text: string): Uint8Array {
  return new WireWriter(messageNumber.disconnect).uint32(code).string(text).string('').bytes()
}

/** The data of an SSH_MSG_IGNORE. */
export function parseIgnore(payload: Uint8Array): Parsed<Uint8Array> {
  const reader = new WireReader(payload, messageNumber.ignore)
  return reader.finish(reader.string())
}

/** SSH_MSG_DEBUG (RFC 4253 §11.3). */
export interface Debug {
  readonly alwaysDisplay: boolean
  readonly text: Uint8Array
}

export function parseDebug(payload: Uint8Array): Parsed<Debug> {
  const reader = new WireReader(payload, messageNumber.debug)
  const message = { alwaysDisplay: reader.flag(), text: reader.string() }
  reader.string()
  return reader.finish(message)
}

export function writeDebug(alwaysDisplay: boolean, text: string): Uint8Array {
  return new WireWriter(messageNumber.debug).flag(alwaysDisplay).string(text).string('').bytes()
}

/** The answer to a message that is not understood: the number of its packet. */
export function writeUnimplemented(sequence: number): Uint8Array {
  return new WireWriter(messageNumber.unimplemented).uint32(sequence).bytes()
}

/** The service that is asked for: `ssh-userauth`, as a rule. */
export function parseServiceRequest(payload: Uint8Array): Parsed<string> {
  const reader = new WireReader(payload, messageNumber.serviceRequest)
  return reader.finish(reader.name())
}

export function writeServiceAccept(service: string): Uint8Array {
  return new WireWriter(messageNumber.serviceAccept).string(service).bytes()
}

export function writeNewKeys(): Uint8Array {
  return new WireWriter(messageNumber.newKeys).bytes()
}

/** Nothing but its number. */
export function parseNewKeys(payload: Uint8Array): Parsed<true> {
  return new WireReader(payload, messageNumber.newKeys).finish(true)
}
