import { randomBytes } from 'node:crypto'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { Deflater } from '../../../src/wire/ssh/compression/deflater.ts'
import { Inflater } from '../../../src/wire/ssh/compression/inflater.ts'
import { readIdentification } from '../../../src/wire/ssh/identification.ts'
import { protectionOf } from '../../../src/wire/ssh/kex/derive-keys.ts'
import { fixedGroups } from '../../../src/wire/ssh/kex/dh.ts'
import { answerExchange, type Exchanged, type ExchangeGroup } from '../../../src/wire/ssh/kex/exchange.ts'
import { chooseGroup, parseGroupRequest, writeGroup } from '../../../src/wire/ssh/kex/group-exchange.ts'
import { cookieBytes, parseKexInit, writeKexInit } from '../../../src/wire/ssh/kex/kex-init.ts'
import { keyExchanges } from '../../../src/wire/ssh/kex/key-exchanges.ts'
import { negotiate, type Agreement } from '../../../src/wire/ssh/kex/negotiate.ts'
import type { HostKey } from '../../../src/wire/ssh/key/host-key.ts'
import { parseChannelOpen, writeOpenConfirmation } from '../../../src/wire/ssh/message/channel-open.ts'
import {
  parseChannelData,
  writeChannelData,
  writeChannelSignal,
} from '../../../src/wire/ssh/message/channel-data.ts'
import { parseChannelRequest, writeExitStatus } from '../../../src/wire/ssh/message/channel-request.ts'
import { writeExtInfo } from '../../../src/wire/ssh/message/ext-info.ts'
import { parseGlobalRequest, writeRequestFailure } from '../../../src/wire/ssh/message/global-request.ts'
import { messageNumber as number } from '../../../src/wire/ssh/message/message-number.ts'
import {
  parseServiceRequest,
  writeNewKeys,
  writeServiceAccept,
  writeUnimplemented,
} from '../../../src/wire/ssh/message/transport.ts'
import {
  parseAuthRequest,
  parseInfoResponse,
  writeAuthFailure,
  writeAuthSuccess,
  writeInfoRequest,
  writePublicKeyOk,
} from '../../../src/wire/ssh/message/user-auth.ts'
import type { Parsed } from '../../../src/wire/ssh/message/wire-reader.ts'
import { PacketReader } from '../../../src/wire/ssh/packet-reader.ts'
import { PacketWriter } from '../../../src/wire/ssh/packet-writer.ts'
import type { SshPersona } from '../../../src/wire/ssh/personas.ts'

/** The password, and the answer to the question, that let in. */
export const password = 'tiny secret'

/** What one connection came to. */
export interface Seen {
  readonly agreements: Agreement[]
  readonly attempts: string[]
  readonly commands: string[]
  /** Bytes of channel data that came. */
  received: number
  error: unknown
}

/**
 * A server that does no more than show a client that keys are exchanged, users let in and commands answered: `exec` of anything says `hello`
 * and the command, and first gives back as many bytes as it was sent.
 */
export async function tinyServer(persona: SshPersona, hostKeys: readonly HostKey[]) {
  const seen: Seen[] = []
  const server = createServer((socket) => {
    const record: Seen = { agreements: [], attempts: [], commands: [], received: 0, error: undefined }
    seen.push(record)
    socket.setNoDelay(true)
    const connection = new Connection(socket, persona, hostKeys, record)
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      try {
        connection.take(chunk)
      } catch (error) {
        record.error ??= error
        socket.destroy()
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

class Connection {
  readonly #socket: Socket
  readonly #persona: SshPersona
  readonly #hostKeys: readonly HostKey[]
  readonly #seen: Seen
  readonly #reader: PacketReader
  readonly #writer = new PacketWriter()
  #head: Buffer | undefined = Buffer.alloc(0)
  #clientVersion = ''
  #ours: Uint8Array = new Uint8Array()
  #theirs: Uint8Array = new Uint8Array()
  #agreement: Agreement | undefined
  #group: ExchangeGroup | undefined
  #exchanged: Exchanged | undefined
  #sessionId: Uint8Array | undefined
  #ignoreNext = false
  #loggedIn = false

  constructor(socket: Socket, persona: SshPersona, hostKeys: readonly HostKey[], seen: Seen) {
    this.#socket = socket
    this.#persona = persona
    this.#hostKeys = hostKeys
    this.#seen = seen
    this.#reader = new PacketReader(persona.packetLimits)
    socket.write(`${persona.identification}\r\n`)
    this.#sendKexInit()
  }

  take(chunk: Buffer): void {
    if (this.#head) {
      this.#head = Buffer.concat([this.#head, chunk])
      const result = readIdentification(this.#head)
      if (result.state === 'more') return
      if (result.state === 'malformed') throw new Error(result.reason)
      this.#clientVersion = result.identification.line
      const rest = this.#head.subarray(result.bytes)
      this.#head = undefined
      this.#reader.push(rest)
    } else {
      this.#reader.push(chunk)
    }
    for (let result = this.#reader.next(); result.state !== 'more'; result = this.#reader.next()) {
      if (result.state === 'malformed') throw new Error(JSON.stringify(result.fault))
      if (this.#ignoreNext) this.#ignoreNext = false
      else this.#message(result.payload, result.sequence)
    }
  }

  #send(payload: Uint8Array): void {
    this.#socket.write(this.#writer.write(payload))
  }

  #sendKexInit(): void {
    this.#ours = writeKexInit({
      ...this.#persona.lists,
      cookie: randomBytes(cookieBytes),
      firstPacketFollows: false,
      reserved: 0,
    })
    this.#send(this.#ours)
  }

  #message(payload: Uint8Array, sequence: number): void {
    switch (payload[0]) {
      case number.kexInit:
        return this.#kexInit(payload)
      case number.kexFirst:
      case number.gexInit:
        return this.#exchange(payload)
      case number.gexRequest:
        return this.#chooseGroup(payload)
      case number.newKeys:
        return this.#newKeys()
      case number.extInfo:
      case number.ignore:
      case number.debug:
      case number.disconnect:
      case number.channelWindowAdjust:
      case number.channelEof:
        return
      case number.serviceRequest:
        return this.#send(writeServiceAccept(read(parseServiceRequest(payload))))
      case number.userauthRequest:
        return this.#authenticate(payload)
      case number.infoResponse:
        return this.#answers(payload)
      case number.globalRequest:
        if (read(parseGlobalRequest(payload)).wantReply) this.#send(writeRequestFailure())
        return
      case number.channelOpen: {
        const { sender } = read(parseChannelOpen(payload))
        return this.#send(writeOpenConfirmation(sender, sender, 0x7fff_ffff, 32_768))
      }
      case number.channelData: {
        const { recipient, data } = read(parseChannelData(payload))
        this.#seen.received += data.length
        return this.#send(writeChannelData(recipient, data))
      }
      case number.channelRequest:
        return this.#request(payload)
      case number.channelClose:
        return
      default:
        return this.#send(writeUnimplemented(sequence))
    }
  }

  #kexInit(payload: Uint8Array): void {
    if (this.#sessionId) this.#sendKexInit()
    this.#theirs = payload
    const result = negotiate(read(parseKexInit(payload)), this.#persona.lists)
    if (result.state === 'failed') throw new Error(`no ${result.subject} in ${result.offered.join()}`)
    this.#agreement = result.agreement
    this.#seen.agreements.push(result.agreement)
    this.#ignoreNext = result.agreement.ignoreNext
  }

  #chooseGroup(payload: Uint8Array): void {
    const request = read(parseGroupRequest(payload))
    const group = chooseGroup(request, [fixedGroups[14], fixedGroups[16], fixedGroups[18]], () => 0)
    if (typeof group === 'string') throw new Error(group)
    this.#group = { group, request }
    this.#send(writeGroup(group))
  }

  #exchange(payload: Uint8Array): void {
    const agreement = this.#agreement!
    const hostKey = this.#hostKeys.find(({ algorithms }) => algorithms.includes(agreement.hostKey))
    if (!hostKey) throw new Error(`no host key for ${agreement.hostKey}`)
    const context = {
      clientVersion: this.#clientVersion,
      serverVersion: this.#persona.identification,
      clientKexInit: this.#theirs,
      serverKexInit: this.#ours,
      hostKey,
      hostKeyAlgorithm: agreement.hostKey,
    }
    const group = keyExchanges.get(agreement.kex)?.needsGroup ? this.#group : undefined
    const result = answerExchange(agreement.kex, payload, context, group)
    if (result.state === 'malformed') throw new Error(result.reason)
    const first = this.#sessionId === undefined
    this.#exchanged = result.exchanged
    this.#sessionId ??= result.exchanged.hash
    this.#send(result.reply)
    this.#send(writeNewKeys())
    const strict = this.#strict()
    this.#writer.protect(
      protectionOf(this.#exchanged, this.#sessionId, 'to-client', agreement.toClient),
      strict,
    )
    this.#compressOut()
    if (first && agreement.extInfo) this.#send(writeExtInfo(this.#persona.extensions))
  }

  #newKeys(): void {
    const { toServer } = this.#agreement!
    this.#reader.protect(
      protectionOf(this.#exchanged!, this.#sessionId!, 'to-server', toServer),
      this.#strict(),
    )
    this.#compressIn()
  }

  /** `zlib@openssh.com` begins after the login, and anew with each NEWKEYS. */
  #compressOut(): void {
    if (this.#loggedIn && this.#agreement?.toClient.compression === 'zlib@openssh.com')
      this.#writer.compress(new Deflater())
  }

  #compressIn(): void {
    if (this.#loggedIn && this.#agreement?.toServer.compression === 'zlib@openssh.com')
      this.#reader.expand(new Inflater())
  }

  #letIn(): void {
    this.#send(writeAuthSuccess())
    this.#loggedIn = true
    this.#compressOut()
    this.#compressIn()
  }

  #strict(): boolean {
    return this.#seen.agreements[0]!.strict
  }

  #authenticate(payload: Uint8Array): void {
    const { attempt } = read(parseAuthRequest(payload))
    this.#seen.attempts.push(attempt.method)
    if (attempt.method === 'password' && Buffer.from(attempt.password).toString() === password)
      return this.#letIn()
    if (attempt.method === 'publickey')
      return attempt.signature ? this.#letIn() : this.#send(writePublicKeyOk(attempt.algorithm, attempt.blob))
    if (attempt.method === 'keyboard-interactive')
      return this.#send(writeInfoRequest('', '', [{ prompt: 'Password: ', echo: false }]))
    this.#send(writeAuthFailure(['publickey', 'password', 'keyboard-interactive'], false))
  }

  #answers(payload: Uint8Array): void {
    const parsed = parseInfoResponse(payload)
    if (parsed === 'too-many') throw new Error(parsed)
    const right = Buffer.from(read(parsed)[0] ?? []).toString() === password
    if (right) this.#letIn()
    else this.#send(writeAuthFailure(['password'], false))
  }

  #request(payload: Uint8Array): void {
    const { recipient, wantReply, request } = read(parseChannelRequest(payload))
    if (wantReply) this.#send(writeChannelSignal(recipient, 'channelSuccess'))
    if (request.type !== 'exec') return
    const command = Buffer.from(request.command).toString()
    this.#seen.commands.push(command)
    this.#send(writeChannelData(recipient, Buffer.from(`hello ${command}\n`)))
    if (command === 'cat') return
    this.#send(writeExitStatus(recipient, 7))
    this.#send(writeChannelSignal(recipient, 'channelEof'))
    this.#send(writeChannelSignal(recipient, 'channelClose'))
  }
}

function read<T>(parsed: Parsed<T>): T {
  if (parsed.state === 'malformed') throw new Error(parsed.reason)
  return parsed.message
}
