import { ssh } from '../packages/sundew/src/decoys/ssh/ssh.ts'
import { messageNumber as number } from '../packages/sundew/src/wire/ssh/message/message-number.ts'
import { WireWriter } from '../packages/sundew/src/wire/ssh/message/wire-writer.ts'
import { startDecoy, until } from '../packages/sundew/test/decoys/host.ts'
import { Peer } from '../packages/sundew/test/decoys/ssh/peer/peer.ts'
import { type Target } from './target.ts'

/** Messages of one input: each a byte for how it is sent, two for its length, and itself. */
function script(...messages: readonly WireWriter[]): Uint8Array {
  return Buffer.concat(
    messages.map((message) => {
      const bytes = message.bytes()
      return Buffer.concat([Uint8Array.of(0, bytes.length >> 8, bytes.length & 0xff), bytes])
    }),
  )
}

function* messagesOf(input: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at + 3 <= input.length;) {
    const length = (input[at + 1]! << 8) | input[at + 2]!
    yield input.subarray(at + 3, at + 3 + length)
    at += 3 + length
  }
}

const say = (type: number): WireWriter => new WireWriter(type)
const service = say(number.serviceRequest).string('ssh-userauth')
const password = say(number.userauthRequest)
  .string('root')
  .string('ssh-connection')
  .string('password')
  .flag(false)
  .string('x')
const open = say(number.channelOpen).string('session').uint32(0).uint32(2_097_152).uint32(32_768)
const terminal = say(number.channelRequest)
  .uint32(0)
  .string('pty-req')
  .flag(true)
  .string('xterm')
  .uint32(80)
  .uint32(24)
  .uint32(0)
  .uint32(0)
  .string('\x01\0\0\0\x03\0')
const exec = say(number.channelRequest).uint32(0).string('exec').flag(true).string('id')
const data = say(number.channelData).uint32(0).string('some data\n')
const tunnel = say(number.channelOpen)
  .string('direct-tcpip')
  .uint32(1)
  .uint32(1024)
  .uint32(1024)
  .string('mx.example.org')
  .uint32(25)
  .string('127.0.0.1')
  .uint32(5)

/** Whatever may come once there are keys: logging in, channels, tunnels, requests. Also before anybody is let in. */
export const sshMessages: Target = {
  name: 'ssh-messages',
  seeds: [
    script(
      service,
      password,
      open,
      terminal,
      exec,
      data,
      say(number.channelEof).uint32(0),
      say(number.channelClose).uint32(0),
    ),
    script(
      service,
      password,
      tunnel,
      say(number.channelData).uint32(0).string('EHLO x\r\n'),
      say(number.channelWindowAdjust).uint32(0).uint32(1),
    ),
    script(
      service,
      password,
      say(number.globalRequest).string('tcpip-forward').flag(true).string('').uint32(0),
    ),
    script(
      service,
      password,
      say(number.globalRequest).string('hostkeys-prove-00@openssh.com').flag(true).string('x'),
    ),
    script(
      service,
      say(number.userauthRequest)
        .string('root')
        .string('ssh-connection')
        .string('publickey')
        .flag(false)
        .string('ssh-ed25519')
        .string('\0\0\0\x0bssh-ed25519\0\0\0\x20'.padEnd(51, 'k')),
    ),
    script(
      service,
      say(number.userauthRequest)
        .string('root')
        .string('ssh-connection')
        .string('keyboard-interactive')
        .string('')
        .string(''),
    ),
    script(
      say(number.kexInit).raw(Buffer.alloc(16)),
      say(number.newKeys),
      say(number.disconnect).uint32(11).string('').string(''),
    ),
    script(
      say(number.ignore).string('x'),
      say(number.debug).flag(true).string('x').string(''),
      say(number.unimplemented).uint32(3),
      say(192).string('x'),
    ),
  ],
  async start() {
    const host = await startDecoy(
      ssh,
      { max_startups: 'off', auth: { failure_delay_ms: 0 }, tunnels: { round_trip_ms: 0 } },
      { limits: { ratePerSource: 100_000_000, connectionsPerSource: 1000 } },
    )
    return {
      async bear(input) {
        const peer = await Peer.connect(host.port, { quietMs: 5 })
        try {
          if (!(await peer.keyed())) throw new Error('a client that did nothing wrong got no keys')
          for (const message of messagesOf(input)) if (message.length > 0) peer.send(message)
          await peer.settle()
        } finally {
          peer.destroy()
        }
        await until(() => host.listener.connections === 0, 'the connection is over')
        if (host.faults.length > 0) throw host.faults.pop()
      },
      [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
    }
  },
}
