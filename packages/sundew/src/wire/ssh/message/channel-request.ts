import { messageNumber } from './message-number.ts'
import { parseTerminalModes, type TerminalMode } from './terminal-modes.ts'
import { WireReader, type Parsed } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

/** SSH_MSG_CHANNEL_REQUEST (RFC 4254 §5.4): to our number `recipient`. */
export interface ChannelRequest {
  readonly recipient: number
  readonly wantReply: boolean
  readonly request: Request
}

/** A terminal's size in characters and in pixels; 0 is not known. */
export interface WindowSize {
  readonly columns: number
  readonly rows: number
  readonly widthPixels: number
  readonly heightPixels: number
}

/** RFC 4254 §6.2 to §6.10; text is as sent. `other` has a type that is not known here, and what follows. */
export type Request =
  | ({
      readonly type: 'pty-req'
      readonly terminal: Uint8Array
      readonly modes: readonly TerminalMode[]
    } & WindowSize)
  | ({ readonly type: 'window-change' } & WindowSize)
  | { readonly type: 'env'; readonly name: Uint8Array; readonly value: Uint8Array }
  | { readonly type: 'shell' }
  | { readonly type: 'exec'; readonly command: Uint8Array }
  | { readonly type: 'subsystem'; readonly name: Uint8Array }
  | { readonly type: 'signal'; readonly name: Uint8Array }
  | { readonly type: 'break'; readonly lengthMs: number }
  | { readonly type: 'auth-agent-req@openssh.com' }
  | {
      readonly type: 'x11-req'
      readonly single: boolean
      readonly protocol: Uint8Array
      readonly cookie: Uint8Array
      readonly screen: number
    }
  | { readonly type: 'other'; readonly name: string; readonly fields: Uint8Array }

export function parseChannelRequest(payload: Uint8Array): Parsed<ChannelRequest> {
  const reader = new WireReader(payload, messageNumber.channelRequest)
  const recipient = reader.uint32()
  const type = reader.name()
  return reader.finish({ recipient, wantReply: reader.flag(), request: parseRequest(type, reader) })
}

function parseRequest(type: string, reader: WireReader): Request {
  switch (type) {
    case 'pty-req': {
      const terminal = reader.string()
      const size = parseSize(reader)
      return { type, terminal, ...size, modes: parseTerminalModes(reader.string()) }
    }
    case 'window-change':
      return { type, ...parseSize(reader) }
    case 'env':
      return { type, name: reader.string(), value: reader.string() }
    case 'exec':
      return { type, command: reader.string() }
    case 'subsystem':
    case 'signal':
      return { type, name: reader.string() }
    case 'break':
      return { type, lengthMs: reader.uint32() }
    case 'x11-req':
      return {
        type,
        single: reader.flag(),
        protocol: reader.string(),
        cookie: reader.string(),
        screen: reader.uint32(),
      }
    case 'shell':
    case 'auth-agent-req@openssh.com':
      return { type }
    default:
      return { type: 'other', name: type, fields: reader.rest() }
  }
}

function parseSize(reader: WireReader): WindowSize {
  return {
    columns: reader.uint32(),
    rows: reader.uint32(),
    widthPixels: reader.uint32(),
    heightPixels: reader.uint32(),
  }
}

/** How a command ended: its code (RFC 4254 §6.10). */
export function writeExitStatus(recipient: number, code: number): Uint8Array {
  return requestOf(recipient, 'exit-status').uint32(code).bytes()
}

/** It was ended by a signal, named without SIG. */
export function writeExitSignal(recipient: number, signal: string, dumped: boolean): Uint8Array {
  return requestOf(recipient, 'exit-signal').string(signal).flag(dumped).string('').string('').bytes()
}

/** OpenSSH's word that nothing more will be written to (its PROTOCOL §2.1). */
export function writeEndOfWrite(recipient: number): Uint8Array {
  return requestOf(recipient, 'eow@openssh.com').bytes()
}

function requestOf(recipient: number, type: string): WireWriter {
  return new WireWriter(messageNumber.channelRequest).uint32(recipient).string(type).flag(false)
}
