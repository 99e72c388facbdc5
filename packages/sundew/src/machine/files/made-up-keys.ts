import { madeUpBytes, type Chance } from './made-up.ts'

export type KeyType = 'rsa' | 'ecdsa' | 'ed25519'

/** A public key that nobody has the other half of, as in `.pub` files (RFC 4253 6.6, RFC 5656 3.1, RFC 8709 4): type and base64. */
export function madeUpPublicKey(chance: Chance, key: string, type: KeyType): string {
  const bytes = madeUpBytes(chance, key, type === 'rsa' ? 384 : type === 'ecdsa' ? 64 : 32)
  if (type === 'ed25519') return line('ssh-ed25519', [bytes])
  if (type === 'ecdsa') {
    const point = Buffer.concat([Buffer.of(4), bytes])
    return line('ecdsa-sha2-nistp256', [Buffer.from('nistp256'), point])
  }
  bytes[0] = bytes[0]! | 0x80
  bytes[383] = bytes[383]! | 1
  return line('ssh-rsa', [Buffer.of(1, 0, 1), Buffer.concat([Buffer.of(0), bytes])])
}

/** What the private file of a public key looks like (openssh-key-v1), with made-up bytes where the secret is. */
export function madeUpPrivateKey(chance: Chance, key: string, publicKey: string, comment: string): string {
  const [type, base64] = publicKey.split(' ')
  const blob = Buffer.from(base64!, 'base64')
  const secretBytes = type === 'ssh-rsa' ? 1180 : type === 'ssh-ed25519' ? 68 : 37
  const check = madeUpBytes(chance, `${key} check`, 4)
  const inner = Buffer.concat([
    check,
    check,
    blob,
    madeUpBytes(chance, `${key} secret`, secretBytes),
    string(Buffer.from(comment, 'latin1')),
  ])
  const padding = Buffer.from(Array.from({ length: 7 - ((inner.length + 7) % 8) }, (_, i) => i + 1))
  const all = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    string(Buffer.from('none')),
    string(Buffer.from('none')),
    string(Buffer.alloc(0)),
    Buffer.of(0, 0, 0, 1),
    string(blob),
    string(Buffer.concat([inner, padding])),
  ]).toString('base64')
  const lines = all.match(/.{1,70}/g)!.join('\n')
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`
}

function line(type: string, parts: readonly Uint8Array[]): string {
  const blob = Buffer.concat([Buffer.from(type), ...parts].map(string))
  return `${type} ${blob.toString('base64')}`
}

function string(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
