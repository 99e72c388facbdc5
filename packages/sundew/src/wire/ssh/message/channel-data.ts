import { messageNumber } from './message-number.ts'
import { WireReader, type Parsed } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

/** SSH_MSG_CHANNEL_DATA (RFC 4254 §5.2). */
export interface ChannelData {
  readonly recipient: number
  readonly data: Uint8Array
}

export function parseChannelData(payload: Uint8Array): Parsed<ChannelData> {
  const reader = new WireReader(payload, messageNumber.channelData)
  return reader.finish({ recipient: reader.uint32(), data: reader.string() })
}

/** SSH_MSG_CHANNEL_EXTENDED_DATA: `kind` 1 is standard error. */
export interface ExtendedData extends ChannelData {
  readonly kind: number
}

export function parseExtendedData(payload: Uint8Array): Parsed<ExtendedData> {
  const reader = new WireReader(payload, messageNumber.channelExtendedData)
  return reader.finish({ recipient: reader.uint32(), kind: reader.uint32(), data: reader.string() })
}

/** SSH_MSG_CHANNEL_WINDOW_ADJUST: so many bytes more may be sent. */
export interface WindowAdjust {
  readonly recipient: number
  readonly bytes: number
}

export function parseWindowAdjust(payload: Uint8Array): Parsed<WindowAdjust> {
  const reader = new WireReader(payload, messageNumber.channelWindowAdjust)
  return reader.finish({ recipient: reader.uint32(), bytes: reader.uint32() })
}

/** The messages that say no more than which channel they are about. */
export type ChannelSignal = 'channelEof' | 'channelClose' | 'channelSuccess' | 'channelFailure'

/** The number of the channel that it is about. */
export function parseChannelSignal(payload: Uint8Array, signal: ChannelSignal): Parsed<number> {
  const reader = new WireReader(payload, messageNumber[signal])
  return reader.finish(reader.uint32())
}

export function writeChannelSignal(recipient: number, signal: ChannelSignal): Uint8Array {
  return new WireWriter(messageNumber[signal]).uint32(recipient).bytes()
}

export function writeChannelData(recipient: number, data: Uint8Array): Uint8Array {
  return new WireWriter(messageNumber.channelData).uint32(recipient).string(data).bytes()
}

export function writeExtendedData(recipient: number, kind: number, data: Uint8Array): Uint8Array {
  return new WireWriter(messageNumber.channelExtendedData).uint32(recipient).uint32(kind).string(data).bytes()
}

export function writeWindowAdjust(recipient: number, bytes: number): Uint8Array {
  return new WireWriter(messageNumber.channelWindowAdjust).uint32(recipient).uint32(bytes).bytes()
}
