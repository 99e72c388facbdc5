import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { Inflater } from '../../../../src/wire/ssh/compression/inflater.ts'
import { Deflater } from '../../../../src/wire/ssh/compression/deflater.ts'
import { protectionOf } from '../../../../src/wire/ssh/kex/derive-keys.ts'
import type { Exchanged } from '../../../../src/wire/ssh/kex/exchange.ts'
import { parseKexInit, writeKexInit, type KexInit } from '../../../../src/wire/ssh/kex/kex-init.ts'
import { keyExchanges } from '../../../../src/wire/ssh/kex/key-exchanges.ts'
import { negotiate, type Agreement } from '../../../../src/wire/ssh/kex/negotiate.ts'
import { messageNumber as number } from '../../../../src/wire/ssh/message/message-number.ts'
import { writeNewKeys } from '../../../../src/wire/ssh/message/transport.ts'
import { WireReader } from '../../../../src/wire/ssh/message/wire-reader.ts'
import { WireWriter } from '../../../../src/wire/ssh/message/wire-writer.ts'
import { PacketReader } from '../../../../src/wire/ssh/packet-reader.ts'
import { PacketWriter } from '../../../../src/wire/ssh/packet-writer.ts'
import { clientShare, type ChosenGroup } from './client-share.ts'
import { describe, hasFixedSize } from './describe.ts'

/** What an OpenSSH of today offers, as far as Debian 12's server has it. */
const offer: Omit<KexInit, 'cookie'> = {
  kex: ['curve25519-sha256', 'ext-info-c', 'kex-strict-c-v00@openssh.com'],
  hostKey: ['ssh-ed25519'],
  cipherToServer: ['aes128-ctr'],
  cipherToClient: ['aes128-ctr'],
  macToServer: ['hmac-sha2-256'],
  macToClient: ['hmac-sha2-256'],
  compressionToServer: ['none'],
  compressionToClient: ['none'],
  languageToServer: [],
  languageToClient: [],
  firstPacketFollows: false,
  reserved: 0,
}

/** How long a server that was asked for something may take, milliseconds: PAM waits for seconds. */
const answerMs = 20_000

export interface PeerOptions {
  /** How long nothing must come until the server is taken to have said all, milliseconds. */
  readonly quietMs: number
  /** A loopback address of its own to come from. */
  readonly from?: string
}

/** A client that says what it is told to, right or wrong, and writes down what it hears. */
export class Peer {
  readonly #socket: Socket
  readonly #quietMs: number
  readonly reader = new PacketReader()
  readonly writer = new PacketWriter()
  /** What was heard, in order; `--` stands where we waited until nothing more came. */
  readonly heard: string[] = []
  /** Messages that no `expect` has taken yet. */
  readonly #messages: Uint8Array[] = []
  #text: Buffer = Buffer.alloc(0)
  #packets = false
  #last = performance.now()
  #end: 'open' | 'fin' | 'reset' = 'open'
  #version = ''
  #serverVersion = ''
  #ours: Uint8Array = new Uint8Array()
  #theirs: Uint8Array = new Uint8Array()
  #group: ChosenGroup | undefined
  #groupPending = false
  #strict = false
  #loggedIn = false
  agreement: Agreement | undefined
  sessionId: Uint8Array | undefined

  private constructor(socket: Socket, { quietMs }: PeerOptions) {
    this.#socket = socket
    this.#quietMs = quietMs
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('end', () => this.#over('fin'))
    socket.on('error', () => this.#over('reset'))
  }

  static async connect(port: number, options: PeerOptions): Promise<Peer> {
    const socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      allowHalfOpen: true,
      ...(options.from === undefined ? {} : { localAddress: options.from }),
    })
    const peer = new Peer(socket, options)
    await once(socket, 'connect')
    return peer
  }

  /** Sends bytes as they are. */
  raw(bytes: Uint8Array | string): void {
    if (this.#socket.writable)
      this.#socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  }

  /** Sends our first line. */
  line(text = 'SSH-2.0-peer_1.0', end = '\r\n'): void {
    this.#version = text
    this.raw(`${text}${end}`)
  }

  send(message: Uint8Array): void {
    this.raw(this.writer.write(message))
  }

  /** Ends our side of the connection. */
  halfClose(): void {
    this.#socket.end()
  }

  /** Waits until nothing more comes. */
  async settle(): Promise<void> {
    this.#last = performance.now()
    while (this.#end === 'open' && performance.now() - this.#last < this.#quietMs) await wait(10)
    this.heard.push('--')
  }

  /** The next message of this type; undefined where the server hangs up before. */
  async expect(type: number): Promise<Uint8Array | undefined> {
    const until = performance.now() + answerMs
    for (;;) {
      const message = this.#messages.shift()
      if (message?.[0] === type) return message
      if (message) continue
      if (this.#end !== 'open') return undefined
      if (performance.now() > until)
        throw new Error(`no message ${type} came; heard: ${this.heard.join('\n')}`)
      await wait(2)
    }
  }

  /** The next message that has come, if there is one. */
  next(): Uint8Array | undefined {
    return this.#messages.shift()
  }

  /** The server's first line. */
  get serverVersion(): string {
    return this.#serverVersion
  }

  /** Waits for any of them. */
  async answer(): Promise<Uint8Array | undefined> {
    const until = performance.now() + answerMs
    while (this.#messages.length === 0 && this.#end === 'open' && performance.now() < until) await wait(2)
    return this.#messages.shift()
  }

  kexInit(changes: Partial<KexInit> = {}): void {
    this.#ours = writeKexInit({ cookie: randomBytes(16), ...offer, ...changes })
    this.send(this.#ours)
  }

  /** Answers a KEXINIT of the server's, which `answer` gave. {@link exchange} goes on from there. */
  startExchange(theirs: Uint8Array): void {
    this.#messages.unshift(theirs)
    this.kexInit()
  }

  /** Says who we are and exchanges keys; undefined where the server would not. */
  async keyed(changes: Partial<KexInit> = {}, group?: readonly [number, number, number]): Promise<boolean> {
    this.line()
    this.kexInit(changes)
    return this.exchange(group)
  }

  /** The rest of an exchange, after our KEXINIT. */
  async exchange(group: readonly [number, number, number] = [2048, 3072, 8192]): Promise<boolean> {
    if (!(await this.agree())) return false
    const { kex } = this.agreement!
    const { needsGroup, shares, hash } = keyExchanges.get(kex)!
    if (needsGroup) {
      this.#groupPending = true
      const [min, wanted, max] = group
      this.send(new WireWriter(number.gexRequest).uint32(min).uint32(wanted).uint32(max).bytes())
      if (!(await this.expect(number.kexReply))) return false
    }
    const own = clientShare(kex, this.#group)
    const first = new WireWriter(needsGroup ? number.gexInit : number.kexFirst)
    this.send((shares === 'mpint' ? first.mpint(own.share) : first.string(own.share)).bytes())
    const reply = await this.expect(needsGroup ? number.gexReply : number.kexReply)
    if (!reply) return false
    const fields = new WireReader(reply.subarray(1))
    const blob = fields.string()
    const share = shares === 'mpint' ? fields.mpint() : fields.string()
    const secret = own.secret(share)
    const hashed = new WireWriter().string(this.#version).string(this.#serverVersion)
    hashed.string(this.#ours).string(this.#theirs).string(blob)
    if (this.#group && needsGroup) {
      for (const bits of group) hashed.uint32(bits)
      hashed.mpint(this.#group.prime).mpint(this.#group.generator)
    }
    if (shares === 'mpint') hashed.mpint(own.share).mpint(share)
    else hashed.string(own.share).string(share)
    const digest = createHash(hash).update(hashed.raw(secret).bytes()).digest()
    this.#exchanged = { hashName: hash, secret, hash: digest }
    this.sessionId ??= digest
    // Its NEWKEYS may have come with the reply: what follows is read with the new keys.
    this.#resume()
    if (!(await this.expect(number.newKeys))) return false
    this.send(writeNewKeys())
    const { toServer } = this.agreement!
    this.writer.protect(protectionOf(this.#exchanged, this.sessionId, 'to-server', toServer), this.#strict)
    return true
  }

  /** Waits for the server's KEXINIT. */
  async agree(): Promise<boolean> {
    const theirs = await this.expect(number.kexInit)
    if (!theirs) return false
    this.#theirs = theirs
    const client = parseKexInit(this.#ours)
    const server = parseKexInit(theirs)
    if (client.state !== 'read' || server.state !== 'read') throw new Error('a KEXINIT cannot be read')
    const result = negotiate(client.message, server.message)
    if (result.state !== 'agreed') return false
    this.agreement = result.agreement
    if (!this.sessionId) this.#strict = result.agreement.strict
    this.#group = undefined
    return true
  }

  /** Says what the server does at the end, and hangs up. */
  async finish(): Promise<readonly string[]> {
    await this.settle()
    if (this.#end === 'fin' && this.#socket.writable) {
      // Whether it still listens: a socket that is closed answers with a reset.
      await wait(60)
      for (let turn = 0; turn < 20 && this.#end === 'fin'; turn++) {
        this.raw('\0')
        await wait(20)
      }
      this.heard.push(this.#end === 'fin' ? 'end: half-closed' : 'end: closed')
    } else this.heard.push(`end: ${this.#end}`)
    this.#socket.destroy()
    return this.heard
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #exchanged: Exchanged | undefined
  #paused = false

  #over(how: 'fin' | 'reset'): void {
    if (this.#end !== 'reset') this.#end = how
  }

  #take(chunk: Buffer): void {
    this.#last = performance.now()
    if (this.#packets) {
      this.reader.push(chunk)
      this.#read()
      return
    }
    this.#text = Buffer.concat([this.#text, chunk])
    // Lines, until the first packet, which begins with a zero byte.
    while (this.#text.length > 0 && this.#text[0] !== 0) {
      const end = this.#text.indexOf('\n')
      if (end < 0) return
      const line = this.#text.toString('latin1', 0, end + 1)
      if (this.#serverVersion === '') this.#serverVersion = line.replace(/\r?\n$/, '')
      this.heard.push(JSON.stringify(line))
      this.#text = this.#text.subarray(end + 1)
    }
    if (this.#text.length === 0) return
    this.#packets = true
    this.reader.push(this.#text)
    this.#read()
  }

  #read(): void {
    while (!this.#paused) {
      const before = this.reader.pendingBytes
      const result = this.reader.next()
      if (result.state === 'more') return
      if (result.state === 'malformed') {
        this.heard.push(`undecipherable: ${JSON.stringify(result.fault)}`)
        this.#paused = true
        return
      }
      const { payload } = result
      const size = hasFixedSize(payload) ? ` (${before - this.reader.pendingBytes} bytes)` : ''
      const words = describe(payload, this.#groupPending)
      if (words === '') continue
      this.heard.push(`${words}${size}`)
      this.#messages.push(payload)
      this.#note(payload)
    }
  }

  #note(payload: Uint8Array): void {
    const type = payload[0]
    if (type === number.kexReply && this.#groupPending) {
      this.#groupPending = false
      const reader = new WireReader(payload, number.kexReply)
      this.#group = { prime: reader.mpint(), generator: reader.mpint() }
    } else if (type === number.kexReply || type === number.gexReply) {
      // The keys must be known before what follows NEWKEYS is read.
      this.#paused = true
    } else if (type === number.userauthSuccess) {
      this.#loggedIn = true
      this.#compress()
    } else if (type === number.newKeys && this.#exchanged && this.agreement) {
      const { toClient } = this.agreement
      this.reader.protect(protectionOf(this.#exchanged, this.sessionId!, 'to-client', toClient), this.#strict)
    }
  }

  /** `zlib@openssh.com` begins after the login. */
  #compress(): void {
    if (!this.#loggedIn) return
    if (this.agreement?.toServer.compression === 'zlib@openssh.com') this.writer.compress(new Deflater())
    if (this.agreement?.toClient.compression === 'zlib@openssh.com') this.reader.expand(new Inflater())
  }

  #resume(): void {
    this.#paused = false
    this.#read()
  }
}
