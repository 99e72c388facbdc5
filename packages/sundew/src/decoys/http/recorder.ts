import type { Capture } from '../../core/capture.ts'
import type { Session } from '../../core/session.ts'
import type { ByteString } from '../../event/bytes.ts'
import type { Framed } from '../../wire/http/framing.ts'
import { fieldOf, type RequestHead } from '../../wire/http/head.ts'
import type { Body } from './body.ts'
import type { HttpRequest } from './request.ts'
import type { Upload } from './upload.ts'

/** Bytes of what broke the protocol that are kept with the event. */
const detailBytes = 2_048

/** What a connection tells the journal. */
export class Recorder {
  readonly #session: Session
  readonly #persona: string

  constructor(session: Session, persona: string) {
    this.#session = session
    this.#persona = persona
  }

  /** The request, its body and its files become durable. The request goes first: the hub gives its files its id. */
  async keep(request: HttpRequest, status: number, body: Body): Promise<void> {
    await Promise.all([
      orDiscard(this.request(request.head, status, body), body.capture),
      ...body.uploads.map((upload) => orDiscard(this.#file(upload), upload.capture)),
    ])
  }

  #file({ sha256, name, type, via, partial, capture }: Upload): Promise<void> {
    const fields = {
      file_sha256: sha256,
      file_name: name as ByteString,
      mime_type: printable(type),
      size_bytes: capture.bytes,
      via,
      ...(partial ? { partial } : {}),
    }
    return this.#session.record('file.captured', fields, capture)
  }

  request(head: RequestHead, status: number, body: Body | undefined): Promise<void> {
    const { tls } = this.#session
    const host = fieldOf(head, 'host')
    const agent = fieldOf(head, 'user-agent')
    const sha256 = body?.sha256
    return this.#session.record(
      'http.request',
      {
        method: head.method as ByteString,
        url: head.target as ByteString,
        version: head.version ? `${head.version.major}.${head.version.minor}` : '0.9',
        ...(host === undefined ? {} : { host: host as ByteString }),
        ...(agent === undefined ? {} : { user_agent: agent as ByteString }),
        headers: head.lines.slice(1) as ByteString[],
        status,
        persona: this.#persona,
        body_bytes: body?.bytes ?? 0,
        ...(sha256 === undefined ? {} : { body_sha256: sha256 }),
        ...(body?.truncated ? { body_truncated: true } : {}),
        ...(body?.restSha256 === undefined ? {} : filesOf(body, body.restSha256)),
        ...(tls ? { tls_version: tls.version } : {}),
        ...(tls?.serverName === undefined ? {} : { server_name: tls.serverName }),
      },
      body?.capture,
    )
  }

  oddities(head: RequestHead, framed: Framed): void {
    const lines = head.lines.join('\n')
    if (head.oddities.size > 0)
      this.malformed('http.bad-request', `${[...head.oddities].join(' ')}: ${lines}`)
    if (framed.faults.length > 0) this.malformed('http.smuggling', `${framed.faults.join(' ')}: ${lines}`)
  }

  malformed(reason: string, detail: string): void {
    this.#session.note('protocol.malformed', {
      reason,
      detail: detail.slice(0, detailBytes) as ByteString,
    })
  }

  limit(limit: string, value: number): void {
    this.#session.note('limit.reached', { limit, value })
  }
}

/** How the body is put together again from what is kept. */
function filesOf(body: Body, restSha256: string) {
  const body_files = body.uploads.map(({ offset, sha256 }) => `${offset} ${sha256}`)
  return { body_files, body_rest_sha256: restSha256 }
}

/** A claimed media type as text: what is no printable ASCII becomes `?`. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 255)
}

/** What the journal did not take leaves no file behind. */
async function orDiscard(written: Promise<void>, capture: Capture | undefined): Promise<void> {
  try {
    await written
  } catch (error) {
    await capture?.discard()
    throw error
  }
}
