import type { JournalEntry } from '../../core/journal/entry.ts'
import { byteStringOf, type ByteString } from '../../event/bytes.ts'
import type { SundewEvent } from '../../event/event.ts'
import { EventsBlock, eventInsertSettings, portOf } from '../../store/events-table.ts'
import { NativeBlock, type NativeColumnSpec } from '../../store/native.ts'
import type { MailFacts } from '../enrich/mime.ts'
import type { TableRows } from './insert.ts'

/** A message and what was found in it. */
export interface MailParts {
  readonly event: SundewEvent<'mail.received'>
  readonly facts: MailFacts
  readonly campaign: string
  /** SHA-256 of each attachment. */
  readonly attachments: readonly string[]
  /** The message; undefined where it is in the file store. */
  readonly raw: Uint8Array | undefined
  readonly rawBytes: number
  readonly rawSha256: string
}

/** A file that a peer brought. */
export interface FileParts {
  /** Who brought it, when. */
  readonly event: SundewEvent
  /** Id of the event it came with. */
  readonly origin: string
  readonly sha256: string
  readonly sizeBytes: number
  readonly name: ByteString
  readonly claimed: ByteString
  readonly detected: string
  readonly via: string
}

/** What becomes of one batch: rows for each table, and its events for whoever watches live. */
export class Rows {
  readonly events: SundewEvent[] = []
  /** The entry that each of them was made of. */
  readonly #entries: JournalEntry[] = []
  #events = new EventsBlock()
  readonly #mails = new NativeBlock(mailColumns)
  readonly #files = new NativeBlock(fileColumns)
  #whole = 0
  /** Something was pushed to mails or files since they were whole. */
  #others = false

  /** @throws TypeError or RangeError for what no row can hold, see {@link EventsBlock.push}; so do the others. */
  event(event: SundewEvent): void {
    this.#events.push(event)
    this.events.push(event)
  }

  /** All that is made of the entry is there. */
  mark(entry: JournalEntry): void {
    this.#whole = this.events.length
    while (this.#entries.length < this.#whole) this.#entries.push(entry)
    if (!this.#others) return
    this.#mails.mark()
    this.#files.mark()
    this.#others = false
  }

  /** Takes back what was made since {@link mark}. */
  back(): void {
    if (this.events.length > this.#whole) this.#only(this.events.slice(0, this.#whole))
    this.#mails.back()
    this.#files.back()
    this.#others = false
  }

  /** Leaves events out, and gives the entries that they were made of; what is in the other tables stays. */
  without(refused: ReadonlySet<SundewEvent>): ReadonlySet<JournalEntry> {
    const out = this.events.map((event) => refused.has(event))
    const entries = new Set(this.#entries.filter((_, index) => out[index]))
    const left = this.#entries.filter((_, index) => !out[index])
    this.#only(this.events.filter((_, index) => !out[index]))
    this.#entries.length = 0
    for (const entry of left) this.#entries.push(entry)
    return entries
  }

  #only(kept: readonly SundewEvent[]): void {
    this.events.length = 0
    this.#events = new EventsBlock()
    for (const event of kept) this.event(event)
    this.#whole = kept.length
  }

  mail({ event, facts, campaign, attachments, raw, rawBytes, rawSha256 }: MailParts): void {
    const block = this.#mails
    const { fields } = event
    this.#others = true
    block.column('id').push(event.id)
    block.column('time').push(event.time)
    block.column('sensor').pushText(event.sensor)
    block.column('session').pushText(event.session)
    block.column('source_ip').push(event.source_ip)
    block.column('source_port').push(portOf(event.source_port))
    block.column('destination_ip').push(event.destination_ip)
    block.column('destination_port').push(portOf(event.destination_port))
    block.column('queue_id').pushText(fields.queue_id)
    block.column('helo').push(fields.helo)
    block.column('mail_from').push(fields.mail_from)
    block.column('rcpt_to').push(fields.rcpt_to)
    block.column('mail_params').push(fields.mail_params ?? [])
    block.column('rcpt_params').push(fields.rcpt_params ?? [])
    block.column('via').pushText(fields.via)
    block.column('bare_lf').push(fields.bare_lf ?? 0)
    block.column('raw').push(raw ?? new Uint8Array(0))
    block.column('raw_size').push(rawBytes)
    block.column('raw_sha256').pushText(rawSha256)
    block.column('stored').pushText(raw ? 'inline' : 'file')
    block.column('subject').push(facts.subject)
    block.column('from_header').push(facts.fromHeader)
    block.column('message_id').push(facts.messageId)
    block.column('date_header').push(facts.dateHeader)
    block.column('mime_parts').push(facts.parts)
    block.column('problems').pushTexts(facts.problems)
    block.column('urls').push(facts.urls.map(byteStringOf))
    block.column('addresses').push(facts.addresses.map(byteStringOf))
    block.column('attachments').pushTexts(attachments)
    block.column('campaign').pushText(campaign)
    block.column('tls_version').pushText(fields.tls_version ?? '')
    block.column('tls_cipher').pushText(fields.tls_cipher ?? '')
    block.column('user_name').push(fields.user_name ?? ('' as ByteString))
    block.column('smuggling').pushTexts(fields.smuggling ?? [])
  }

  file({ event, origin, sha256, sizeBytes, name, claimed, detected, via }: FileParts): void {
    const block = this.#files
    this.#others = true
    block.column('sha256').pushText(sha256)
    block.column('time').push(event.time)
    block.column('size').push(sizeBytes)
    block.column('name').push(name)
    block.column('mime_claimed').push(claimed)
    block.column('mime_detected').pushText(detected)
    block.column('sensor').pushText(event.sensor)
    block.column('session').pushText(event.session)
    block.column('source_ip').push(event.source_ip)
    block.column('via').pushText(via)
    block.column('service').pushText(event.service)
    block.column('event').push(event.id)
    block.column('origin').pushText(origin)
  }

  /** One block a table; empty ones too. */
  tables(): readonly TableRows[] {
    return [
      {
        table: 'events',
        columns: EventsBlock.columns,
        block: this.#events,
        settings: { ...eventInsertSettings },
      },
      { table: 'mails', columns: mailColumns.map(({ name }) => name), block: this.#mails },
      { table: 'files', columns: fileColumns.map(({ name }) => name), block: this.#files },
    ]
  }
}

const mailColumns = [
  { name: 'id', type: 'UUID' },
  { name: 'time', type: "DateTime64(9, 'UTC')" },
  { name: 'sensor', type: 'String' },
  { name: 'session', type: 'String' },
  { name: 'source_ip', type: 'IPv6' },
  { name: 'source_port', type: 'UInt16' },
  { name: 'destination_ip', type: 'IPv6' },
  { name: 'destination_port', type: 'UInt16' },
  { name: 'queue_id', type: 'String' },
  { name: 'helo', type: 'String' },
  { name: 'mail_from', type: 'String' },
  { name: 'rcpt_to', type: 'Array(String)' },
  { name: 'mail_params', type: 'Array(String)' },
  { name: 'rcpt_params', type: 'Array(String)' },
  { name: 'via', type: 'String' },
  { name: 'bare_lf', type: 'UInt32' },
  { name: 'raw', type: 'String' },
  { name: 'raw_size', type: 'UInt64' },
  { name: 'raw_sha256', type: 'String' },
  { name: 'stored', type: 'String' },
  { name: 'subject', type: 'String' },
  { name: 'from_header', type: 'String' },
  { name: 'message_id', type: 'String' },
  { name: 'date_header', type: 'String' },
  { name: 'mime_parts', type: 'UInt32' },
  { name: 'problems', type: 'Array(String)' },
  { name: 'urls', type: 'Array(String)' },
  { name: 'addresses', type: 'Array(String)' },
  { name: 'attachments', type: 'Array(String)' },
  { name: 'campaign', type: 'String' },
  { name: 'tls_version', type: 'String' },
  { name: 'tls_cipher', type: 'String' },
  { name: 'user_name', type: 'String' },
  { name: 'smuggling', type: 'Array(String)' },
] as const satisfies readonly NativeColumnSpec[]

const fileColumns = [
  { name: 'sha256', type: 'String' },
  { name: 'time', type: "DateTime64(9, 'UTC')" },
  { name: 'size', type: 'UInt64' },
  { name: 'name', type: 'String' },
  { name: 'mime_claimed', type: 'String' },
  { name: 'mime_detected', type: 'String' },
  { name: 'sensor', type: 'String' },
  { name: 'session', type: 'String' },
  { name: 'source_ip', type: 'IPv6' },
  { name: 'via', type: 'String' },
  { name: 'service', type: 'String' },
  { name: 'event', type: 'UUID' },
  { name: 'origin', type: 'String' },
] as const satisfies readonly NativeColumnSpec[]
