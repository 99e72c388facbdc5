import { createHash } from 'node:crypto'
import { bytesOf, type ByteString } from '../../event/bytes.ts'
import type { EventKind } from '../../event/catalogue.ts'
import type { SundewEvent } from '../../event/event.ts'
import { escapedText, pythonRepr } from '../../wire/cowrie/python-repr.ts'
import { hasshText } from '../../wire/ssh/kex/hassh.ts'
import { parseKexInit } from '../../wire/ssh/kex/kex-init.ts'
import type { Dialect } from './dialect.ts'

export interface CowrieEvent {
  /** Without `cowrie.`. */
  readonly eventid: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

type Writer<K extends EventKind> = (event: SundewEvent<K>, dialect: Dialect) => CowrieEvent[]

/** What each kind is in Cowrie's log; undefined for those that have no place there. */
export const writers: { readonly [K in EventKind]: Writer<K> | undefined } = {
  'connection.open': (e) => {
    const session = createHash('sha256').update(e.session).digest('hex').slice(0, 12)
    return one(
      'session.connect',
      `New connection: ${e.source_ip}:${e.source_port} (${e.destination_ip}:${e.destination_port}) [session: ${session}]`,
      {},
    )
  },
  'connection.close': ({ fields: { duration_ms: ms } }, dialect) =>
    one('session.closed', `Connection lost after ${lasted(ms, dialect)}`, duration(ms, dialect)),
  'client.fingerprint': ({ fields }, dialect) => {
    const { method, fingerprint, software, raw } = fields
    const version = software === undefined ? [] : versionOf(software, dialect)
    if (method !== 'hassh') return version
    const message = `SSH client hassh fingerprint: ${fingerprint}`
    return [...version, ...one('client.kex', message, { hassh: fingerprint, ...algorithms(raw) })]
  },
  'login.attempt': login,
  'command.run': ({ fields: { command, via } }) => {
    // The request for a shell, or for SFTP, is none of Cowrie's commands.
    if (via === 'subsystem' || (via === 'shell' && command === '')) return []
    const input = decoded(command)
    return via === 'input'
      ? one('session.input', `INPUT (input): ${input}`, { realm: 'input', input })
      : one('command.input', `CMD: ${input}`, { input })
  },
  'tunnel.open': ({ fields, target_host, target_port }, dialect) => {
    const dst_ip = decoded(target_host ?? ('' as ByteString))
    const dst_port = target_port ?? 0
    const orig_ip = decoded(fields.origin_host)
    const orig_port = fields.origin_port
    const from = dialect === '3.0.6' ? { orig_ip, orig_port } : { src_port: orig_port }
    return one(
      'direct-tcpip.request',
      `direct-tcp connection request to ${dst_ip}:${dst_port} from ${orig_ip}:${orig_port}`,
      { dst_ip, dst_port, ...from },
    )
  },
  'tunnel.data': ({ fields, target_host, target_port }) => {
    // What we said ourselves, Cowrie never does.
    if (fields.direction !== 'received') return []
    const dst_ip = decoded(target_host ?? ('' as ByteString))
    const dst_port = target_port ?? 0
    const data = pythonRepr(bytesOf(fields.data))
    return one(
      'direct-tcpip.data',
      `discarded direct-tcp forward request 0 to ${dst_ip}:${dst_port} with data ${data}`,
      { dst_ip, dst_port, data, id: 0 },
    )
  },
  'file.captured': ({ fields: { file_sha256: shasum, file_name, via } }) => {
    const destfile = decoded(file_name)
    const outfile = fileOf(shasum)
    const kept = { outfile, shasum, destfile, duplicate: false }
    if (via === 'shell') {
      return one('session.file_download', `Saved redir contents with SHA-256 ${shasum} to ${outfile}`, kept)
    }
    const filename = destfile.slice(destfile.lastIndexOf('/') + 1)
    const how = via === 'scp' ? 'SCP' : 'SFTP'
    return one('session.file_upload', `${how} Uploaded file "${filename}" to ${outfile}`, {
      filename,
      ...kept,
    })
  },
  'file.download_requested': ({ fields: { url: sent, file_sha256: shasum, file_name, outcome } }) => {
    const url = decoded(sent)
    if (shasum === undefined || (outcome !== 'stand-in' && outcome !== 'fetched')) {
      return one('session.file_download.failed', `Attempt to download file(s) from URL (${url}) failed`, {
        url,
      })
    }
    const outfile = fileOf(shasum)
    const destfile = file_name === undefined ? {} : { destfile: decoded(file_name) }
    return one('session.file_download', `Downloaded URL (${url}) with SHA-256 ${shasum} to ${outfile}`, {
      url,
      outfile,
      shasum,
      ...destfile,
      duplicate: false,
    })
  },
  'session.recorded': (
    { fields: { file_sha256: shasum, output_bytes, input_bytes, duration_ms } },
    dialect,
  ) => {
    const ttylog = fileOf(shasum)
    return one('log.closed', `Closing TTY Log: ${ttylog} after ${lasted(duration_ms, dialect)}`, {
      ttylog,
      size: output_bytes + input_bytes,
      shasum,
      duplicate: false,
      ...duration(duration_ms, dialect),
    })
  },
  'protocol.malformed': ({ fields: { detail }, service }) => {
    if (service !== 'ssh' || detail === undefined) return []
    const bytes = bytesOf(detail)
    const messagenum = bytes[0] ?? 0
    return one(
      'client.malformed_packet',
      `Malformed SSH packet (message ${messagenum}, ${bytes.length} bytes); disconnecting`,
      { messagenum, datalen: bytes.length, data: bytes.subarray(0, 256).toString('hex') },
    )
  },
  // Cowrie has no mail, no web and no alerts, and does not tell its limits.
  'mail.received': undefined,
  'mail.probe': undefined,
  'http.request': undefined,
  'limit.reached': undefined,
  'tunnel.close': undefined,
  'tunnel.listen': undefined,
  'secret.typed': undefined,
  'connection.wanted': undefined,
  'alert.raised': undefined,
  'flow.exporter': undefined,
  'intel.match': undefined,
  'intel.pulled': undefined,
  'intel.published': undefined,
  'scan.detected': undefined,
  'syslog.unparsed': undefined,
  'sensor.status': undefined,
}

function login({ fields }: SundewEvent<'login.attempt'>, dialect: Dialect): CowrieEvent[] {
  const username = name(fields.user_name, dialect)
  const how = fields.accepted ? 'succeeded' : 'failed'
  const eventid = fields.accepted ? 'login.success' : 'login.failed'
  if (fields.key_fingerprint !== undefined) {
    const type = fields.key_type ?? ''
    const blob = fields.key_blob === undefined ? undefined : bytesOf(fields.key_blob)
    const fingerprint = blob === undefined ? fields.key_fingerprint : md5(blob)
    const key = blob === undefined ? {} : { key: `${type} ${blob.toString('base64')}` }
    const said = { username, fingerprint, ...key, type }
    return [
      ...one(
        'client.fingerprint',
        `public key attempt for user ${username} of type ${type} with fingerprint ${fingerprint}`,
        said,
      ),
      ...one(eventid, `public key login attempt for [${username}] ${how}`, said),
    ]
  }
  if (fields.password === undefined) {
    // Asked for without a password: Cowrie tells only of those it lets in.
    return fields.accepted ? one(eventid, `login attempt [${username}] succeeded`, { username }) : []
  }
  const password = name(fields.password, dialect)
  return one(eventid, `login attempt [${username}/${password}] ${how}`, { username, password })
}

function versionOf(software: ByteString, dialect: Dialect): CowrieEvent[] {
  const version = name(software, dialect)
  return one('client.version', `Remote SSH version: ${version}`, { version })
}

/** The lists of the KEXINIT that the fingerprint was made of, as far as it is whole. */
function algorithms(raw: ByteString | undefined): Record<string, unknown> {
  const parsed = raw === undefined ? undefined : parseKexInit(bytesOf(raw))
  if (parsed?.state !== 'read') return {}
  const init = parsed.message
  return {
    hasshAlgorithms: hasshText(init),
    kexAlgs: names(init.kex),
    keyAlgs: names(init.hostKey),
    encCS: names(init.cipherToServer),
    macCS: names(init.macToServer),
    compCS: names(init.compressionToServer),
    langCS: names(init.languageToServer),
  }
}

/** Python splits an empty list of names into one empty name. */
function names(list: readonly string[]): readonly string[] {
  return list.length === 0 ? [''] : list
}

function one(eventid: string, message: string, fields: Record<string, unknown>): CowrieEvent[] {
  return [{ eventid, message, fields }]
}

function duration(ms: number, dialect: Dialect): Record<string, number> {
  return dialect === '3.0.3' ? { duration: ms / 1000 } : { duration_ms: ms }
}

function lasted(ms: number, dialect: Dialect): string {
  return dialect === '3.0.3' ? `${Math.floor(ms / 1000)} seconds` : `${ms} milliseconds`
}

/** Names, passwords and versions; how bytes that are no UTF-8 stand changed in 3.0.6. */
function name(bytes: ByteString, dialect: Dialect): string {
  return dialect === '3.0.6' ? escapedText(bytesOf(bytes)) : decoded(bytes)
}

/** Python's `decode('utf-8', 'replace')`. */
function decoded(bytes: ByteString): string {
  return bytesOf(bytes).toString('utf8')
}

/** Where the file store has a file, from the data directory. */
function fileOf(sha256: string): string {
  return `files/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`
}

/** As Cowrie shows a key: MD5 in pairs. */
function md5(blob: Uint8Array): string {
  return createHash('md5').update(blob).digest('hex').match(/../g)!.join(':')
}
