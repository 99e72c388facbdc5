import { createHash } from 'node:crypto'
import { access, link, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { now } from '../../core/clock.ts'
import { uuidv7 } from '../../core/id.ts'
import type { JournalEntry } from '../../core/journal/entry.ts'
import { byteStringOf, type ByteString } from '../../event/bytes.ts'
import type { EventKind } from '../../event/catalogue.ts'
import type { KindFields, SundewEvent } from '../../event/event.ts'
import { EventsBlock } from '../../store/events-table.ts'
import type { Campaigns } from '../enrich/campaigns.ts'
import type { FileStore, Kept } from '../enrich/file-store.ts'
import { detectType, typeBytes } from '../enrich/file-type.ts'
import { readMail, type Attachment, type MailFacts } from '../enrich/mime.ts'
import { probeReasons } from '../enrich/probe.ts'
import type { Ours } from './known.ts'
import type { Rows } from './rows.ts'

/** A message past this size is kept as a file, not in its row. */
const inlineBytes = 1024 * 1024
/** Events that were only tried, before their memory goes. */
const mostTried = 1_000

type Received = SundewEvent<'mail.received'>
type Captured = SundewEvent<'file.captured'>

/** Makes rows of entries: takes mails apart, files into the file store, and what follows from them into events. */
export class Digest {
  readonly #files: FileStore
  readonly #campaigns: Campaigns
  readonly #ours: Ours
  readonly #missing: (event: SundewEvent, spoolFile: string) => void
  /** The entry before was this request, or a file that came with it. */
  #request: SundewEvent<'http.request'> | undefined
  /** What is only tried is pushed here. */
  #tried = new EventsBlock()

  /** `missing` hears of an entry whose body is not where it should be: all else of it is kept. */
  constructor(parts: {
    files: FileStore
    campaigns: Campaigns
    ours: Ours
    missing: (event: SundewEvent, spoolFile: string) => void
  }) {
    this.#missing = parts.missing
    this.#files = parts.files
    this.#campaigns = parts.campaigns
    this.#ours = parts.ours
  }

  /**
   * `spooled` is where the body lies where the entry does not hold it itself; it stays there.
   *
   * @throws TypeError or RangeError for an event that no row can hold.
   */
  async digest(entry: JournalEntry, spooled: string | undefined, rows: Rows): Promise<void> {
    const { event } = entry
    // Waiting for a file that is gone would keep everything after it waiting, too.
    const gone = spooled !== undefined && !(await isThere(spooled))
    if (gone) this.#missing(event, spooled)
    const spoolFile = gone ? undefined : spooled
    const request = this.#request
    this.#request = event.kind === 'http.request' ? event : undefined
    switch (event.kind) {
      case 'mail.received':
        await this.#mail(event, entry, spoolFile, rows)
        break
      case 'login.attempt':
        rows.event(event)
        // What another honeypot accepted is no secret between us and whoever tests this one.
        if (
          event.fields.accepted &&
          event.fields.password !== undefined &&
          event.fields.import_key === undefined
        ) {
          this.#ours.accepted(event.fields.user_name, event.fields.password)
        }
        break
      case 'file.captured': {
        const captured = withOrigin(event, request)
        if (captured !== event) this.#request = request
        rows.event(captured)
        // A log tells that there was a file; it does not bring it.
        const told = captured.fields.import_key !== undefined && entry.body.length === 0
        if (gone || (told && spoolFile === undefined)) break
        const { file_name, mime_type, via } = captured.fields
        await this.#file(captured, entry, spoolFile, { name: file_name, claimed: mime_type, via }, rows)
        break
      }
      default:
        rows.event(event)
        if (entry.body.length > 0 || spoolFile !== undefined) {
          const claimed = event.kind === 'session.recorded' ? 'application/x-asciicast' : ''
          const about = { name: '' as ByteString, claimed, via: event.kind }
          await this.#file(event, entry, spoolFile, about, rows)
        }
    }
  }

  async #mail(
    event: Received,
    entry: JournalEntry,
    spoolFile: string | undefined,
    rows: Rows,
  ): Promise<void> {
    const raw = spoolFile === undefined ? entry.body : await readFile(spoolFile)
    // Before its campaign counts it: one that no row can hold is refused here.
    if (this.#tried.rows >= mostTried) this.#tried = new EventsBlock()
    this.#tried.push(event)
    const facts = readMail(raw)
    const { campaign } = this.#campaigns.assign(facts, event.time)
    const attachments: string[] = []
    for (const attachment of facts.attachments) {
      attachments.push(await this.#attachment(event, attachment, rows))
    }
    const whole = raw.length > inlineBytes ? await this.#keep(raw, spoolFile) : undefined
    rows.event({ ...event, fields: { ...event.fields, subject: facts.subject, campaign } })
    rows.mail({
      event,
      facts,
      campaign,
      attachments,
      raw: whole ? undefined : raw,
      rawBytes: raw.length,
      rawSha256: whole?.sha256 ?? createHash('sha256').update(raw).digest('hex'),
    })
    this.#probe(event, facts, rows)
  }

  #probe(event: Received, facts: MailFacts, rows: Rows): void {
    const { mail_from, rcpt_to, queue_id } = event.fields
    const reasons = probeReasons(
      { facts, mailFrom: mail_from, rcptTo: rcpt_to },
      this.#ours.known(event.destination_ip),
    )
    if (reasons.length === 0) return
    rows.event(follow(event, 'mail.probe', { queue_id, reasons, mail_from, rcpt_to, subject: facts.subject }))
  }

  async #attachment(event: Received, { bytes, name, mimeType }: Attachment, rows: Rows): Promise<string> {
    const { sha256 } = await this.#files.put(bytes)
    const captured = follow(event, 'file.captured', {
      file_sha256: sha256,
      file_name: name,
      mime_type: mimeType,
      size_bytes: bytes.length,
      via: 'attachment',
      origin: event.id,
    })
    rows.event(captured)
    rows.file({
      event: captured,
      origin: event.id,
      sha256,
      sizeBytes: bytes.length,
      name,
      claimed: byteStringOf(mimeType),
      detected: detectType(bytes.subarray(0, typeBytes)),
      via: 'attachment',
    })
    return sha256
  }

  async #file(
    event: SundewEvent,
    entry: JournalEntry,
    spoolFile: string | undefined,
    about: { name: ByteString; claimed: string; via: string },
    rows: Rows,
  ): Promise<void> {
    const { sha256, sizeBytes } = await this.#keep(entry.body, spoolFile)
    const handle = await this.#files.get(sha256)
    const first = Buffer.alloc(typeBytes)
    const { bytesRead } = await handle!.read(first, 0, typeBytes, 0)
    await handle!.close()
    rows.file({
      event,
      origin: (event.kind === 'file.captured' ? event.fields.origin : undefined) ?? event.id,
      sha256,
      sizeBytes,
      name: about.name,
      claimed: byteStringOf(about.claimed),
      detected: detectType(first.subarray(0, bytesRead)),
      via: about.via,
    })
  }

  /**
   * Puts a body into the file store. A spool file stays where it is until the batch is in the store, so that the batch
   * can be made again: a second name of it is what moves.
   */
  async #keep(body: Uint8Array, spoolFile: string | undefined): Promise<Kept> {
    if (spoolFile === undefined) return this.#files.put(body)
    const name = join(spoolFile, '..', `hub-${uuidv7(now())}`)
    await link(spoolFile, name)
    try {
      return await this.#files.put({ path: name })
    } finally {
      await rm(name, { force: true })
    }
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/**
 * A file with the id of the request that brought it. The decoy appends a request and its files together, so they stand
 * in the journal side by side and in one batch; which files are its own, the request tells.
 */
function withOrigin(event: Captured, request: SundewEvent<'http.request'> | undefined): Captured {
  if (request?.session !== event.session) return event
  const { body_sha256, body_files = [] } = request.fields
  const { file_sha256 } = event.fields
  if (body_sha256 !== file_sha256 && !body_files.some((file) => file.endsWith(` ${file_sha256}`)))
    return event
  return { ...event, fields: { ...event.fields, origin: request.id } }
}

/** An event that follows from another: same peer, same session, same time. */
function follow<K extends EventKind>(from: SundewEvent, kind: K, fields: KindFields<K>): SundewEvent<K> {
  return { ...from, id: uuidv7(now()), kind, fields } as unknown as SundewEvent<K>
}
