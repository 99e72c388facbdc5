import { messageNumber } from './message-number.ts'
import { WireReader, type Parsed } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

/** SSH_MSG_GLOBAL_REQUEST (RFC 4254 §4). */
export interface GlobalRequest {
  readonly wantReply: boolean
  readonly request: GlobalSubject
}

/** RFC 4254 §7.1 and OpenSSH's PROTOCOL §2; hosts and paths are as sent. `other` has a type that is not known here, and what follows. */
export type GlobalSubject =
  | {
      readonly type: 'tcpip-forward' | 'cancel-tcpip-forward'
      readonly host: Uint8Array
      readonly port: number
    }
  | {
      readonly type: 'streamlocal-forward@openssh.com' | 'cancel-streamlocal-forward@openssh.com'
      readonly path: Uint8Array
    }
  | { readonly type: 'keepalive@openssh.com' | 'no-more-sessions@openssh.com' }
  | { readonly type: 'hostkeys-prove-00@openssh.com'; readonly blobs: readonly Uint8Array[] }
  | { readonly type: 'other'; readonly name: string; readonly fields: Uint8Array }

export function parseGlobalRequest(payload: Uint8Array): Parsed<GlobalRequest> {
  const reader = new WireReader(payload, messageNumber.globalRequest)
  const type = reader.name()
  return reader.finish({ wantReply: reader.flag(), request: parseSubject(type, reader) })
}

function parseSubject(type: string, reader: WireReader): GlobalSubject {
  switch (type) {
    case 'tcpip-forward':
    case 'cancel-tcpip-forward':
      return { type, host: reader.string(), port: reader.uint32() }
    case 'streamlocal-forward@openssh.com':
    case 'cancel-streamlocal-forward@openssh.com':
      return { type, path: reader.string() }
    case 'keepalive@openssh.com':
    case 'no-more-sessions@openssh.com':
      return { type }
    case 'hostkeys-prove-00@openssh.com': {
      const blobs: Uint8Array[] = []
      while (reader.left > 0) blobs.push(reader.string())
      return { type, blobs }
    }
    default:
      return { type: 'other', name: type, fields: reader.rest() }
  }
}

/** `fields` are those of the answer: a port that was chosen for a `tcpip-forward` of port 0, or none. */
export function writeRequestSuccess(fields: Uint8Array = new Uint8Array()): Uint8Array {
  return new WireWriter(messageNumber.requestSuccess).raw(fields).bytes()
}

export function writeRequestFailure(): Uint8Array {
  return new WireWriter(messageNumber.requestFailure).bytes()
}

/** The server's host keys, told after the login (OpenSSH's PROTOCOL §2.5). */
export function writeHostKeys(blobs: readonly Uint8Array[]): Uint8Array {
  const writer = new WireWriter(messageNumber.globalRequest).string('hostkeys-00@openssh.com').flag(false)
  for (const blob of blobs) writer.string(blob)
  return writer.bytes()
}

/** A question that only has to be answered, to see whether the client is there still. */
export function writeKeepalive(): Uint8Array {
  return new WireWriter(messageNumber.globalRequest).string('keepalive@openssh.com').flag(true).bytes()
}
