import { createHash } from 'node:crypto'
import type { HostKey } from '../key/host-key.ts'
import { messageNumber } from '../message/message-number.ts'
import { WireReader, type MessageFault } from '../message/wire-reader.ts'
import { WireWriter } from '../message/wire-writer.ts'
import type { DhGroup } from './dh.ts'
import type { GroupRequest } from './group-exchange.ts'
import { keyExchanges, type KeyExchange } from './key-exchanges.ts'

/** What the exchange hash is over, besides the shares (RFC 4253 §8). */
export interface ExchangeContext {
  /** The two identifications without their line ends, one character a byte. */
  readonly clientVersion: string
  readonly serverVersion: string
  /** The two KEXINIT messages, whole. */
  readonly clientKexInit: Uint8Array
  readonly serverKexInit: Uint8Array
  readonly hostKey: HostKey
  /** The name agreed on, one of the host key's algorithms. */
  readonly hostKeyAlgorithm: string
}

/** The group that was agreed on, and what the client asked for. */
export interface ExchangeGroup {
  readonly group: DhGroup
  readonly request: GroupRequest
}

/** What all keys come from. */
export interface Exchanged {
  readonly hashName: KeyExchange['hash']
  /** The shared secret K as it is hashed, its length field included. */
  readonly secret: Uint8Array
  /** The exchange hash H; the first one of a connection is the session's identifier. */
  readonly hash: Uint8Array
}

/** `bad-share` is a share that is none of the method's; sshd says "bad peer public DH value" to those of groups. */
export type ExchangeResult =
  | { readonly state: 'answered'; readonly reply: Uint8Array; readonly exchanged: Exchanged }
  | { readonly state: 'malformed'; readonly reason: MessageFault | 'bad-share' }

/**
 * Answers the client's share: `payload` is its SSH_MSG_KEX*_INIT, `reply` ours, with the host key and its signature.
 * @throws RangeError where `method` is not in the table, TypeError where it needs a group and there is none
 */
export function answerExchange(
  method: string,
  payload: Uint8Array,
  context: ExchangeContext,
  agreed?: ExchangeGroup,
): ExchangeResult {
  const exchange = keyExchanges.get(method)
  if (!exchange) throw new RangeError(`no key exchange ${method} here`)
  const numbers = exchange.shares === 'mpint'
  const reader = new WireReader(payload, exchange.needsGroup ? messageNumber.gexInit : messageNumber.kexFirst)
  const parsed = reader.finish(numbers ? reader.mpint() : reader.string())
  if (parsed.state === 'malformed') return parsed
  const clientShare = parsed.message
  const answer = exchange.answer(clientShare, agreed?.group)
  if (!answer) return { state: 'malformed', reason: 'bad-share' }
  const hashed = new WireWriter()
    .string(context.clientVersion)
    .string(context.serverVersion)
    .string(context.clientKexInit)
    .string(context.serverKexInit)
    .string(context.hostKey.blob)
  if (exchange.needsGroup && agreed) putGroup(hashed, agreed)
  if (numbers) hashed.mpint(clientShare).mpint(answer.share)
  else hashed.string(clientShare).string(answer.share)
  const hash = createHash(exchange.hash).update(hashed.raw(answer.secret).bytes()).digest()
  const reply = new WireWriter(exchange.needsGroup ? messageNumber.gexReply : messageNumber.kexReply)
  reply.string(context.hostKey.blob)
  if (numbers) reply.mpint(answer.share)
  else reply.string(answer.share)
  reply.string(context.hostKey.sign(context.hostKeyAlgorithm, hash))
  const exchanged = { hashName: exchange.hash, secret: answer.secret, hash }
  return { state: 'answered', reply: reply.bytes(), exchanged }
}

/** RFC 4419 §3. */
function putGroup(hashed: WireWriter, { group, request }: ExchangeGroup): void {
  hashed.uint32(request.min).uint32(request.wanted).uint32(request.max)
  hashed.mpint(group.prime).mpint(group.generator)
}
