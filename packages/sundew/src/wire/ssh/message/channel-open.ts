import { messageNumber } from './message-number.ts'
import { WireReader, type Parsed } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

/** SSH_MSG_CHANNEL_OPEN (RFC 4254 §5.1): the client's number for it, how much it takes before we must wait, and what it is for. */
export interface ChannelOpen {
  readonly sender: number
  readonly windowBytes: number
  readonly maxPacketBytes: number
  readonly purpose: ChannelPurpose
}

/** What is connected to what (RFC 4254 §7.2); hosts are as the client wrote them, ports any 32-bit number. */
export interface TcpipFields {
  readonly host: Uint8Array
  readonly port: number
  readonly originHost: Uint8Array
  readonly originPort: number
}

/** `other` has a type that is not known here, and the fields after the common ones. */
export type ChannelPurpose =
  | { readonly type: 'session' }
  | ({ readonly type: 'direct-tcpip' } & TcpipFields)
  | ({ readonly type: 'forwarded-tcpip' } & TcpipFields)
  | { readonly type: 'x11'; readonly originHost: Uint8Array; readonly originPort: number }
  | { readonly type: 'direct-streamlocal@openssh.com'; readonly path: Uint8Array }
  | { readonly type: 'other'; readonly name: string; readonly fields: Uint8Array }

export function parseChannelOpen(payload: Uint8Array): Parsed<ChannelOpen> {
  const reader = new WireReader(payload, messageNumber.channelOpen)
  const type = reader.name()
  return reader.finish({
    sender: reader.uint32(),
    windowBytes: reader.uint32(),
    maxPacketBytes: reader.uint32(),
    purpose: parsePurpose(type, reader),
  })
}

function parsePurpose(type: string, reader: WireReader): ChannelPurpose {
  switch (type) {
    case 'session':
      return { type }
    case 'direct-tcpip':
    case 'forwarded-tcpip':
      return {
        type,
        host: reader.string(),
        port: reader.uint32(),
        originHost: reader.string(),
        originPort: reader.uint32(),
      }
    case 'x11':
      return { type, originHost: reader.string(), originPort: reader.uint32() }
    case 'direct-streamlocal@openssh.com': {
      const path = reader.string()
      // Two reserved fields (OpenSSH's PROTOCOL §2.4).
      reader.string()
      reader.uint32()
      return { type, path }
    }
    default:
      return { type: 'other', name: type, fields: reader.rest() }
  }
}

/** Why a channel is not opened (RFC 4254 §5.1). */
export const openFailure = {
  administrativelyProhibited: 1,
  connectFailed: 2,
  unknownChannelType: 3,
  resourceShortage: 4,
} as const

/** `recipient` is the client's number, `sender` ours. */
export function writeOpenConfirmation(
  recipient: number,
  sender: number,
  windowBytes: number,
  maxPacketBytes: number,
): Uint8Array {
  return new WireWriter(messageNumber.channelOpenConfirmation)
    .uint32(recipient)
    .uint32(sender)
    .uint32(windowBytes)
    .uint32(maxPacketBytes)
    .bytes()
}

export function writeOpenFailure(recipient: number, code: number, text: string): Uint8Array {
  return new WireWriter(messageNumber.channelOpenFailure)
    .uint32(recipient)
    .uint32(code)
    .string(text)
    .string('')
    .bytes()
}

/** Offers the client a connection that came to a port it had asked for (RFC 4254 §7.2). */
export function writeForwardedOpen(
  sender: number,
  windowBytes: number,
  maxPacketBytes: number,
  { host, port, originHost, originPort }: TcpipFields,
): Uint8Array {
  return new WireWriter(messageNumber.channelOpen)
    .string('forwarded-tcpip')
    .uint32(sender)
    .uint32(windowBytes)
    .uint32(maxPacketBytes)
    .string(host)
    .uint32(port)
    .string(originHost)
    .uint32(originPort)
    .bytes()
}

/** The client's answer to `writeForwardedOpen`: to our number `recipient`. */
export type OpenAnswer =
  | {
      readonly opened: true
      readonly recipient: number
      readonly sender: number
      readonly windowBytes: number
      readonly maxPacketBytes: number
    }
  | { readonly opened: false; readonly recipient: number; readonly code: number; readonly text: Uint8Array }

export function parseOpenAnswer(payload: Uint8Array): Parsed<OpenAnswer> {
  if (payload[0] === messageNumber.channelOpenFailure) {
    const reader = new WireReader(payload, messageNumber.channelOpenFailure)
    const answer = {
      opened: false,
      recipient: reader.uint32(),
      code: reader.uint32(),
      text: reader.string(),
    } as const
    reader.string()
    return reader.finish(answer)
  }
  const reader = new WireReader(payload, messageNumber.channelOpenConfirmation)
  return reader.finish({
    opened: true,
    recipient: reader.uint32(),
    sender: reader.uint32(),
    windowBytes: reader.uint32(),
    maxPacketBytes: reader.uint32(),
  })
}
