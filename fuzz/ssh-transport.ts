import { randomBytes } from 'node:crypto'
import { ssh } from '../packages/sundew/src/decoys/ssh/ssh.ts'
import { writeKexInit } from '../packages/sundew/src/wire/ssh/kex/kex-init.ts'
import { messageNumber as number } from '../packages/sundew/src/wire/ssh/message/message-number.ts'
import { writeDisconnect, writeNewKeys } from '../packages/sundew/src/wire/ssh/message/transport.ts'
import { WireWriter } from '../packages/sundew/src/wire/ssh/message/wire-writer.ts'
import { PacketWriter } from '../packages/sundew/src/wire/ssh/packet-writer.ts'
import { startDecoy } from '../packages/sundew/test/decoys/host.ts'
import { sendAll, type Target } from './target.ts'

/** A client's first bytes, before keys: its line, its KEXINIT, its share, NEWKEYS. */
function opening(kex: string, share: Uint8Array): Uint8Array {
  const lists = {
    kex: [kex, 'ext-info-c'],
    hostKey: ['ssh-ed25519', 'rsa-sha2-512'],
    cipherToServer: ['aes128-ctr'],
    cipherToClient: ['aes128-ctr'],
    macToServer: ['hmac-sha2-256'],
    macToClient: ['hmac-sha2-256'],
    compressionToServer: ['none', 'zlib@openssh.com'],
    compressionToClient: ['none', 'zlib@openssh.com'],
    languageToServer: [],
    languageToClient: [],
  }
  const writer = new PacketWriter()
  const init = writeKexInit({ ...lists, cookie: randomBytes(16), firstPacketFollows: false, reserved: 0 })
  return Buffer.concat([
    Buffer.from('SSH-2.0-fuzz_1.0\r\n'),
    ...[
      init,
      new WireWriter(number.kexFirst).string(share).bytes(),
      writeNewKeys(),
      writeDisconnect(11, 'bye'),
    ].map((message) => writer.write(message)),
  ])
}

/** Whatever may come before there are keys. */
export const sshTransport: Target = {
  name: 'ssh-transport',
  seeds: [
    opening('curve25519-sha256', randomBytes(32)),
    opening('ecdh-sha2-nistp256', Buffer.concat([Uint8Array.of(4), randomBytes(64)])),
    opening('sntrup761x25519-sha512@openssh.com', randomBytes(1158 + 32)),
    opening('diffie-hellman-group-exchange-sha256', randomBytes(12)),
    Buffer.from('SSH-2.0-OpenSSH_9.2\r\nSSH-2.0-again\r\n'),
    Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
  ],
  async start() {
    const host = await startDecoy(
      ssh,
      { max_startups: 'off', auth: { failure_delay_ms: 0 } },
      { limits: { ratePerSource: 100_000_000, connectionsPerSource: 1000 } },
    )
    return {
      async bear(input) {
        await sendAll(host.connect(), input)
        if (host.faults.length > 0) throw host.faults.pop()
      },
      [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
    }
  },
}
