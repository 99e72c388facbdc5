import { randomBytes, webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from './x509.ts'

/** A certificate (with what it is issued by, if anything) and its private key, as PEM. */
export interface Pem {
  readonly certificate: string
  readonly key: string
}

/** What somebody's certificates are issued by: its own certificate and key. */
export interface Authority {
  readonly certificate: X509Certificate
  readonly key: webcrypto.CryptoKey
}

/** Distinguished name: `[{ C: ['US'] }, { CN: ['www.example.net'] }]`, in this order. */
export type Subject = Record<string, string[]>[]

const dayMs = 86_400_000
const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
}
const ec = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const authorityName: Subject = [
  { C: ['US'] },
  { O: ['Domain Validation Services'] },
  { CN: ['DV TLS CA E2'] },
]
const rootName: Subject = [{ C: ['US'] }, { O: ['Domain Validation Services'] }, { CN: ['DV TLS Root X1'] }]

/**
 * What Debian's ssl-cert makes at installation: RSA 2048, self-signed, ten years from some day of the past year; with
 * a `subject` of its own, what the maker of a device puts in.
 */
export async function selfSigned(name: string, subject?: Subject): Promise<Pem> {
  const keys = await webcrypto.subtle.generateKey(rsa, true, ['sign', 'verify'])
  const since = Date.now() - between(20, 400) * dayMs
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(20),
    name: subject ?? commonName(name),
    notBefore: new Date(since),
    notAfter: new Date(since + 3650 * dayMs),
    signingAlgorithm: rsa,
    keys,
    extensions: [
      new BasicConstraintsExtension(false),
      new SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: certificate.toString('pem'), key: await pemOf(keys.privateKey) }
}

/** An intermediate authority. The key of the root above it is forgotten at once: nobody can issue in its name again. */
export async function makeAuthority(): Promise<Pem> {
  const root = await webcrypto.subtle.generateKey(ec, false, ['sign', 'verify'])
  const keys = await webcrypto.subtle.generateKey(ec, true, ['sign', 'verify'])
  const since = Date.now() - between(500, 900) * dayMs
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial(16),
    issuer: rootName,
    subject: authorityName,
    notBefore: new Date(since),
    notAfter: new Date(since + 1825 * dayMs),
    signingAlgorithm: ec,
    publicKey: keys.publicKey,
    signingKey: root.privateKey,
    extensions: [
      new KeyUsagesExtension(
        KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign,
        true,
      ),
      new BasicConstraintsExtension(true, 0, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(root.publicKey),
    ],
  })
  return { certificate: certificate.toString('pem'), key: await pemOf(keys.privateKey) }
}

/** Reads an authority back. Throws where the PEM is damaged. */
export async function readAuthority(pem: Pem): Promise<Authority> {
  const der = Buffer.from(pem.key.replace(/-----[A-Z ]+-----/g, ''), 'base64')
  return {
    certificate: new X509Certificate(pem.certificate),
    key: await webcrypto.subtle.importKey('pkcs8', der, ec, false, ['sign']),
  }
}

/** What certbot gets for a web server: ECDSA P-256, ninety days, some of them already over. */
export async function issue(name: string, authority: Authority): Promise<Pem> {
  const keys = await webcrypto.subtle.generateKey(ec, true, ['sign', 'verify'])
  const since = Date.now() - between(2, 55) * dayMs - between(0, 86_400) * 1000
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial(18),
    issuer: authority.certificate.subjectName.toJSON(),
    // X.520 ends a common name at 64 characters; longer ones live in the alternative name alone.
    subject: name.length <= 64 ? commonName(name) : [],
    notBefore: new Date(since),
    notAfter: new Date(since + 90 * dayMs - 1000),
    signingAlgorithm: ec,
    publicKey: keys.publicKey,
    signingKey: authority.key,
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']),
      new BasicConstraintsExtension(false, undefined, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
      new SubjectAlternativeNameExtension([{ type: 'dns', value: name }], name.length > 64),
    ],
  })
  return {
    certificate: `${certificate.toString('pem')}\n${authority.certificate.toString('pem')}`,
    key: await pemOf(keys.privateKey),
  }
}

function commonName(name: string): Subject {
  return [{ CN: [name.slice(0, 64)] }]
}

/** A positive number of `bytes` bytes, in hexadecimal. */
function serial(bytes: number): string {
  const random = randomBytes(bytes)
  random[0] = (random[0]! & 0x3f) | 0x40
  return random.toString('hex')
}

function between(low: number, high: number): number {
  return low + (randomBytes(4).readUInt32BE() / 2 ** 32) * (high - low)
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const text = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${text.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`
}
