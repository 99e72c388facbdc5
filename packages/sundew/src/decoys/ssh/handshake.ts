import { randomBytes, randomInt } from 'node:crypto'
import type { Session } from '../../core/session.ts'
import { byteString, type ByteString } from '../../event/bytes.ts'
import { Deflater } from '../../wire/ssh/compression/deflater.ts'
import { Inflater } from '../../wire/ssh/compression/inflater.ts'
import { protectionOf } from '../../wire/ssh/kex/derive-keys.ts'
import { clientQuirks, type ClientQuirks } from '../../wire/ssh/client-quirks.ts'
import type { DhGroup } from '../../wire/ssh/kex/dh.ts'
import { answerExchange, type Exchanged, type ExchangeGroup } from '../../wire/ssh/kex/exchange.ts'
import { chooseGroup, parseGroupRequest, writeGroup } from '../../wire/ssh/kex/group-exchange.ts'
import { hassh } from '../../wire/ssh/kex/hassh.ts'
import { cookieBytes, parseKexInit, writeKexInit, type KexLists } from '../../wire/ssh/kex/kex-init.ts'
import { keyExchanges } from '../../wire/ssh/kex/key-exchanges.ts'
import { negotiate, type Agreement } from '../../wire/ssh/kex/negotiate.ts'
import type { HostKey } from '../../wire/ssh/key/host-key.ts'
import { writeExtInfo } from '../../wire/ssh/message/ext-info.ts'
import { messageNumber as number } from '../../wire/ssh/message/message-number.ts'
import { writeNewKeys } from '../../wire/ssh/message/transport.ts'
import type { ExchangePace } from './exchange-pace.ts'
import type { Line } from './line.ts'
import type { Manners } from './manners.ts'
import { isRekeyDue } from './rekey.ts'
import type { Tally } from './tally.ts'

/** Bytes of a KEXINIT that are kept with its fingerprint. */
const keptKexInitBytes = 16 * 1024
/** Key exchanges of one session: sshd sets none, but each costs us more than the client. */
const maxExchanges = 256
/** Messages that may wait for the end of an exchange: who does not finish one is not let pile up ours. */
const maxHeld = 4096

export interface HandshakeParts {
  readonly session: Session
  readonly line: Line
  readonly manners: Manners
  readonly hostKeys: readonly HostKey[]
  /** For the group exchange. */
  readonly groups: readonly DhGroup[]
  readonly pace: ExchangePace
  readonly tally: Tally
}

/** Where an exchange stands: what may come next. */
type Step = 'idle' | 'share' | 'group' | 'new-keys'

/** Key exchange (RFC 4253 §7, §8), the first and those that the client asks for later. */
export class Handshake {
  readonly #session: Session
  readonly #line: Line
  readonly #manners: Manners
  readonly #hostKeys: readonly HostKey[]
  readonly #groups: readonly DhGroup[]
  readonly #pace: ExchangePace
  readonly #tally: Tally
  #quirks: ClientQuirks = clientQuirks('')
  #hostKeyBlob: Uint8Array = new Uint8Array()
  #rsaAlgorithm: string | undefined
  #step: Step = 'idle'
  #clientVersion = ''
  #ours: Uint8Array | undefined
  #theirs: Uint8Array = new Uint8Array()
  #agreement: Agreement | undefined
  #group: ExchangeGroup | undefined
  #exchanged: Exchanged | undefined
  #sessionId: Uint8Array | undefined
  #strict = false
  #ignoreNext = false
  #exchanges = 0
  #timer: NodeJS.Timeout | undefined
  #keyed = false
  #loggedIn = false
  /** Messages that must wait until our NEWKEYS is out (RFC 4253 §7.1). */
  #held: Uint8Array[] = []
  /** Called when what was held back is out. */
  resumed: () => void = () => {}

  constructor({ session, line, manners, hostKeys, groups, pace, tally }: HandshakeParts) {
    this.#session = session
    this.#line = line
    this.#manners = manners
    this.#hostKeys = hostKeys
    this.#groups = groups
    this.#pace = pace
    this.#tally = tally
  }

  /** The first keys are in use: services can be asked for. */
  get keyed(): boolean {
    return this.#keyed
  }

  /** The first exchange, and both sides are for the strict form of it: anything else ends the connection. */
  get strictNow(): boolean {
    return this.#strict && !this.#keyed
  }

  get sessionId(): Uint8Array {
    return this.#sessionId ?? new Uint8Array()
  }

  /** What the services send waits for the end of an exchange; {@link resumed} tells of it. */
  get holds(): boolean {
    return this.#ours !== undefined && this.#keyed
  }

  /** The key that the host showed in the first exchange. */
  get hostKeyBlob(): Uint8Array {
    return this.#hostKeyBlob
  }

  /** What RSA keys sign with for this client: as was agreed on, or the best that it named. */
  get rsaAlgorithm(): string | undefined {
    return this.#rsaAlgorithm
  }

  get quirks(): ClientQuirks {
    return this.#quirks
  }

  identified(line: string, software: string): void {
    this.#clientVersion = line
    if (this.#manners.kind === 'openssh') this.#quirks = clientQuirks(software)
    if (!this.#ours) this.begin()
  }

  closed(): void {
    clearTimeout(this.#timer)
  }

  /** Sends our KEXINIT. */
  begin(): void {
    this.#ours = writeKexInit({
      ...this.#lists,
      cookie: randomBytes(cookieBytes),
      firstPacketFollows: false,
      reserved: 0,
    })
    this.#line.send(this.#ours)
  }

  /** Sends a message of the services, once the exchange lets it. */
  send(message: Uint8Array): void {
    if (!this.#keyed || !this.#loggedIn) return this.#line.send(message)
    if (!this.holds && this.#step === 'idle' && this.#isDue(message.length)) this.begin()
    if (!this.holds) return this.#line.send(message)
    if (this.#held.length < maxHeld) this.#held.push(message)
    else {
      this.#tally.limit('held_messages', maxHeld)
      this.#line.end('limit')
    }
  }

  /** After each packet of the client's: changes keys where they were used enough. */
  check(): void {
    if (this.#keyed && this.#loggedIn && !this.#ours && this.#step === 'idle' && this.#isDue(0)) this.begin()
  }

  get #lists(): KexLists {
    const { lists } = this.#manners.persona
    return { ...lists, kex: lists.kex.filter((method) => !this.#quirks.withholds(method)) }
  }

  #isDue(bytes: number): boolean {
    const { reader, writer } = this.#line
    const { toServer, toClient } = this.#agreement!
    return isRekeyDue(this.#manners.rekeys, reader, writer, toServer.cipher, toClient.cipher, bytes)
  }

  /** Dropbear's requirenext: before and after the exchange's own packets, which one has to come. */
  get required(): number | undefined {
    if (this.#step === 'new-keys') return number.newKeys
    if (this.#step === 'idle') return this.#keyed ? undefined : number.kexInit
    return this.#step === 'group' ? number.gexRequest : this.#group ? number.gexInit : number.kexFirst
  }

  /** Whether this is the packet that a client sent for a guess that was wrong. */
  skips(): boolean {
    const skip = this.#ignoreNext
    this.#ignoreNext = false
    return skip
  }

  /** False where the message may not come now. */
  message(payload: Uint8Array, sequence: number): boolean {
    const type = payload[0]
    if (type === number.kexInit && this.#step === 'idle') this.#kexInit(payload, sequence)
    else if (type === number.gexRequest && this.#step === 'group') this.#chooseGroup(payload)
    else if (this.#step === 'share' && type === (this.#group ? number.gexInit : number.kexFirst))
      this.#exchange(payload)
    else if (type === number.newKeys && this.#step === 'new-keys') this.#newKeys()
    else return false
    return true
  }

  /** Compression of `zlib@openssh.com` begins after the login. */
  loggedIn(): void {
    this.#loggedIn = true
    this.#compressOut()
    this.#compressIn()
  }

  #kexInit(payload: Uint8Array, sequence: number): void {
    const parsed = parseKexInit(payload)
    if (parsed.state === 'malformed') return this.#malformed('kexinit', payload)
    if (++this.#exchanges > maxExchanges) {
      this.#tally.limit('key_exchanges', maxExchanges)
      return this.#line.end('limit')
    }
    const first = this.#sessionId === undefined
    if (first) this.#tell(payload, hassh(parsed.message))
    if (!this.#ours) this.begin()
    this.#theirs = payload
    const result = negotiate(parsed.message, this.#lists)
    if (result.state === 'failed') {
      this.#tally.malformed(`ssh.no-common-${result.subject}`, Buffer.from(result.offered.join(), 'latin1'))
      return this.#line.end('persona')
    }
    this.#agreement = result.agreement
    if (first) {
      this.#strict = result.agreement.strict
      const named = parsed.message.hostKey
      this.#rsaAlgorithm = ['rsa-sha2-512', 'rsa-sha2-256'].find((name) => named.includes(name))
    }
    if (/^(?:rsa-sha2-|ssh-rsa$)/.test(result.agreement.hostKey))
      this.#rsaAlgorithm = result.agreement.hostKey
    if (first && this.#strict && sequence !== 0)
      return this.#line.disconnect('strict KEX violation: KEXINIT was not the first packet')
    this.#ignoreNext = result.agreement.ignoreNext
    this.#group = undefined
    this.#step = keyExchanges.get(result.agreement.kex)?.needsGroup ? 'group' : 'share'
  }

  #tell(payload: Uint8Array, fingerprint: string): void {
    this.#session.note('client.fingerprint', {
      method: 'hassh',
      fingerprint,
      raw: byteString(payload.subarray(0, keptKexInitBytes)),
      software: this.#clientVersion as ByteString,
    })
  }

  #chooseGroup(payload: Uint8Array): void {
    const parsed = parseGroupRequest(payload)
    if (parsed.state === 'malformed') return this.#malformed('group-request', payload)
    const request = parsed.message
    const group = chooseGroup(request, this.#groups, (count) => randomInt(count))
    if (typeof group === 'string') return this.#malformed(`group-${group}`, payload)
    this.#group = { group, request }
    this.#step = 'share'
    this.#line.send(writeGroup(group))
  }

  /** At once, or later where this source has had many. */
  #exchange(payload: Uint8Array): void {
    const { source } = this.#session
    const delay = this.#pace.delay(source, performance.now())
    if (delay === 0) return this.#answer(payload)
    this.#line.hold()
    this.#timer = setTimeout(() => {
      this.#answer(payload)
      this.#line.release()
    }, delay)
  }

  #answer(payload: Uint8Array): void {
    const agreement = this.#agreement!
    const hostKey = this.#hostKeys.find(({ algorithms }) => algorithms.includes(agreement.hostKey))!
    const context = {
      clientVersion: this.#clientVersion,
      serverVersion: this.#manners.persona.identification,
      clientKexInit: this.#theirs,
      serverKexInit: this.#ours!,
      hostKey,
      hostKeyAlgorithm: agreement.hostKey,
    }
    const began = performance.now()
    const result = answerExchange(agreement.kex, payload, context, this.#group)
    this.#pace.spent(this.#session.source, performance.now() - began, began)
    if (result.state === 'malformed') return this.#malformed(result.reason, payload)
    const first = this.#sessionId === undefined
    this.#exchanged = result.exchanged
    if (first) this.#hostKeyBlob = hostKey.blob
    this.#sessionId ??= result.exchanged.hash
    this.#line.send(result.reply)
    this.#line.send(writeNewKeys())
    const sealer = protectionOf(result.exchanged, this.#sessionId, 'to-client', agreement.toClient)
    this.#line.writer.protect(sealer, this.#strict)
    this.#compressOut()
    this.#step = 'new-keys'
    this.#ours = undefined
    if (first && agreement.extInfo) this.#line.send(writeExtInfo(this.#manners.persona.extensions))
    const held = this.#held
    this.#held = []
    for (const message of held) this.send(message)
    this.resumed()
  }

  #newKeys(): void {
    const opener = protectionOf(this.#exchanged!, this.#sessionId!, 'to-server', this.#agreement!.toServer)
    this.#line.reader.protect(opener, this.#strict)
    this.#compressIn()
    this.#step = 'idle'
    this.#keyed = true
  }

  #compressOut(): void {
    if (!this.#loggedIn) return
    const zlib = this.#agreement!.toClient.compression === 'zlib@openssh.com'
    this.#line.writer.compress(zlib ? new Deflater() : undefined)
  }

  #compressIn(): void {
    if (!this.#loggedIn) return
    const zlib = this.#agreement!.toServer.compression === 'zlib@openssh.com'
    this.#line.reader.expand(zlib ? new Inflater() : undefined)
  }

  /** sshd closes without a word. */
  #malformed(what: string, payload: Uint8Array): void {
    this.#tally.malformed(`ssh.${what}`, payload)
    this.#line.end('persona')
  }
}
