import type { Capture } from '../../core/capture.ts'
import type { Session } from '../../core/session.ts'
import type { ByteString } from '../../event/bytes.ts'
import type { Framed } from '../../wire/http/framing.ts'
import { fieldOf, type RequestHead } from '../../wire/http/head.ts'
import type { Body } from './body.ts'
import type { HttpRequest } from './request.ts'

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

  /** The request, its body and its files become durable. */
  async keep(request: HttpRequest, status: number, body: Body): Promise<void> {
    const kept = body.uploads.map((upload) =>
      orDiscard(
        this.#session.record(
          'file.captured',
          {
            file_sha256: upload.hash.digest('hex'),
            file_name: upload.name as ByteString,
            mime_type: printable(upload.type),
            size_bytes: upload.capture.bytes,
            via: upload.via,
          },
          upload.capture,
        ),
        upload.capture,
      ),
    )
    kept.push(orDiscard(this.request(request.head, status, body), body.capture))
    await Promise.all(kept)
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
    void this.#session.record('protocol.malformed', {
      reason,
      detail: detail.slice(0, detailBytes) as ByteString,
    })
  }

  limit(limit: string, value: number): void {
    void this.#session.record('limit.reached', { limit, value })
  }
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
