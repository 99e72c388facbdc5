import { createHash, randomUUID, X509Certificate } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSecureContext, type SecureContext, type SecureVersion } from 'node:tls'
import type { CertificateSource } from '../core/decoy.ts'
import {
  issue,
  makeAuthority,
  readAuthority,
  selfSigned,
  type Authority,
  type Pem,
  type Subject,
} from './certificate-maker.ts'

export interface CertificateOptions {
  /** The decoy's own folder; certificates are kept in `certificates` below it. */
  readonly stateFolder: string
  readonly hostname: string
  /** Subject of the host's own certificate, for devices that name their maker in it. */
  readonly subject?: Subject
  /** False for a device that shows its one certificate whatever it is asked for. */
  readonly perName?: boolean
  readonly alpn?: readonly string[]
  readonly minVersion?: SecureVersion
  /** OpenSSL's cipher list. The default is that of Debian's Apache, at Debian's security level. */
  readonly ciphers?: string
  readonly answerPlainText?: (bytes: Uint8Array) => Uint8Array | undefined
}

/** Names that certificates are kept for; past it the oldest goes. */
const maxNames = 1024
/** Contexts held ready in memory. */
const maxContexts = 256
/** Certificates made a minute; past it the host's own is shown. */
const maxMadePerMinute = 120
const minuteMs = 60_000

/** Certificates made at first use and kept, so that a peer who comes back sees the same. Makes the host's own at once. */
export async function certificates(options: CertificateOptions): Promise<CertificateSource> {
  const folder = join(options.stateFolder, 'certificates')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const host = await kept(join(folder, 'host.pem'), () => selfSigned(options.hostname, options.subject))
  const authority = await readAuthority(await kept(join(folder, 'authority.pem'), makeAuthority))
  const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{64}\.pem$/.test(name))
  const maker = new Maker(folder, options, host, authority, names)
  return {
    contextFor: (name) => maker.contextFor(name),
    ...(options.alpn ? { alpn: options.alpn } : {}),
    ...(options.answerPlainText ? { answerPlainText: options.answerPlainText } : {}),
  }
}

class Maker {
  readonly #folder: string
  readonly #options: CertificateOptions
  readonly #host: Pem
  readonly #hostContext: SecureContext
  readonly #authority: Authority
  /** File names, oldest use first. */
  readonly #files: Set<string>
  readonly #contexts = new Map<string, { readonly context: Promise<SecureContext>; readonly until: number }>()
  #minute = 0
  #made = 0

  constructor(
    folder: string,
    options: CertificateOptions,
    host: Pem,
    authority: Authority,
    files: readonly string[],
  ) {
    this.#folder = folder
    this.#options = options
    this.#host = host
    this.#authority = authority
    this.#files = new Set(files)
    this.#hostContext = this.#contextOf([host])
  }

  async contextFor(name: string | undefined): Promise<SecureContext> {
    if (
      name === undefined ||
      name === this.#options.hostname.toLowerCase() ||
      this.#options.perName === false
    ) {
      return this.#hostContext
    }
    const ready = this.#contexts.get(name)
    if (ready && ready.until > Date.now()) return ready.context
    const context = this.#make(name)
    this.#contexts.set(name, { context, until: Date.now() + 60 * minuteMs })
    if (this.#contexts.size > maxContexts) this.#contexts.delete(this.#contexts.keys().next().value!)
    return context
  }

  async #make(name: string): Promise<SecureContext> {
    // The name is the peer's: only its digest becomes a file name.
    const file = `${createHash('sha256').update(name).digest('hex')}.pem`
    const path = join(this.#folder, file)
    try {
      const old = this.#files.has(file) ? await read(path) : undefined
      if (!old && !this.#mayMake()) return this.#hostContext
      const pem = old ?? (await write(path, await issue(name, this.#authority)))
      this.#files.delete(file)
      this.#files.add(file)
      await this.#forgetOldest()
      // The host's own stands in for clients that know RSA only.
      return this.#contextOf([pem, this.#host])
    } catch {
      return this.#hostContext // a full disk: the handshake goes on all the same
    }
  }

  #mayMake(): boolean {
    const now = performance.now()
    if (now - this.#minute > minuteMs) {
      this.#minute = now
      this.#made = 0
    }
    return ++this.#made <= maxMadePerMinute
  }

  async #forgetOldest(): Promise<void> {
    while (this.#files.size > maxNames) {
      const oldest = this.#files.values().next().value!
      this.#files.delete(oldest)
      await rm(join(this.#folder, oldest), { force: true })
    }
  }

  #contextOf(pems: readonly Pem[]): SecureContext {
    return createSecureContext({
      cert: pems.map((pem) => pem.certificate),
      key: pems.map((pem) => pem.key),
      minVersion: this.#options.minVersion ?? 'TLSv1',
      ciphers: this.#options.ciphers ?? 'HIGH:!aNULL@SECLEVEL=2',
      ecdhCurve: 'auto',
    })
  }
}

async function kept(path: string, make: () => Promise<Pem>): Promise<Pem> {
  return (await read(path)) ?? write(path, await make())
}

/** What was kept; undefined where there is nothing, or nothing whole, or it is past its time. */
async function read(path: string): Promise<Pem | undefined> {
  try {
    const text = await readFile(path, 'utf8')
    const at = text.indexOf('-----BEGIN CERTIFICATE-----')
    const pem = { key: text.slice(0, at), certificate: text.slice(at) }
    return new X509Certificate(pem.certificate).validToDate.getTime() > Date.now() ? pem : undefined
  } catch {
    return undefined
  }
}

async function write(path: string, pem: Pem): Promise<Pem> {
  const part = `${path}.${randomUUID()}`
  await writeFile(part, `${pem.key}${pem.certificate}\n`, { mode: 0o600 })
  await rename(part, path)
  return pem
}
