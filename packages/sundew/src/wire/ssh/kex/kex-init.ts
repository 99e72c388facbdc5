import { messageNumber } from '../message/message-number.ts'
import { WireReader, type Parsed } from '../message/wire-reader.ts'
import { WireWriter } from '../message/wire-writer.ts'

/** The ten lists of a KEXINIT, in its order. What joins a list's names with commas again has the bytes that were sent. */
export interface KexLists {
  readonly kex: readonly string[]
  readonly hostKey: readonly string[]
  readonly cipherToServer: readonly string[]
  readonly cipherToClient: readonly string[]
  readonly macToServer: readonly string[]
  readonly macToClient: readonly string[]
  readonly compressionToServer: readonly string[]
  readonly compressionToClient: readonly string[]
  readonly languageToServer: readonly string[]
  readonly languageToClient: readonly string[]
}

/** SSH_MSG_KEXINIT (RFC 4253 §7.1). */
export interface KexInit extends KexLists {
  /** 16 random bytes. */
  readonly cookie: Uint8Array
  /** The first message of the first method on the list follows without being asked for. */
  readonly firstPacketFollows: boolean
  readonly reserved: number
}

export const cookieBytes = 16

export function parseKexInit(payload: Uint8Array): Parsed<KexInit> {
  const reader = new WireReader(payload, messageNumber.kexInit)
  return reader.finish({
    cookie: reader.take(cookieBytes),
    kex: reader.names(),
    hostKey: reader.names(),
    cipherToServer: reader.names(),
    cipherToClient: reader.names(),
    macToServer: reader.names(),
    macToClient: reader.names(),
    compressionToServer: reader.names(),
    compressionToClient: reader.names(),
    languageToServer: reader.names(),
    languageToClient: reader.names(),
    firstPacketFollows: reader.flag(),
    reserved: reader.uint32(),
  })
}

export function writeKexInit(init: KexInit): Uint8Array {
  return new WireWriter(messageNumber.kexInit)
    .raw(init.cookie)
    .names(init.kex)
    .names(init.hostKey)
    .names(init.cipherToServer)
    .names(init.cipherToClient)
    .names(init.macToServer)
    .names(init.macToClient)
    .names(init.compressionToServer)
    .names(init.compressionToClient)
    .names(init.languageToServer)
    .names(init.languageToClient)
    .flag(init.firstPacketFollows)
    .uint32(init.reserved)
    .bytes()
}
