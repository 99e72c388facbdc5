import assert from 'node:assert/strict'
import {
  createDiffieHellmanGroup,
  createECDH,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  verify,
} from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { deriveKey, protectionOf } from '../../../src/wire/ssh/kex/derive-keys.ts'
import { answerDh, fixedGroups } from '../../../src/wire/ssh/kex/dh.ts'
import { answerExchange, type ExchangeContext } from '../../../src/wire/ssh/kex/exchange.ts'
import { chooseGroup, parseGroupRequest, writeGroup } from '../../../src/wire/ssh/kex/group-exchange.ts'
import { hassh, hasshServer, hasshText } from '../../../src/wire/ssh/kex/hassh.ts'
import {
  parseKexInit,
  writeKexInit,
  type KexInit,
  type KexLists,
} from '../../../src/wire/ssh/kex/kex-init.ts'
import { keyExchanges } from '../../../src/wire/ssh/kex/key-exchanges.ts'
import { negotiate } from '../../../src/wire/ssh/kex/negotiate.ts'
import { hostKeyFrom } from '../../../src/wire/ssh/key/host-key.ts'
import { WireReader } from '../../../src/wire/ssh/message/wire-reader.ts'
import { WireWriter } from '../../../src/wire/ssh/message/wire-writer.ts'
import { sshPersonas } from '../../../src/wire/ssh/personas.ts'
import { decapsulate, generateKeyPair } from '../../../src/wire/ssh/sntrup761/kem.ts'

const server = sshPersonas['openssh-9.2p1-debian-12'].lists

const lists = (changes: Partial<KexLists> = {}): KexInit => ({
  kex: ['curve25519-sha256', 'ext-info-c', 'kex-strict-c-v00@openssh.com'],
  hostKey: ['ssh-ed25519'],
  cipherToServer: ['aes128-ctr'],
  cipherToClient: ['aes128-gcm@openssh.com'],
  macToServer: ['hmac-sha2-256'],
  macToClient: ['hmac-md5'],
  compressionToServer: ['none'],
  compressionToClient: ['none', 'zlib'],
  languageToServer: [],
  languageToClient: [],
  cookie: new Uint8Array(16).fill(1),
  firstPacketFollows: false,
  reserved: 0,
  ...changes,
})

describe('KEXINIT', () => {
  test('is read as it was written, whatever is between its commas', () => {
    const names = fc.array(fc.string({ unit: fc.constantFrom('a', '-', '@', '\xff'), maxLength: 5 }), {
      maxLength: 5,
    })
    const list = names.map((words) => (words.length === 1 && words[0] === '' ? [] : words))
    fc.assert(
      fc.property(list, list, fc.boolean(), fc.nat(0xffff_ffff), (kex, hostKey, follows, reserved) => {
        const init = { ...lists({ kex, hostKey }), firstPacketFollows: follows, reserved }
        assert.deepEqual(parseKexInit(new Uint8Array(writeKexInit(init))), { state: 'read', message: init })
      }),
    )
  })

  test('of random bytes never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        parseKexInit(Uint8Array.of(20, ...bytes))
      }),
    )
  })

  for (const [name, change, reason] of [
    ['cut off', (bytes: Buffer) => bytes.subarray(0, -1), 'truncated'],
    ['with a byte more', (bytes: Buffer) => Buffer.concat([bytes, Buffer.of(0)]), 'trailing-bytes'],
    ['cut in its cookie', (bytes: Buffer) => bytes.subarray(0, 9), 'truncated'],
    ['with a list of 4 GiB', (bytes: Buffer) => Buffer.from(bytes).fill(0xff, 17, 21), 'truncated'],
    ['that is a NEWKEYS', () => Buffer.of(21), 'wrong-type'],
  ] as const) {
    test(`${name}: ${reason}`, () => {
      assert.deepEqual(parseKexInit(change(Buffer.from(writeKexInit(lists())))), {
        state: 'malformed',
        reason,
      })
    })
  }
})

describe('negotiation', () => {
  const agreed = (client: KexInit, from: KexLists = server) => {
    const result = negotiate(client, from)
    assert(result.state === 'agreed', JSON.stringify(result))
    return result.agreement
  }

  test("takes the first of the client's names that the server has", () => {
    assert.deepEqual(agreed(lists({ kex: ['unheard', 'ecdh-sha2-nistp256', 'curve25519-sha256'] })), {
      kex: 'ecdh-sha2-nistp256',
      hostKey: 'ssh-ed25519',
      toServer: { cipher: 'aes128-ctr', mac: 'hmac-sha2-256', compression: 'none' },
      toClient: { cipher: 'aes128-gcm@openssh.com', mac: '', compression: 'none' },
      ignoreNext: false,
      strict: false,
      extInfo: false,
    })
  })

  test('sees what the client can besides', () => {
    const { strict, extInfo } = agreed(lists())
    assert.deepEqual([strict, extInfo], [true, true])
  })

  test('throws away a packet that was guessed wrongly, and only that', () => {
    const guess = (kex: string, hostKey: string) =>
      agreed({
        ...lists({ kex: [kex, 'curve25519-sha256'], hostKey: [hostKey, 'ssh-ed25519'] }),
        firstPacketFollows: true,
      }).ignoreNext
    assert.equal(guess('sntrup761x25519-sha512', 'rsa-sha2-512'), false)
    assert.equal(guess('sntrup761x25519-sha512', 'ssh-ed25519'), true)
    assert.equal(guess('curve25519-sha256', 'rsa-sha2-512'), true)
  })

  for (const [name, changes, subject] of [
    ['no method', { kex: ['diffie-hellman-group1-sha1'] }, 'kex'],
    ['no names at all', { kex: [] }, 'kex'],
    ['names after an empty one', { kex: ['', 'curve25519-sha256'] }, 'kex'],
    ['a signal for a method', { kex: ['kex-strict-s-v00@openssh.com', 'curve25519-sha256'] }, 'kex'],
    ['no host key', { hostKey: ['ssh-dss'] }, 'hostKey'],
    ['no cipher', { cipherToServer: ['3des-cbc'] }, 'cipherToServer'],
    ['no MAC where the cipher needs one', { macToServer: ['hmac-md5'] }, 'macToServer'],
    ['no compression', { compressionToClient: ['zlib'] }, 'compressionToClient'],
    ['method and cipher missing: the method', { kex: ['x'], cipherToServer: ['y'] }, 'kex'],
  ] as const) {
    test(`fails for ${name}`, () => {
      const client = lists(changes)
      assert.deepEqual(negotiate(client, server), { state: 'failed', subject, offered: client[subject] })
    })
  }
})

describe('HASSH', () => {
  test('is the MD5 of four lists', () => {
    const text = 'curve25519-sha256,ext-info-c,kex-strict-c-v00@openssh.com;aes128-ctr;hmac-sha2-256;none'
    assert.equal(hasshText(lists()), text)
    assert.equal(hassh(lists()), createHash('md5').update(text).digest('hex'))
  })

  test('of a Go client is the one that Cowrie recorded', () => {
    const go = lists({
      kex: 'curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group14-sha256,diffie-hellman-group14-sha1,ext-info-c'.split(
        ',',
      ),
      cipherToServer: [
        'aes128-gcm@openssh.com',
        'chacha20-poly1305@openssh.com',
        'aes128-ctr',
        'aes192-ctr',
        'aes256-ctr',
      ],
      macToServer: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha1', 'hmac-sha1-96'],
    })
    assert.equal(hassh(go), '4e066189c3bbeec38c99b1855113733a')
  })

  test('of a server is of what it sends', () => {
    const text =
      'curve25519-sha256,ext-info-c,kex-strict-c-v00@openssh.com;aes128-gcm@openssh.com;hmac-md5;none,zlib'
    assert.equal(hasshServer(lists()), createHash('md5').update(text).digest('hex'))
  })
})

describe('a key exchange', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const context: ExchangeContext = {
    clientVersion: 'SSH-2.0-client \xe4',
    serverVersion: 'SSH-2.0-server',
    clientKexInit: Uint8Array.of(20, 1, 2, 3),
    serverKexInit: Uint8Array.of(20, 4, 5),
    hostKey: hostKeyFrom(privateKey),
    hostKeyAlgorithm: 'ssh-ed25519',
  }
  const mpint = (value: Uint8Array) => new WireWriter().mpint(value).bytes()
  const string = (value: Uint8Array) => new WireWriter().string(value).bytes()

  /** A client's half: its share, and the secret it finds in the server's, as it is hashed. */
  interface Client {
    readonly share: Uint8Array
    secret(serverShare: Uint8Array): Uint8Array
  }

  const x25519 = (): Client => {
    const own = generateKeyPairSync('x25519')
    const head = own.publicKey.export({ format: 'der', type: 'spki' }).subarray(0, 12)
    return {
      share: own.publicKey.export({ format: 'der', type: 'spki' }).subarray(12),
      secret: (share) =>
        diffieHellman({
          privateKey: own.privateKey,
          publicKey: createPublicKey({ key: Buffer.concat([head, share]), format: 'der', type: 'spki' }),
        }),
    }
  }
  const ecdh = (curve: string): Client => {
    const own = createECDH(curve)
    return { share: own.generateKeys(), secret: (share) => mpint(own.computeSecret(share)) }
  }
  const group = (name: string): Client => {
    const own = createDiffieHellmanGroup(name)
    return { share: own.generateKeys(), secret: (share) => mpint(own.computeSecret(share)) }
  }
  const sntrup = (): Client => {
    const own = generateKeyPair()
    const curve = x25519()
    return {
      share: Buffer.concat([own.publicKey, curve.share]),
      secret: (share) =>
        string(
          createHash('sha512')
            .update(decapsulate(share.subarray(0, 1039), own.secretKey))
            .update(curve.secret(share.subarray(1039)))
            .digest(),
        ),
    }
  }
  const clients: Readonly<Record<string, () => Client>> = {
    'sntrup761x25519-sha512@openssh.com': sntrup,
    'curve25519-sha256': () => {
      const curve = x25519()
      return { share: curve.share, secret: (share) => mpint(curve.secret(share)) }
    },
    'ecdh-sha2-nistp256': () => ecdh('prime256v1'),
    'ecdh-sha2-nistp384': () => ecdh('secp384r1'),
    'ecdh-sha2-nistp521': () => ecdh('secp521r1'),
    'diffie-hellman-group14-sha256': () => group('modp14'),
    'diffie-hellman-group14-sha1': () => group('modp14'),
    'diffie-hellman-group16-sha512': () => group('modp16'),
    'diffie-hellman-group-exchange-sha256': () => group('modp14'),
  }
  for (const [method, start] of Object.entries(clients)) {
    test(`by ${method} gives a client the same secret and a signed hash`, () => {
      const { needsGroup, shares, hash } = keyExchanges.get(method)!
      const request = { min: 2048, wanted: 2048, max: 8192 }
      const agreed = needsGroup ? { group: fixedGroups[14], request } : undefined
      const client = start()
      const put = shares === 'mpint' ? mpint : string
      const init = new WireWriter(needsGroup ? 32 : 30).raw(put(client.share)).bytes()
      const result = answerExchange(method, init, context, agreed)
      assert(result.state === 'answered')
      const reader = new WireReader(result.reply, needsGroup ? 33 : 31)
      const blob = reader.string()
      const serverShare = Buffer.from(shares === 'mpint' ? reader.mpint() : reader.string())
      const signature = new WireReader(reader.string())
      assert.equal(reader.finish(0).state, 'read')
      const secret = client.secret(serverShare)
      const hashed = Buffer.concat([
        string(Buffer.from(context.clientVersion, 'latin1')),
        string(Buffer.from(context.serverVersion)),
        string(context.clientKexInit),
        string(context.serverKexInit),
        string(blob),
        ...(needsGroup
          ? [
              new WireWriter().uint32(2048).uint32(2048).uint32(8192).bytes(),
              mpint(fixedGroups[14].prime),
              mpint(Uint8Array.of(2)),
            ]
          : []),
        put(client.share),
        put(serverShare),
        secret,
      ])
      const digest = createHash(hash).update(hashed).digest()
      assert.deepEqual(Buffer.from(result.exchanged.secret), Buffer.from(secret))
      assert.deepEqual(Buffer.from(result.exchanged.hash), digest)
      assert.equal(signature.name(), 'ssh-ed25519')
      assert(verify(null, digest, publicKey, signature.string()))
    })
  }

  const bad: readonly [string, string, Uint8Array, string][] = [
    ['a share too short for X25519', 'curve25519-sha256', string(new Uint8Array(31)), 'bad-share'],
    ['a share of zeros', 'curve25519-sha256', string(new Uint8Array(32)), 'bad-share'],
    ['half of sntrup761', 'sntrup761x25519-sha512', string(new Uint8Array(1158)), 'bad-share'],
    ['zeros for both', 'sntrup761x25519-sha512', string(new Uint8Array(1190)), 'bad-share'],
    ['a point on no curve', 'ecdh-sha2-nistp256', string(new Uint8Array(65).fill(4)), 'bad-share'],
    ['a point in short form', 'ecdh-sha2-nistp256', string(new Uint8Array(33).fill(2)), 'bad-share'],
    ['a share of 0', 'diffie-hellman-group14-sha256', mpint(new Uint8Array()), 'bad-share'],
    ['a share of 1', 'diffie-hellman-group14-sha256', mpint(Uint8Array.of(1)), 'bad-share'],
    ['a share of few bits', 'diffie-hellman-group14-sha256', mpint(Uint8Array.of(7)), 'bad-share'],
    ['the prime', 'diffie-hellman-group14-sha256', mpint(fixedGroups[14].prime), 'bad-share'],
    ['more than the prime', 'diffie-hellman-group14-sha256', mpint(fixedGroups[16].prime), 'bad-share'],
    ['a negative share', 'diffie-hellman-group14-sha256', string(Uint8Array.of(0x80)), 'bad-mpint'],
    ['no share', 'curve25519-sha256', new Uint8Array(), 'truncated'],
    ['a share and more', 'curve25519-sha256', new Uint8Array(40), 'trailing-bytes'],
  ]
  for (const [name, method, share, reason] of bad) {
    test(`refuses ${name}: ${reason}`, () => {
      const init = Buffer.concat([Buffer.of(30), share])
      assert.deepEqual(answerExchange(method, init, context), { state: 'malformed', reason })
    })
  }

  test('of random bytes never throws', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...keyExchanges.keys()),
        fc.uint8Array({ maxLength: 300 }),
        (method, bytes) => {
          const agreed = { group: fixedGroups[14], request: { min: 2048, wanted: 2048, max: 8192 } }
          for (const type of [30, 32]) answerExchange(method, Uint8Array.of(type, ...bytes), context, agreed)
          answerExchange(method, Buffer.concat([Buffer.of(30), string(bytes)]), context, agreed)
        },
      ),
      { numRuns: 100 },
    )
  })

  test('says what a programmer forgot', () => {
    assert.throws(() => answerExchange('rot13', Uint8Array.of(30), context), /no key exchange rot13 here/)
    const init = Buffer.concat([Buffer.of(32), mpint(fixedGroups[14].prime.subarray(1))])
    assert.throws(() => answerExchange('diffie-hellman-group-exchange-sha256', init, context), TypeError)
  })
})

describe('group exchange', () => {
  const groups = [14, 14, 16, 18] as const
  const choose = (min: number, wanted: number, max: number, from = groups.map((n) => fixedGroups[n])) => {
    const group = chooseGroup({ min, wanted, max }, from, (count) => count - 1)
    return typeof group === 'string' ? group : group.prime.length * 8
  }
  for (const [request, result] of [
    [[2048, 2048, 8192], 2048],
    [[2048, 3072, 8192], 4096],
    [[2048, 8192, 8192], 8192],
    [[2048, 8000, 4096], 'out-of-range'],
    [[1024, 1024, 8192], 2048],
    [[1024, 1024, 1536], 'out-of-range'],
    [[3000, 3000, 3500], 4096],
    [[9000, 9000, 16_384], 'out-of-range'],
    [[2048, 6000, 7000], 4096],
    [[2048, 20_000, 30_000], 8192],
    [[4096, 2048, 8192], 'out-of-range'],
  ] as const) {
    test(`for ${request.join(', ')} bits is ${result}`, () => {
      assert.equal(choose(request[0], request[1], request[2]), result)
    })
  }

  test('has a fixed group where there is no file of primes', () => {
    assert.equal(choose(2048, 2048, 8192, []), 8192)
    assert.equal(choose(2048, 2048, 4096, []), 4096)
    assert.equal(choose(2048, 2048, 2048, []), 2048)
  })

  test('reads its request and writes its group', () => {
    const request = new WireWriter(34).uint32(2048).uint32(3072).uint32(8192).bytes()
    assert.deepEqual(parseGroupRequest(request), {
      state: 'read',
      message: { min: 2048, wanted: 3072, max: 8192 },
    })
    const reader = new WireReader(writeGroup(fixedGroups[14]), 31)
    assert.deepEqual(Buffer.from(reader.mpint()), Buffer.from(fixedGroups[14].prime))
    assert.deepEqual(Buffer.from(reader.mpint()), Buffer.of(2))
  })

  test('computes in a prime that OpenSSL does not know', () => {
    // It need not even be a prime for this, but 512 bits long.
    const known = BigInt(`0x${Buffer.from(fixedGroups[14].prime).toString('hex')}`)
    const prime = Buffer.from((known - 4n).toString(16), 'hex')
    const modulus = known - 4n
    const times = (base: bigint) => {
      let power = 1n
      for (let i = 0; i < 3000; i++) power = (power * base) % modulus
      return power
    }
    const bytes = (value: bigint) => Buffer.from(value.toString(16).padStart(512, '0'), 'hex')
    const number = (value: Uint8Array) => BigInt(`0x${Buffer.from(value).toString('hex')}`)
    const made = answerDh({ prime, generator: Uint8Array.of(2) }, bytes(times(2n)))
    assert(made)
    assert.equal(number(made.secret), times(number(made.share)))
  })
})

describe('derived keys', () => {
  const exchanged = {
    hashName: 'sha256',
    secret: Uint8Array.of(0, 0, 0, 1, 5),
    hash: new Uint8Array(32).fill(7),
  } as const

  test('are as long as is wanted, and begin alike', () => {
    const short = deriveKey(exchanged, exchanged.hash, 'C', 16)
    const long = deriveKey(exchanged, exchanged.hash, 'C', 100)
    assert.equal(long.length, 100)
    assert.deepEqual(long.subarray(0, 16), short)
    const first = createHash('sha256')
      .update(exchanged.secret)
      .update(exchanged.hash)
      .update('C')
      .update(exchanged.hash)
    const k1 = first.digest()
    const k2 = createHash('sha256').update(exchanged.secret).update(exchanged.hash).update(k1).digest()
    assert.deepEqual(long.subarray(0, 64), Buffer.concat([k1, k2]))
  })

  test('differ by direction', () => {
    const choice = { cipher: 'aes128-ctr', mac: 'hmac-sha1', compression: 'none' }
    const seal = (direction: 'to-server' | 'to-client') =>
      Buffer.from(
        protectionOf(exchanged, exchanged.hash, direction, choice).seal(new Uint8Array(16), 0),
      ).toString('hex')
    assert.notEqual(seal('to-server'), seal('to-client'))
  })
})
