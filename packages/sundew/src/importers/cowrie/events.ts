import { byteString, byteStringOf, readable, type ByteString } from '../../event/bytes.ts'
import type { EventKind } from '../../event/catalogue.ts'
import type { EventContext, KindFields } from '../../event/event.ts'
import { pythonReprBytes } from '../../wire/cowrie/python-repr.ts'
import { writeKexInit } from '../../wire/ssh/kex/kex-init.ts'
import type { CowrieFields } from './fields.ts'

/** An event of ours. */
export type Made = {
  [K in EventKind]: { readonly kind: K; readonly fields: KindFields<K>; readonly context?: Target }
}[EventKind]

/** Where a tunnel was to lead. */
type Target = Pick<EventContext, 'target_host' | 'target_port'>

type Maker = (fields: CowrieFields, service: string) => Made | undefined

/** What Cowrie's events become here; nothing where a record lacks what makes it one. */
export const makers: Readonly<Record<string, Maker>> = {
  'session.connect': (_, service) => ({
    kind: 'connection.open',
    fields: { decoy_port: service === 'telnet' ? 23 : 22 },
  }),
  'session.closed': (f) => ({
    kind: 'connection.close',
    fields: { duration_ms: f.duration(), received_bytes: 0, sent_bytes: 0, reason: 'peer' },
  }),
  'client.version': (f) => {
    const software = f.sent('version')
    return fingerprint('version', readable(software).slice(0, 1024), { software })
  },
  'client.kex': (f) => fingerprint('hassh', f.text('hassh'), { raw: kexInit(f) }),
  'client.fingerprint': (f) => keyLogin(f, false),
  'login.success': (f) => (f.has('fingerprint') ? keyLogin(f, true) : passwordLogin(f, true)),
  'login.failed': (f) => (f.has('fingerprint') ? keyLogin(f, false) : passwordLogin(f, false)),
  'command.input': (f) => command(f, 'realm'),
  'session.input': (f) => command(f, 'input'),
  'session.file_download': (f) => {
    const file_sha256 = f.sha256('shasum')
    if (f.has('url') && f.text('url') !== '') {
      return {
        kind: 'file.download_requested',
        fields: { url: f.bytes('url'), outcome: 'fetched', file_sha256, file_name: named(f, 'destfile') },
      }
    }
    // A redirection or standard input of the shell: nothing was fetched.
    return captured(f, f.bytes('destfile'), 'shell')
  },
  'session.file_download.failed': (f) => ({
    kind: 'file.download_requested',
    fields: { url: f.bytes('url'), outcome: 'failed' },
  }),
  'session.file_upload': (f) =>
    captured(
      f,
      named(f, 'destfile') ?? f.bytes('filename'),
      f.text('message').startsWith('SCP ') ? 'scp' : 'sftp',
    ),
  'client.malformed_packet': (f) => ({
    kind: 'protocol.malformed',
    fields: {
      reason: 'ssh.malformed-packet',
      detail: byteString(Buffer.from(f.text('data'), 'hex')),
    },
  }),
  'direct-tcpip.request': (f) => ({
    kind: 'tunnel.open',
    context: target(f),
    fields: { ...origin(f), outcome: 'opened', answered_by: 'sink' },
  }),
  'direct-tcpip.data': (f) => ({
    kind: 'tunnel.data',
    context: target(f),
    fields: { direction: 'received', data: byteString(pythonReprBytes(f.raw('data'))) },
  }),
  'direct-tcpip.ja4': (f) => fingerprint('ja4', f.text('ja4')),
  'direct-tcpip.ja4h': (f) => fingerprint('ja4h', f.text('ja4h')),
}

/** Events of Cowrie's that are left out: they repeat others, are about Cowrie itself, or tell what we keep nowhere. */
export const leftOutEvents: ReadonlySet<string> = new Set([
  'abuseipdb.ratelimited',
  'abuseipdb.reportedip',
  'abuseipdb.reportfail',
  'abuseipdb.started',
  'abuseipdb.wakeup',
  'client.size',
  'client.var',
  'command.chpasswd',
  'command.failed',
  'command.success',
  'direct-tcpip.redirect',
  'direct-tcpip.tunnel',
  'greynoise.result',
  'log.closed',
  'log.open',
  'proxy.backend_connect_error',
  'proxy.backend_connected',
  'proxy.backend_disconnected',
  'proxy.client_disconnect',
  'proxy.ssh',
  'reversedns.connect',
  'reversedns.forward',
  'session.params',
  'telnet.error',
  'telnet.exploit_attempt',
  'telnet.exploit_success',
  'telnet.option',
  'tunnelproxy-tcpip.data',
  'urlhaus.submitted',
  'virustotal.scanfile',
  'virustotal.scanurl',
])

function target(f: CowrieFields): Target {
  return { target_host: f.bytes('dst_ip'), target_port: f.port('dst_port') }
}

function fingerprint(
  method: string,
  said: string,
  more: { software?: ByteString; raw?: ByteString | undefined } = {},
): Made | undefined {
  if (said === '') return undefined
  return { kind: 'client.fingerprint', fields: { method, fingerprint: said.toWellFormed(), ...more } }
}

function passwordLogin(f: CowrieFields, accepted: boolean): Made {
  return {
    kind: 'login.attempt',
    fields: {
      user_name: f.sent('username'),
      ...(f.has('password') && { password: f.sent('password') }),
      mechanism: 'password',
      accepted,
    },
  }
}

/** `key` is an OpenSSH line, `ssh-ed25519 AAAA… comment`. */
function keyLogin(f: CowrieFields, accepted: boolean): Made {
  const blob = /^[\w@.-]{1,64} ([A-Za-z0-9+/=]+)/.exec(f.raw('key'))?.[1]
  return {
    kind: 'login.attempt',
    fields: {
      user_name: f.sent('username'),
      mechanism: 'publickey',
      key_type: f.text('type'),
      key_fingerprint: f.text('fingerprint'),
      ...(blob !== undefined && { key_blob: byteString(Buffer.from(blob, 'base64')) }),
      accepted,
    },
  }
}

function command(f: CowrieFields, realm: 'realm' | 'input'): Made {
  const typed = realm === 'input' || f.text('realm') !== ''
  return { kind: 'command.run', fields: { command: f.bytes('input'), ...(typed && { via: 'input' }) } }
}

function captured(f: CowrieFields, file_name: ByteString, via: string): Made | undefined {
  const file_sha256 = f.sha256('shasum')
  if (file_sha256 === undefined) return undefined
  return { kind: 'file.captured', fields: { file_sha256, file_name, mime_type: '', size_bytes: 0, via } }
}

function named(f: CowrieFields, name: string): ByteString | undefined {
  const value = f.bytes(name)
  return value === '' ? undefined : value
}

/** Where a tunnel's client says it comes from. Before 3.0.6 its port stood in `src_port`, and its address in the message only. */
/** Empty and 0 where the record does not say. */
function origin(f: CowrieFields): { origin_host: ByteString; origin_port: number } {
  if (f.has('orig_ip')) return { origin_host: f.bytes('orig_ip'), origin_port: f.port('orig_port') }
  const said = / from (\S{1,255}):(\d{1,5})$/.exec(f.text('message'))
  if (!said || Number(said[2]) > 65_535) return { origin_host: byteStringOf(''), origin_port: 0 }
  return { origin_host: byteStringOf(said[1]!), origin_port: Number(said[2]) }
}

/**
 * The KEXINIT as far as the log has it: the lists towards the server stand for both directions, the cookie is zeros. Only
 * what the lists say is the client's.
 */
function kexInit(f: CowrieFields): ByteString | undefined {
  const [kex, hostKey, cipher, mac, compression, language] = (
    ['kexAlgs', 'keyAlgs', 'encCS', 'macCS', 'compCS', 'langCS'] as const
  ).map((name) => f.names(name))
  if (!kex?.length || !hostKey || !cipher || !mac || !compression || !language) return undefined
  return byteString(
    writeKexInit({
      cookie: new Uint8Array(16),
      kex,
      hostKey,
      cipherToServer: cipher,
      cipherToClient: cipher,
      macToServer: mac,
      macToClient: mac,
      compressionToServer: compression,
      compressionToClient: compression,
      languageToServer: language,
      languageToClient: language,
      firstPacketFollows: false,
      reserved: 0,
    }),
  )
}
