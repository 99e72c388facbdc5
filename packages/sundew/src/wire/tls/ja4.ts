import { createHash } from 'node:crypto'
import type { ClientHello } from './client-hello.ts'

/**
 * The JA4 fingerprint of a client that speaks TLS over TCP, by FoxIO's public specification
 * (github.com/FoxIO-LLC/ja4, technical_details/JA4.md, BSD 3-Clause).
 *
 * @example ja4(hello) // 't13d1516h2_8daaf6152771_e5627efa2ab1'
 */
export function ja4(hello: ClientHello): string {
  const suites = hello.cipherSuites.filter(isNoGrease).map(hex)
  const extensions = hello.extensions.filter(isNoGrease)
  const algorithms = hello.signatureAlgorithms.filter(isNoGrease).map(hex)
  const hashed = extensions.filter((type) => type !== serverName && type !== alpn).map(hex)
  const head = `t${versionOf(hello)}${hello.extensions.includes(serverName) ? 'd' : 'i'}${two(suites.length)}${two(extensions.length)}${alpnOf(hello.alpn[0])}`
  const tail = hashed.toSorted().join(',') + (algorithms.length > 0 ? `_${algorithms.join(',')}` : '')
  return `${head}_${digest(suites.toSorted().join(','))}_${extensions.length === 0 ? none : digest(tail)}`
}

const serverName = 0
const alpn = 16
const none = '000000000000'

const versions = new Map([
  [0x0304, '13'],
  [0x0303, '12'],
  [0x0302, '11'],
  [0x0301, '10'],
  [0x0300, 's3'],
  [0x0002, 's2'],
])

function versionOf(hello: ClientHello): string {
  const offered = hello.supportedVersions.filter(isNoGrease)
  return versions.get(offered.length > 0 ? Math.max(...offered) : hello.version) ?? '00'
}

/** RFC 8701: both bytes alike, each ending in `a`. */
function isNoGrease(value: number): boolean {
  return !((value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff))
}

function hex(value: number): string {
  return value.toString(16).padStart(4, '0')
}

function two(count: number): string {
  return String(Math.min(count, 99)).padStart(2, '0')
}

/** First and last character of the first protocol; of its hexadecimal form where either is not a letter or digit. */
function alpnOf(first: string | undefined): string {
  if (!first) return '00'
  const shown = /^[0-9A-Za-z](.*[0-9A-Za-z])?$/s.test(first)
    ? first
    : Buffer.from(first, 'latin1').toString('hex')
  return `${shown[0]}${shown.at(-1)}`
}

function digest(list: string): string {
  return list === '' ? none : createHash('sha256').update(list).digest('hex').slice(0, 12)
}
