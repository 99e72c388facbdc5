import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { KexInit } from '../../packages/sundew/src/wire/ssh/kex/kex-init.ts'
import { hostKeyFrom } from '../../packages/sundew/src/wire/ssh/key/host-key.ts'
import { writeChannelData } from '../../packages/sundew/src/wire/ssh/message/channel-data.ts'
import { writeExtInfo } from '../../packages/sundew/src/wire/ssh/message/ext-info.ts'
import { writeKeepalive } from '../../packages/sundew/src/wire/ssh/message/global-request.ts'
import { messageNumber as number } from '../../packages/sundew/src/wire/ssh/message/message-number.ts'
import {
  writeDebug,
  writeDisconnect,
  writeNewKeys,
  writeUnimplemented,
} from '../../packages/sundew/src/wire/ssh/message/transport.ts'
import { WireReader } from '../../packages/sundew/src/wire/ssh/message/wire-reader.ts'
import { WireWriter } from '../../packages/sundew/src/wire/ssh/message/wire-writer.ts'
import { sshPersonas } from '../../packages/sundew/src/wire/ssh/personas.ts'
import type { Peer } from '../../packages/sundew/test/decoys/ssh/peer/peer.ts'

/** Exchanges keys, as `changes` to what is offered will have it, and gets itself let in as that server lets it. */
export type Login = (peer: Peer, changes?: Partial<KexInit>) => Promise<boolean>

/** What one client says, up to the end that it leaves to the server. */
export interface Sequence {
  readonly name: string
  /** Sent to a Dropbear as well. */
  readonly plain?: boolean
  run(peer: Peer, login: Login): Promise<void> | void
}

const { lists } = sshPersonas['openssh-9.2p1-debian-12']
const methods = lists.kex.filter((name) => !name.startsWith('kex-strict'))

// Messages.
const message = (type: number) => new WireWriter(type)
const ignore = message(number.ignore).string('x').bytes()
const service = (name: string) => message(number.serviceRequest).string(name).bytes()
const request = (
  user: string,
  method: string,
  fields: Uint8Array = new Uint8Array(),
  to = 'ssh-connection',
) => message(number.userauthRequest).string(user).string(to).string(method).raw(fields).bytes()
const password = (text: string, change?: string) => {
  const fields = new WireWriter().flag(change !== undefined).string(text)
  return (change === undefined ? fields : fields.string(change)).bytes()
}
const global = (name: string, wantReply: boolean, fields: Uint8Array = new Uint8Array()) =>
  message(number.globalRequest).string(name).flag(wantReply).raw(fields).bytes()
const channel = (type: string) =>
  message(number.channelOpen).string(type).uint32(0).uint32(65_536).uint32(32_768).bytes()

/** A packet whose length and padding fields say what they like. */
function packet(length: number, padding: number, body: Uint8Array | string): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : Buffer.from(body)
  const head = Buffer.alloc(5)
  head.writeUInt32BE(length >>> 0)
  head[4] = padding
  return Buffer.concat([head, bytes])
}

const user = 'nobodyhere'
const key = hostKeyFrom(generateKeyPairSync('ed25519').privateKey)
const offerKey = (algorithm = 'ssh-ed25519', blob = key.blob) =>
  new WireWriter().flag(false).string(algorithm).string(blob).bytes()

/** After the first exchange and the service. */
function authenticating(name: string, then: (peer: Peer) => Promise<void> | void): Sequence {
  return {
    name,
    plain: true,
    async run(peer) {
      if (!(await peer.keyed())) return
      peer.send(service('ssh-userauth'))
      if (await peer.expect(number.serviceAccept)) await then(peer)
    },
  }
}

/** After the first exchange. */
function keyed(name: string, then: (peer: Peer) => Promise<void> | void): Sequence {
  return {
    name,
    plain: true,
    async run(peer) {
      if (await peer.keyed()) await then(peer)
    },
  }
}

/** After a login. */
function insider(name: string, then: (peer: Peer) => Promise<void> | void): Sequence {
  return {
    name: `inside: ${name}`,
    async run(peer, login) {
      if (await login(peer)) await then(peer)
    },
  }
}

/** Only what is sent first. */
const opening = (name: string, bytes: string | Uint8Array): Sequence => ({
  name: `opening: ${name}`,
  plain: true,
  run: (peer) => peer.raw(bytes),
})

/** Raw bytes after the first line, once the server's KEXINIT is there. */
const afterLine = (name: string, bytes: string | Uint8Array): Sequence => ({
  name: `after the line: ${name}`,
  plain: true,
  async run(peer) {
    peer.line()
    await peer.expect(number.kexInit)
    peer.raw(bytes)
  },
})

/** In place of the client's share. */
const inExchange = (name: string, what: (peer: Peer) => void, strict = false): Sequence => ({
  name: `in the exchange${strict ? ', strict' : ''}: ${name}`,
  plain: true,
  async run(peer) {
    peer.line()
    peer.kexInit(strict ? {} : { kex: ['curve25519-sha256'] })
    await peer.agree()
    what(peer)
  },
})

const identifications: Sequence[] = [
  { name: 'nothing is said', plain: true, run: () => {} },
  {
    name: 'the line comes late',
    plain: true,
    async run(peer) {
      await peer.settle()
      peer.line()
      await peer.settle()
    },
  },
  {
    name: 'the line comes byte by byte',
    plain: true,
    async run(peer) {
      for (const character of 'SSH-2.0-slow\r\n') {
        peer.raw(character)
        await new Promise((resolve) => setTimeout(resolve, 3))
      }
    },
  },
  {
    name: 'the client ends its side at once',
    plain: true,
    run: (peer) => peer.halfClose(),
  },
  {
    name: 'the client ends its side within the line',
    plain: true,
    run(peer) {
      peer.raw('SSH-2.0-')
      peer.halfClose()
    },
  },
  {
    name: 'the client ends its side after the line',
    plain: true,
    run(peer) {
      peer.line()
      peer.halfClose()
    },
  },
  opening('an empty line', '\r\n'),
  opening('only LF', '\n'),
  opening('SSH-', 'SSH-\r\n'),
  opening('SSH-1.5', 'SSH-1.5-old\r\n'),
  opening('SSH-1.99', 'SSH-1.99-both\r\n'),
  opening('SSH-1.0', 'SSH-1.0-x\r\n'),
  opening('SSH-2.1', 'SSH-2.1-x\r\n'),
  opening('SSH-3.0', 'SSH-3.0-x\r\n'),
  opening('SSH-02.0', 'SSH-02.00-x\r\n'),
  opening('SSH-2.0 without a second dash', 'SSH-2.0\r\n'),
  opening('SSH-2.0- and nothing', 'SSH-2.0-\r\n'),
  opening('SSH-2.0- and a space', 'SSH-2.0- \r\n'),
  opening('lower case', 'ssh-2.0-x\r\n'),
  opening('LF alone at the end', 'SSH-2.0-x\n'),
  opening('eight CRs', `SSH-2.0-x${'\r'.repeat(8)}\n`),
  opening('CR alone at the end', 'SSH-2.0-x\r'),
  opening('CR within', 'SSH-2.0-x\ry\r\n'),
  opening('NUL within', 'SSH-2.0-x\0y\r\n'),
  opening('NULs', '\0'.repeat(32)),
  opening('SSH-1337', 'SSH-1337\r\n'),
  opening('SSH-1337-…', 'SSH-1337.0-x\r\n'),
  opening('OpenSSH and ten LFs', 'SSH-2.0-OpenSSH\n\n\n\n\n\n\n\n\n\n\n'),
  opening('two lines', 'SSH-2.0-one\r\nSSH-2.0-two\r\n'),
  opening('a line before it', 'hello\r\nSSH-2.0-x\r\n'),
  opening('255 characters', `SSH-2.0-${'x'.repeat(245)}\r\n`),
  opening('8,192 characters', `SSH-2.0-${'x'.repeat(8184)}\r\n`),
  opening('8,193 characters', `SSH-2.0-${'x'.repeat(8185)}\r\n`),
  opening('20,000 characters', `SSH-2.0-${'x'.repeat(20_000)}\r\n`),
  opening('no line end, 9,000 characters', 'A'.repeat(9_000)),
  opening('HTTP', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: x\r\n\r\n'),
  opening('a short HTTP request', 'GET / HTTP/1.0\r\n\r\n'),
  opening('a TLS ClientHello', Buffer.from('16030100c8010000c403030a0d0e', 'hex')),
  opening('telnet', Buffer.from('fffb1ffffb20fffb18fffb27fffd01fffb03fffd03', 'hex')),
  opening('RDP', Buffer.from('0300002f2ae00000000000436f6f6b69653a206d737473686173683d0d0a', 'hex')),
  opening('SMTP', 'EHLO x\r\n'),
  opening('bytes past ASCII', Buffer.from('SSH-2.0-\xff\xfe\x80\r\n', 'latin1')),
  opening('comments', 'SSH-2.0-x some words\r\n'),
  opening('another kind of space', 'SSH-2.0-x\ty\r\n'),
  opening('SSH_Version_Mapper', 'SSH-2.0-SSH_Version_Mapper\r\n'),
  opening('Probe-', 'SSH-2.0-Probe-x\r\n'),
  opening('OpenSSH 6.6', 'SSH-2.0-OpenSSH_6.6\r\n'),
  opening('OpenSSH 6.6.1', 'SSH-2.0-OpenSSH_6.6.1\r\n'),
  opening('an old PuTTY', 'SSH-2.0-PuTTY_Release_0.60\r\n'),
  opening('an old WinSCP', 'SSH-2.0-WinSCP_release_5.1.3\r\n'),
  opening('libssh', 'SSH-2.0-libssh_0.9.6\r\n'),
  opening('Go', 'SSH-2.0-Go\r\n'),
]

const packets: Sequence[] = [
  afterLine('text', 'hello world, this is no packet\r\n'),
  afterLine('a length of 0', packet(0, 4, '\0'.repeat(16))),
  afterLine('a length of 1', packet(1, 0, '\0'.repeat(16))),
  afterLine('a length of 4', packet(4, 4, '\0'.repeat(16))),
  afterLine('a length of 5', packet(5, 4, '\x02\0\0\0\0\0\0\0')),
  afterLine('a length that is no multiple of 8', packet(13, 4, '\x02'.repeat(20))),
  afterLine('a length of 256 KiB and 4', packet(256 * 1024 + 4, 4, '\x02'.repeat(20))),
  afterLine('a length of 256 KiB - 4', packet(256 * 1024 - 4, 4, '\x02'.repeat(20))),
  afterLine('a length of 35,004', packet(35_004, 4, '\x02'.repeat(20))),
  afterLine('the longest length', packet(0xffff_ffff, 4, '\x02'.repeat(20))),
  afterLine('a short head', Buffer.from('000000', 'hex')),
  afterLine('seven bytes', Buffer.from('0000000c0a0200', 'hex')),
  afterLine('no padding', packet(12, 0, `\x02\0\0\0\x06xxxxxx`)),
  afterLine('three bytes of padding', packet(12, 3, `\x02\0\0\0\x03xxx\0\0\0`)),
  afterLine('as much padding as packet', packet(12, 11, '\0'.repeat(11))),
  afterLine('more padding than packet', packet(12, 200, '\0'.repeat(11))),
  afterLine('message 0', packet(12, 10, '\0'.repeat(11))),
  afterLine('message 191', packet(12, 10, `\xbf${'\0'.repeat(10)}`)),
  afterLine('message 192', packet(12, 10, `\xc0${'\0'.repeat(10)}`)),
  afterLine('message 255', packet(12, 10, `\xff${'\0'.repeat(10)}`)),
  afterLine('an unknown message, 99', packet(12, 10, `\x63${'\0'.repeat(10)}`)),
  afterLine('an unknown message, 9', packet(12, 10, `\x09${'\0'.repeat(10)}`)),
  afterLine('an IGNORE without its string', packet(12, 10, `\x02${'\0'.repeat(10)}`)),
  afterLine('a DEBUG without its fields', packet(12, 10, `\x04${'\0'.repeat(10)}`)),
  afterLine('a DISCONNECT without its fields', packet(12, 10, `\x01${'\0'.repeat(10)}`)),
  afterLine('an UNIMPLEMENTED without its number', packet(12, 10, `\x03${'\0'.repeat(10)}`)),
  afterLine('NEWKEYS', packet(12, 10, `\x15${'\0'.repeat(10)}`)),
  afterLine('a share before the KEXINIT', packet(44, 6, `\x1e\0\0\0\x20${'x'.repeat(32)}\0\0\0\0\0\0`)),
  afterLine('a KEXINIT with nothing', packet(12, 10, `\x14${'\0'.repeat(10)}`)),
  afterLine(
    'a KEXINIT that ends in a list',
    packet(28, 6, `\x14${'c'.repeat(16)}\0\0\0\x30${'\0'.repeat(6)}`),
  ),
  {
    name: 'two KEXINITs',
    async run(peer) {
      peer.line()
      peer.kexInit()
      await peer.agree()
      peer.kexInit()
    },
  },
  {
    name: 'two KEXINITs of one that is not strict',
    async run(peer) {
      peer.line()
      peer.kexInit({ kex: ['curve25519-sha256'] })
      await peer.agree()
      peer.kexInit({ kex: ['curve25519-sha256'] })
    },
  },
  {
    name: 'a KEXINIT with bytes after it',
    async run(peer) {
      peer.line()
      peer.send(Buffer.concat([Buffer.from([20]), Buffer.alloc(16 + 40 + 5), Buffer.from('more')]))
      await peer.agree()
    },
  },
  {
    name: 'a KEXINIT of empty lists',
    run(peer) {
      peer.line()
      peer.send(Buffer.concat([Buffer.from([20]), Buffer.alloc(16 + 40 + 5)]))
    },
  },
  {
    name: 'a list of 60 KB',
    async run(peer) {
      peer.line()
      peer.kexInit({ kex: [...Array.from({ length: 6000 }, (_, i) => `method${i}`), 'curve25519-sha256'] })
      await peer.agree()
    },
  },
  {
    name: 'an IGNORE before the KEXINIT',
    async run(peer) {
      peer.line()
      peer.send(ignore)
      peer.kexInit({ kex: ['curve25519-sha256'] })
      await peer.exchange()
    },
  },
  {
    name: 'an IGNORE before the KEXINIT of a strict client',
    async run(peer) {
      peer.line()
      peer.send(ignore)
      peer.kexInit()
      await peer.agree()
    },
  },
  {
    name: 'a SERVICE_REQUEST before the KEXINIT',
    async run(peer) {
      peer.line()
      peer.send(service('ssh-userauth'))
      peer.kexInit({ kex: ['curve25519-sha256'] })
      await peer.exchange()
    },
  },
]

const choices: Sequence[] = [
  ...methods.map((kex): Sequence => ({
    name: `key exchange by ${kex}`,
    async run(peer) {
      await peer.keyed({ kex: [kex, 'ext-info-c', 'kex-strict-c-v00@openssh.com'] })
      peer.send(service('ssh-userauth'))
    },
  })),
  ...lists.cipherToServer.map((cipher): Sequence => ({
    name: `cipher ${cipher}`,
    async run(peer) {
      await peer.keyed({ cipherToServer: [cipher], cipherToClient: [cipher] })
      peer.send(service('ssh-userauth'))
    },
  })),
  ...lists.macToServer.map((mac): Sequence => ({
    name: `MAC ${mac}`,
    async run(peer) {
      await peer.keyed({ macToServer: [mac], macToClient: [mac] })
      peer.send(service('ssh-userauth'))
    },
  })),
  ...lists.hostKey.map((hostKey): Sequence => ({
    name: `host key ${hostKey}`,
    async run(peer) {
      await peer.keyed({ hostKey: [hostKey] })
      peer.send(service('ssh-userauth'))
    },
  })),
  {
    name: 'host key ssh-rsa, which is not offered',
    async run(peer) {
      await peer.keyed({ hostKey: ['ssh-rsa'] })
    },
  },
  {
    name: 'unequal choices in the two directions',
    async run(peer) {
      await peer.keyed({
        cipherToServer: ['aes256-gcm@openssh.com'],
        macToServer: ['rot13'],
        macToClient: ['hmac-sha1'],
      })
      peer.send(service('ssh-userauth'))
    },
  },
  ...(
    [
      'kex',
      'hostKey',
      'cipherToServer',
      'cipherToClient',
      'macToServer',
      'macToClient',
      'compressionToServer',
      'compressionToClient',
    ] as const
  ).map((subject): Sequence => ({
    name: `nothing in common in ${subject}`,
    async run(peer) {
      await peer.keyed({ [subject]: ['rot13', 'rot26'] })
    },
  })),
  {
    name: 'only names that are no methods',
    async run(peer) {
      await peer.keyed({ kex: ['ext-info-c', 'kex-strict-c-v00@openssh.com'] })
    },
  },
  {
    name: 'the server’s own signal as a method',
    async run(peer) {
      await peer.keyed({ kex: ['kex-strict-s-v00@openssh.com', 'curve25519-sha256'] })
    },
  },
  {
    name: 'empty names in a list',
    async run(peer) {
      await peer.keyed({ kex: ['', 'curve25519-sha256'] })
    },
  },
  {
    name: 'languages that nobody has',
    async run(peer) {
      await peer.keyed({ languageToServer: ['tlh'], languageToClient: ['tlh'], reserved: 7 })
      peer.send(service('ssh-userauth'))
    },
  },
  ...(
    [
      [1024, 1024, 1024],
      [1024, 1024, 2048],
      [2048, 2048, 2048],
      [2048, 3072, 8192],
      [1, 1, 8192],
      [2049, 2500, 3000],
      [5000, 6000, 7000],
      [7000, 7680, 8191],
      [8192, 8192, 8192],
      [8192, 8192, 16_384],
      [9000, 9000, 16_384],
      [4096, 2048, 8192],
      [2048, 8192, 4096],
      [0, 0, 0],
    ] as const
  ).map(([min, wanted, max]): Sequence => ({
    name: `group exchange: ${min} ${wanted} ${max}`,
    async run(peer) {
      await peer.keyed({ kex: ['diffie-hellman-group-exchange-sha256'] }, [min, wanted, max])
      peer.send(service('ssh-userauth'))
    },
  })),
  {
    name: 'group exchange: the share before the group',
    async run(peer) {
      peer.line()
      peer.kexInit({ kex: ['diffie-hellman-group-exchange-sha256'] })
      await peer.agree()
      peer.send(message(number.gexInit).mpint(randomBytes(256)).bytes())
    },
  },
  {
    name: 'group exchange: two requests',
    async run(peer) {
      peer.line()
      peer.kexInit({ kex: ['diffie-hellman-group-exchange-sha256'] })
      await peer.agree()
      const wanted = message(number.gexRequest).uint32(2048).uint32(2048).uint32(8192).bytes()
      peer.send(wanted)
      await peer.answer()
      peer.send(wanted)
    },
  },
  {
    name: 'group exchange: the old request',
    async run(peer) {
      peer.line()
      peer.kexInit({ kex: ['diffie-hellman-group-exchange-sha256'] })
      await peer.agree()
      peer.send(message(30).uint32(2048).bytes())
    },
  },
  {
    name: 'a right guess follows',
    async run(peer) {
      await peer.keyed({
        kex: ['sntrup761x25519-sha512', 'curve25519-sha256'],
        hostKey: ['rsa-sha2-512'],
        firstPacketFollows: true,
      })
      peer.send(service('ssh-userauth'))
    },
  },
  {
    name: 'a wrong guess follows',
    async run(peer) {
      peer.line()
      peer.kexInit({ kex: ['curve25519-sha256'], firstPacketFollows: true })
      peer.send(message(number.kexFirst).string(randomBytes(32)).bytes())
      await peer.exchange()
      peer.send(service('ssh-userauth'))
    },
  },
  {
    name: 'a wrong guess and an IGNORE before it',
    async run(peer) {
      peer.line()
      peer.kexInit({ kex: ['curve25519-sha256'], firstPacketFollows: true })
      peer.send(ignore)
      peer.send(message(number.kexFirst).string(randomBytes(32)).bytes())
      await peer.exchange()
      peer.send(service('ssh-userauth'))
    },
  },
]

const exchanges: Sequence[] = [
  ...[false, true].flatMap((strict) => [
    inExchange('IGNORE', (peer) => peer.send(ignore), strict),
    inExchange('DEBUG', (peer) => peer.send(writeDebug(true, 'x')), strict),
    inExchange('UNIMPLEMENTED', (peer) => peer.send(writeUnimplemented(0)), strict),
    inExchange('DISCONNECT', (peer) => peer.send(writeDisconnect(11, 'bye')), strict),
    inExchange('SERVICE_REQUEST', (peer) => peer.send(service('ssh-userauth')), strict),
    inExchange('NEWKEYS', (peer) => peer.send(writeNewKeys()), strict),
    inExchange('a USERAUTH_REQUEST', (peer) => peer.send(request(user, 'none')), strict),
    inExchange('a CHANNEL_OPEN', (peer) => peer.send(channel('session')), strict),
    inExchange('message 31', (peer) => peer.send(message(31).string('x').bytes()), strict),
    inExchange('EXT_INFO', (peer) => peer.send(writeExtInfo([])), strict),
    inExchange('message 191', (peer) => peer.send(message(191).bytes()), strict),
  ]),
  inExchange('a share of zeros', (peer) => peer.send(message(30).string(new Uint8Array(32)).bytes())),
  inExchange('a share too short', (peer) =>
    peer.send(message(30).string(new Uint8Array(31).fill(9)).bytes()),
  ),
  inExchange('a share and more', (peer) =>
    peer.send(message(30).string(new Uint8Array(32).fill(9)).string('more').bytes()),
  ),
  inExchange('a share without its length', (peer) => peer.send(message(30).bytes())),
  ...(
    [
      ['1', Uint8Array.of(1)],
      ['0', new Uint8Array()],
      ['the largest', new Uint8Array(256).fill(0xff)],
      ['too long', new Uint8Array(3000).fill(0x55)],
    ] as const
  ).map(([name, share]): Sequence => ({
    name: `a share in group 14 that is ${name}`,
    async run(peer) {
      peer.line()
      peer.kexInit({ kex: ['diffie-hellman-group14-sha256'] })
      await peer.agree()
      peer.send(message(30).mpint(share).bytes())
    },
  })),
  {
    name: 'a point on no curve',
    async run(peer) {
      peer.line()
      peer.kexInit({ kex: ['ecdh-sha2-nistp256'] })
      await peer.agree()
      peer.send(message(30).string(new Uint8Array(65).fill(4)).bytes())
    },
  },
  {
    name: 'two shares',
    async run(peer) {
      peer.line()
      peer.kexInit({ kex: ['curve25519-sha256'] })
      await peer.agree()
      const share = message(30).string(new Uint8Array(32).fill(9)).bytes()
      peer.send(share)
      peer.send(share)
    },
  },
  {
    name: 'plain text after the exchange, without NEWKEYS',
    async run(peer) {
      peer.line()
      peer.kexInit({ kex: ['curve25519-sha256'] })
      await peer.agree()
      peer.send(message(30).string(new Uint8Array(32).fill(9)).bytes())
      await peer.expect(number.kexReply)
      peer.send(service('ssh-userauth'))
    },
  },
]

const services: Sequence[] = [
  keyed('nothing after the exchange', () => {}),
  keyed('enciphered garbage', (peer) => peer.raw(Buffer.alloc(64, 0x5a))),
  ...(
    [
      ['chacha20-poly1305@openssh.com', 'hmac-sha2-256'],
      ['aes128-gcm@openssh.com', 'hmac-sha2-256'],
      ['aes128-ctr', 'hmac-sha2-256-etm@openssh.com'],
      ['aes128-ctr', 'umac-64@openssh.com'],
    ] as const
  ).map(([cipher, mac]): Sequence => ({
    name: `garbage under ${cipher} ${mac}`,
    async run(peer) {
      await peer.keyed({
        cipherToServer: [cipher],
        cipherToClient: [cipher],
        macToServer: [mac],
        macToClient: [mac],
      })
      // A length that can be, where it is in the clear.
      peer.raw(Buffer.concat([Buffer.from('00000020', 'hex'), Buffer.alloc(96, 0x5a)]))
    },
  })),
  keyed('a flipped bit in the tag', (peer) => {
    const sealed = Buffer.from(peer.writer.write(service('ssh-userauth')))
    sealed[sealed.length - 1]! ^= 1
    peer.raw(sealed)
  }),
  keyed('ssh-userauth', (peer) => peer.send(service('ssh-userauth'))),
  keyed('ssh-userauth twice', async (peer) => {
    peer.send(service('ssh-userauth'))
    await peer.answer()
    peer.send(service('ssh-userauth'))
  }),
  keyed('ssh-connection', (peer) => peer.send(service('ssh-connection'))),
  keyed('a service of junk', (peer) => peer.send(service('junk %s %n \xff'))),
  keyed('a service of no name', (peer) => peer.send(service(''))),
  keyed('a service with NUL', (peer) => peer.send(service('ssh-userauth\0x'))),
  keyed('a long service', (peer) => peer.send(service('s'.repeat(3000)))),
  keyed('a SERVICE_REQUEST with more', (peer) =>
    peer.send(message(number.serviceRequest).string('ssh-userauth').string('x').bytes()),
  ),
  keyed('a USERAUTH_REQUEST before the service', (peer) => peer.send(request(user, 'none'))),
  keyed('a CHANNEL_OPEN before the service', (peer) => peer.send(channel('session'))),
  keyed('a GLOBAL_REQUEST before the service', (peer) => peer.send(writeKeepalive())),
  keyed('IGNORE, DEBUG and UNIMPLEMENTED', (peer) => {
    peer.send(ignore)
    peer.send(writeDebug(false, 'x'))
    peer.send(writeUnimplemented(3))
    peer.send(service('ssh-userauth'))
  }),
  keyed('EXT_INFO', (peer) => {
    peer.send(writeExtInfo([['x@y', 'z']]))
    peer.send(service('ssh-userauth'))
  }),
  keyed('a second KEXINIT before the login', async (peer) => {
    peer.kexInit()
    await peer.settle()
    peer.send(service('ssh-userauth'))
  }),
  keyed('a NEWKEYS of nothing', (peer) => peer.send(writeNewKeys())),
  keyed('a ping', (peer) => peer.send(message(192).string('x').bytes())),
  keyed('a disconnect', (peer) => peer.send(writeDisconnect(11, 'bye'))),
  keyed('a disconnect without its fields', (peer) => peer.send(message(1).bytes())),
  keyed('an IGNORE without its string', (peer) => peer.send(message(2).bytes())),
  keyed('a DEBUG without its fields', (peer) => peer.send(message(4).bytes())),
  keyed('message 0', (peer) => peer.send(message(0).bytes())),
  keyed('an empty message', (peer) => peer.send(new Uint8Array())),
  keyed('message 60', (peer) => peer.send(message(60).bytes())),
  keyed('the client ends its side', (peer) => peer.halfClose()),
  {
    name: 'a client without ext-info-c',
    async run(peer) {
      await peer.keyed({ kex: ['curve25519-sha256'] })
      peer.send(service('ssh-userauth'))
    },
  },
]

const methodsTried: Sequence[] = [
  authenticating('none', (peer) => peer.send(request(user, 'none'))),
  authenticating('none as root', (peer) => peer.send(request('root', 'none'))),
  authenticating('none twice', async (peer) => {
    peer.send(request(user, 'none'))
    await peer.answer()
    peer.send(request(user, 'none'))
  }),
  authenticating('none with more', (peer) => peer.send(request(user, 'none', Buffer.from('more')))),
  authenticating('none for an empty name', (peer) => peer.send(request('', 'none'))),
  authenticating('none for a name with NUL', (peer) => peer.send(request('a\0b', 'none'))),
  authenticating('none for a long name', (peer) => peer.send(request('u'.repeat(3000), 'none'))),
  authenticating('none for a name with a style', async (peer) => {
    peer.send(request(`${user}:style`, 'none'))
    await peer.answer()
    peer.send(request(`${user}:other`, 'none'))
  }),
  authenticating('none for another service', async (peer) => {
    peer.send(request(user, 'none', undefined, 'ssh-other'))
    await peer.answer()
    peer.send(request(user, 'password', password('x'), 'ssh-other'))
    await peer.answer()
  }),
  authenticating('a method of no name', (peer) => peer.send(request(user, ''))),
  authenticating('a method with NUL', (peer) => peer.send(request(user, 'none\0x'))),
  authenticating('a method of junk', (peer) => peer.send(request(user, 'junk', Buffer.from('whatever')))),
  authenticating('a request cut short', (peer) => peer.send(message(50).string(user).bytes())),
  authenticating('a request without fields', (peer) => peer.send(message(50).bytes())),
  authenticating('password', async (peer) => {
    peer.send(request(user, 'password', password('secret')))
    await peer.answer()
  }),
  authenticating('password as root', async (peer) => {
    peer.send(request('root', 'password', password('secret')))
    await peer.answer()
  }),
  authenticating('an empty password', (peer) => peer.send(request(user, 'password', password('')))),
  authenticating('a password of 1,024', async (peer) => {
    peer.send(request(user, 'password', password('p'.repeat(1024))))
    await peer.answer()
  }),
  authenticating('a password of 1,025', (peer) =>
    peer.send(request(user, 'password', password('p'.repeat(1025)))),
  ),
  authenticating('a password with NUL', (peer) => peer.send(request(user, 'password', password('a\0b')))),
  authenticating('a password with more', (peer) =>
    peer.send(request(user, 'password', Buffer.concat([password('a'), Buffer.from('more')]))),
  ),
  authenticating('a password cut short', (peer) =>
    peer.send(request(user, 'password', new WireWriter().flag(false).uint32(99).bytes())),
  ),
  authenticating('a change of password', (peer) => peer.send(request(user, 'password', password('a', 'b')))),
  authenticating('a change of password without the new one', (peer) =>
    peer.send(request(user, 'password', new WireWriter().flag(true).string('a').bytes())),
  ),
  authenticating('keyboard-interactive', (peer) =>
    peer.send(request(user, 'keyboard-interactive', new WireWriter().string('').string('').bytes())),
  ),
  authenticating('an answer that nobody asked for', (peer) =>
    peer.send(message(number.infoResponse).uint32(1).string('x').bytes()),
  ),
  authenticating('hostbased', (peer) =>
    peer.send(
      request(
        user,
        'hostbased',
        new WireWriter()
          .string('ssh-ed25519')
          .string(key.blob)
          .string('host.')
          .string('me')
          .string('sig')
          .bytes(),
      ),
    ),
  ),
  authenticating('gssapi-with-mic', (peer) =>
    peer.send(request(user, 'gssapi-with-mic', new WireWriter().uint32(1).string('\x06\x01\x00').bytes())),
  ),
  authenticating('a public key', (peer) => peer.send(request(user, 'publickey', offerKey()))),
  authenticating('a public key as root', (peer) => peer.send(request('root', 'publickey', offerKey()))),
  authenticating('a public key with more', (peer) =>
    peer.send(request(user, 'publickey', Buffer.concat([offerKey(), Buffer.from('more')]))),
  ),
  authenticating('a public key of an unknown kind', (peer) =>
    peer.send(request(user, 'publickey', offerKey('ssh-unheard-of'))),
  ),
  authenticating('a public key whose kind is another', (peer) =>
    peer.send(request(user, 'publickey', offerKey('ecdsa-sha2-nistp256'))),
  ),
  authenticating('a public key of junk', (peer) =>
    peer.send(request(user, 'publickey', offerKey('ssh-ed25519', Buffer.from('junk')))),
  ),
  authenticating('a public key cut short', (peer) =>
    peer.send(request(user, 'publickey', new WireWriter().flag(false).string('ssh-ed25519').bytes())),
  ),
  authenticating('a signed public key', (peer) => {
    const head = new WireWriter().flag(true).string('ssh-ed25519').string(key.blob).bytes()
    const signed = new WireWriter()
      .string(peer.sessionId!)
      .raw(request(user, 'publickey', head))
      .bytes()
    const fields = new WireWriter().raw(head).string(key.sign('ssh-ed25519', signed)).bytes()
    peer.send(request(user, 'publickey', fields))
  }),
  authenticating('a signed public key with more', (peer) =>
    peer.send(
      request(
        'root',
        'publickey',
        new WireWriter()
          .flag(true)
          .string('ssh-ed25519')
          .string(key.blob)
          .string('sig')
          .string('more')
          .bytes(),
      ),
    ),
  ),
  authenticating('a signature that is missing', (peer) =>
    peer.send(
      request(
        'root',
        'publickey',
        new WireWriter().flag(true).string('ssh-ed25519').string(key.blob).bytes(),
      ),
    ),
  ),
  authenticating('publickey-hostbound with the wrong host', (peer) =>
    peer.send(
      request(
        user,
        'publickey-hostbound-v00@openssh.com',
        new WireWriter().flag(false).string('ssh-ed25519').string(key.blob).string(key.blob).bytes(),
      ),
    ),
  ),
  authenticating('six public keys', async (peer) => {
    for (let turn = 0; turn < 7; turn++) {
      peer.send(request(user, 'publickey', offerKey()))
      if ((await peer.answer())?.[0] !== number.userauthFailure) return
    }
  }),
  authenticating('none, then six of junk', async (peer) => {
    for (let turn = 0; turn < 8; turn++) {
      peer.send(request(user, turn === 0 ? 'none' : 'junk'))
      if ((await peer.answer())?.[0] !== number.userauthFailure) return
    }
  }),
  authenticating('six at once', (peer) => {
    for (let turn = 0; turn < 8; turn++) peer.send(request(user, 'junk'))
  }),
  authenticating('passwords until it has enough', async (peer) => {
    for (let turn = 0; turn < 7; turn++) {
      peer.send(request(user, 'password', password(`p${turn}`)))
      if ((await peer.answer())?.[0] !== number.userauthFailure) return
    }
  }),
  authenticating('another name halfway', async (peer) => {
    peer.send(request(user, 'none'))
    await peer.answer()
    peer.send(request('root', 'none'))
  }),
  authenticating('another name and a long one', async (peer) => {
    peer.send(request(user, 'none'))
    await peer.answer()
    peer.send(request('n'.repeat(3000), 'none'))
  }),
  authenticating('another service halfway', async (peer) => {
    peer.send(request(user, 'none'))
    await peer.answer()
    peer.send(request(user, 'none', undefined, 'ssh-other'))
  }),
  authenticating('global requests before the login', (peer) => {
    peer.send(writeKeepalive())
    peer.send(global('tcpip-forward', true, new WireWriter().string('').uint32(0).bytes()))
    peer.send(request(user, 'none'))
  }),
  authenticating('a channel before the login', (peer) => peer.send(channel('session'))),
  authenticating('data before the login', (peer) => peer.send(writeChannelData(0, Buffer.from('x')))),
  authenticating('the service again within the login', async (peer) => {
    peer.send(request(user, 'none'))
    await peer.answer()
    peer.send(service('ssh-userauth'))
    await peer.answer()
    peer.send(request(user, 'junk'))
  }),
  authenticating('a KEXINIT within the login', async (peer) => {
    peer.send(request(user, 'none'))
    await peer.answer()
    peer.kexInit()
  }),
  authenticating('a disconnect within the login', async (peer) => {
    peer.send(request(user, 'none'))
    await peer.answer()
    peer.send(writeDisconnect(11, 'bye'))
  }),
]

/** The host keys that the server told. */
async function toldKeys(peer: Peer): Promise<Uint8Array[]> {
  const told = new WireReader(
    (await peer.expect(number.globalRequest)) ?? new Uint8Array(),
    number.globalRequest,
  )
  told.string()
  told.flag()
  const blobs: Uint8Array[] = []
  while (told.left > 0) blobs.push(told.string())
  return blobs
}

const prove = (blobs: readonly Uint8Array[]) => {
  const fields = new WireWriter()
  for (const blob of blobs) fields.string(blob)
  return global('hostkeys-prove-00@openssh.com', true, fields.bytes())
}

const insiders: Sequence[] = [
  insider('nothing', () => {}),
  insider('a keepalive', (peer) => peer.send(writeKeepalive())),
  insider('a global request that nobody knows', (peer) => peer.send(global('x@example.org', true))),
  insider('the same without a reply', (peer) => peer.send(global('x@example.org', false))),
  insider('no more sessions', (peer) => {
    peer.send(global('no-more-sessions@openssh.com', true))
  }),
  insider('proof of the host keys', async (peer) => peer.send(prove(await toldKeys(peer)))),
  insider('proof of one host key twice', async (peer) => {
    const [first] = await toldKeys(peer)
    peer.send(prove([first!, first!]))
  }),
  insider('proof of no host key', (peer) => peer.send(prove([]))),
  insider('proof of another’s key', (peer) => peer.send(prove([key.blob]))),
  insider('proof of junk', (peer) => peer.send(prove([Buffer.from('junk')]))),
  insider('the keys are changed', async (peer) => {
    peer.kexInit()
    await peer.exchange()
    peer.send(writeKeepalive())
    await peer.answer()
    peer.kexInit({
      cipherToServer: ['chacha20-poly1305@openssh.com'],
      cipherToClient: ['aes256-gcm@openssh.com'],
    })
    await peer.exchange()
    peer.send(writeKeepalive())
  }),
  insider('a request while the keys are changed', async (peer) => {
    peer.kexInit()
    peer.send(writeKeepalive())
    await peer.settle()
    await peer.exchange()
  }),
  insider('IGNORE while the keys are changed', async (peer) => {
    peer.kexInit()
    peer.send(ignore)
    await peer.exchange()
    peer.send(writeKeepalive())
  }),
  insider('two KEXINITs', (peer) => {
    peer.kexInit()
    peer.kexInit()
  }),
  insider('a SERVICE_REQUEST', (peer) => peer.send(service('ssh-userauth'))),
  insider('a USERAUTH_REQUEST', (peer) => peer.send(request(user, 'none'))),
  insider('EXT_INFO', (peer) => peer.send(writeExtInfo([]))),
  insider('NEWKEYS', (peer) => peer.send(writeNewKeys())),
  insider('a share', (peer) => peer.send(message(30).string(new Uint8Array(32).fill(9)).bytes())),
  insider('message 60', (peer) => peer.send(message(60).bytes())),
  insider('message 192', (peer) => peer.send(message(192).string('x').bytes())),
  insider('a disconnect', (peer) => peer.send(writeDisconnect(11, 'bye'))),
  insider('the client ends its side', (peer) => peer.halfClose()),
  insider('an enciphered flaw', (peer) => {
    const sealed = Buffer.from(peer.writer.write(writeKeepalive()))
    sealed[sealed.length - 1]! ^= 1
    peer.raw(sealed)
  }),
  insider('a session', (peer) => peer.send(channel('session'))),
  insider('a channel that nobody knows', (peer) => peer.send(channel('x@example.org'))),
  insider('an x11 channel', (peer) =>
    peer.send(Buffer.concat([channel('x11'), new WireWriter().string('127.0.0.1').uint32(6000).bytes()])),
  ),
  insider('a CHANNEL_OPEN cut short', (peer) =>
    peer.send(message(number.channelOpen).string('session').bytes()),
  ),
  insider('a global request cut short', (peer) => peer.send(message(number.globalRequest).bytes())),
  {
    name: 'inside: compressed',
    async run(peer, login) {
      const zlib = ['zlib@openssh.com']
      if (!(await login(peer, { compressionToServer: zlib, compressionToClient: zlib }))) return
      for (let turn = 0; turn < 3; turn++) {
        peer.send(writeKeepalive())
        await peer.answer()
      }
      peer.send(channel('session'))
    },
  },
  insider('a session after no more sessions', (peer) => {
    peer.send(global('no-more-sessions@openssh.com', false))
    peer.send(channel('session'))
  }),
  ...(
    [
      ['data', message(number.channelData).uint32(7).string('x').bytes()],
      ['extended data', message(number.channelExtendedData).uint32(7).uint32(1).string('x').bytes()],
      ['EOF', message(number.channelEof).uint32(7).bytes()],
      ['CLOSE', message(number.channelClose).uint32(7).bytes()],
      ['a wider window', message(number.channelWindowAdjust).uint32(7).uint32(1).bytes()],
      ['a request', message(number.channelRequest).uint32(7).string('shell').flag(true).bytes()],
      ['a confirmation', message(91).uint32(7).uint32(0).uint32(1).uint32(1).bytes()],
      ['a refusal', message(92).uint32(7).uint32(1).string('no').string('').bytes()],
      ['success', message(number.channelSuccess).uint32(7).bytes()],
      ['failure', message(number.channelFailure).uint32(7).bytes()],
    ] as const
  ).map(([name, bytes]) =>
    insider(`${name} for no channel`, async (peer) => {
      peer.send(bytes)
      await peer.settle()
      peer.send(writeKeepalive())
    }),
  ),
  insider('success and failure of nothing', (peer) => {
    peer.send(message(number.requestSuccess).bytes())
    peer.send(message(number.requestFailure).bytes())
    peer.send(writeKeepalive())
  }),
]

export const sequences: readonly Sequence[] = [
  ...identifications,
  ...packets,
  ...choices,
  ...exchanges,
  ...services,
  ...methodsTried,
  ...insiders,
]

/** Sequences that Dropbear answers otherwise than ours: it reads no further than it needs, and reads what is cut short as far as it goes. */
export const dropbearPasses: ReadonlySet<string> = new Set([
  'a SERVICE_REQUEST with more',
  'message 0',
  'none for a name with NUL',
  'a password with more',
  'a change of password without the new one',
  'a public key with more',
  'a signed public key with more',
  'a signature that is missing',
  'publickey-hostbound with the wrong host',
  'another name and a long one',
])
