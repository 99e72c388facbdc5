// What do the parts of an SSH handshake and its packets cost that are written here, beside what OpenSSL has?
import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto'
import { ciphers, protection } from '../packages/sundew/src/wire/ssh/cipher/ciphers.ts'
import { macs } from '../packages/sundew/src/wire/ssh/cipher/macs.ts'
import { answerExchange } from '../packages/sundew/src/wire/ssh/kex/exchange.ts'
import { hostKeyFrom } from '../packages/sundew/src/wire/ssh/key/host-key.ts'
import { WireWriter } from '../packages/sundew/src/wire/ssh/message/wire-writer.ts'
import { encapsulate, generateKeyPair } from '../packages/sundew/src/wire/ssh/sntrup761/kem.ts'
import { median, round } from './lib/measure.ts'

const runs = 5
const sizes = { short: 64, long: 32_768 } as const

/** Microseconds a call takes, the median of `runs` runs of `calls`. */
function microseconds(calls: number, work: (call: number) => unknown): number {
  const times = Array.from({ length: runs + 1 }, () => {
    const began = performance.now()
    for (let call = 0; call < calls; call++) work(call)
    return ((performance.now() - began) * 1000) / calls
  })
  // The first run is for the compiler.
  return round(median(times.slice(1)))
}

function handshakes(): Record<string, number> {
  const client = generateKeyPair()
  const curve = generateKeyPairSync('x25519').publicKey.export({ format: 'der', type: 'spki' }).subarray(12)
  const context = {
    clientVersion: 'SSH-2.0-client',
    serverVersion: 'SSH-2.0-server',
    clientKexInit: new Uint8Array(1000),
    serverKexInit: new Uint8Array(1000),
    hostKey: hostKeyFrom(generateKeyPairSync('ed25519').privateKey),
    hostKeyAlgorithm: 'ssh-ed25519',
  }
  const post = new WireWriter(30).string(Buffer.concat([client.publicKey, curve])).bytes()
  const plain = new WireWriter(30).string(curve).bytes()
  return {
    encapsulate: microseconds(500, () => encapsulate(client.publicKey)),
    sntrup761x25519: microseconds(300, () => answerExchange('sntrup761x25519-sha512', post, context)),
    curve25519: microseconds(500, () => answerExchange('curve25519-sha256', plain, context)),
  }
}

function tags(bytes: number): Record<string, number> {
  const message = randomBytes(bytes)
  const calls = bytes > 1000 ? 1000 : 20_000
  const found: Record<string, number> = {}
  for (const name of ['umac-64@openssh.com', 'umac-128@openssh.com', 'hmac-sha2-256']) {
    const kind = macs.get(name)!
    const mac = kind.create(randomBytes(kind.keyBytes))
    found[name] = microseconds(calls, (call) => mac.tag(call, message))
  }
  const key = randomBytes(32)
  found['bare hmac'] = microseconds(calls, () => createHmac('sha256', key).update(message).digest())
  return found
}

function packets(bytes: number): Record<string, number> {
  const calls = bytes > 1000 ? 500 : 10_000
  const found: Record<string, number> = {}
  for (const [name, { keyBytes, ivBytes }] of ciphers) {
    const keys = { key: randomBytes(keyBytes), iv: randomBytes(ivBytes), macKey: randomBytes(16) }
    const sealer = protection(name, 'umac-64-etm@openssh.com', keys)
    const packet = randomBytes(bytes + 4)
    found[name] = microseconds(calls, (call) => sealer.seal(packet, call))
  }
  return found
}

export function run(say: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  say(`microseconds, the median of ${runs} runs`)
  return Promise.resolve({
    handshake: handshakes(),
    tag: { short: tags(sizes.short), long: tags(sizes.long) },
    seal: { short: packets(sizes.short), long: packets(sizes.long) },
  })
}
