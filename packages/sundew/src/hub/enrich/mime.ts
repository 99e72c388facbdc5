import type { ByteString } from '../../event/bytes.ts'
import { decodeText, decodeTransfer, htmlText } from './decode.ts'
import type { HeaderField } from '../../wire/mail/headers.ts'
import { field, fileName, headerText } from './header.ts'
import { walk, type Part, type PartLimits } from './parts.ts'
import { findAddresses, findUrls } from './urls.ts'

export interface Attachment {
  /** As the peer named it, at most 255 bytes; never a path. */
  readonly name: ByteString
  /** As claimed. */
  readonly mimeType: string
  /** Transfer encoding undone; never unpacked. May share memory with the raw message. */
  readonly bytes: Uint8Array
}

export interface MailFacts {
  /** The Subject header as sent, unfolded; empty where there is none. */
  readonly subject: ByteString
  /** The same, encoded words decoded. Not escaped. */
  readonly subjectText: string
  readonly fromHeader: ByteString
  readonly messageId: ByteString
  readonly dateHeader: ByteString
  /** The message's own header fields, at most 512. */
  readonly headers: readonly HeaderField[]
  /** Leaf parts found. */
  readonly parts: number
  /** Text of the plain parts, or of the HTML where there is no plain one. At most `limits.text` characters. */
  readonly text: string
  /** The end of the last text part, at most 2 Ki characters, also where `text` stops before it. */
  readonly tail: string
  readonly urls: readonly string[]
  readonly addresses: readonly string[]
  readonly attachments: readonly Attachment[]
  /**
   * What is wrong with it: message-truncated, headers-truncated, nesting-too-deep, too-many-parts, boundary-missing,
   * boundary-unterminated, charset-unknown, text-truncated, too-many-attachments.
   */
  readonly problems: readonly string[]
}

/** Bytes looked at in all, encoded bytes looked at of each text part, characters of text, and counts. */
export interface MailLimits extends PartLimits {
  bytes: number
  textBytes: number
  text: number
  urls: number
  addresses: number
  attachments: number
}

export const mailLimits: Readonly<MailLimits> = {
  bytes: 64 * 1024 * 1024,
  depth: 8,
  parts: 200,
  textBytes: 256 * 1024,
  text: 64 * 1024,
  urls: 200,
  addresses: 200,
  attachments: 50,
}

/**
 * What a message says of itself (RFC 5322, RFC 2045-2047). Never throws, whatever the bytes; time and memory are bounded
 * by `limits`. Attachments are decoded, not opened.
 */
export function readMail(raw: Uint8Array, limits: Readonly<MailLimits> = mailLimits): MailFacts {
  const whole = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  const buffer = whole.subarray(0, limits.bytes)
  const { fields, parts, problems } = walk(buffer, limits)
  if (buffer.length < whole.length) problems.add('message-truncated')
  const facts = new Body(limits, problems)
  for (const part of parts) facts.add(buffer, part)
  const subject = field(fields, 'subject')
  return {
    subject,
    subjectText: headerText(subject),
    fromHeader: field(fields, 'from'),
    messageId: field(fields, 'message-id'),
    dateHeader: field(fields, 'date'),
    headers: fields,
    parts: parts.length,
    text: (facts.plain === '' ? facts.html : facts.plain).slice(0, limits.text),
    tail: facts.tail,
    urls: [...facts.urls].slice(0, limits.urls),
    addresses: [...facts.addresses].slice(0, limits.addresses),
    attachments: facts.attachments,
    problems: [...problems],
  }
}

class Body {
  plain = ''
  html = ''
  tail = ''
  readonly urls = new Set<string>()
  readonly addresses = new Set<string>()
  readonly attachments: Attachment[] = []
  readonly #limits: Readonly<MailLimits>
  readonly #problems: Set<string>
  #textLeft: number

  constructor(limits: Readonly<MailLimits>, problems: Set<string>) {
    this.#limits = limits
    this.#problems = problems
    this.#textLeft = 4 * limits.textBytes
  }

  add(buffer: Buffer, part: Part): void {
    const isText = part.type === 'text/plain' || part.type === 'text/html'
    if (isText && part.disposition !== 'attachment' && part.name === '') this.#text(buffer, part)
    else this.#attachment(buffer, part)
  }

  #text(buffer: Buffer, part: Part): void {
    const allowed = Math.min(this.#limits.textBytes, this.#textLeft)
    const end = Math.min(part.bodyEnd, part.bodyAt + allowed)
    if (end < part.bodyEnd) this.#problems.add('text-truncated')
    this.#textLeft -= end - part.bodyAt
    const bytes = decodeTransfer(buffer.subarray(part.bodyAt, end), part.encoding)
    const { text, known } = decodeText(bytes, part.parameters.get('charset') ?? '')
    if (!known) this.#problems.add('charset-unknown')
    const isHtml = part.type === 'text/html'
    const words = isHtml ? htmlText(text, this.#limits.textBytes) : text
    this.tail = end < part.bodyEnd ? tailOf(buffer, part) : words.slice(-tailCharacters)
    if (isHtml && this.html.length < this.#limits.text) this.html += words
    if (!isHtml && this.plain.length < this.#limits.text) this.plain += words
    if (this.urls.size < this.#limits.urls)
      for (const url of findUrls(text, this.#limits.urls, isHtml)) this.urls.add(url)
    if (this.addresses.size < this.#limits.addresses)
      for (const address of findAddresses(words, this.#limits.addresses)) this.addresses.add(address)
  }

  #attachment(buffer: Buffer, part: Part): void {
    if (part.bodyEnd === part.bodyAt) return
    if (this.attachments.length >= this.#limits.attachments) {
      this.#problems.add('too-many-attachments')
      return
    }
    const bytes = decodeTransfer(buffer.subarray(part.bodyAt, part.bodyEnd), part.encoding)
    this.attachments.push({ name: fileName(part.name), mimeType: part.type.slice(0, 255), bytes })
  }
}

/** Encoded bytes read for {@link MailFacts.tail}: enough for 2 Ki characters in any encoding that is usual. */
const tailBytes = 8 * 1024
const tailCharacters = 2 * 1024

/** From the start of a line, so that base64 stays in step. */
function tailOf(buffer: Buffer, part: Part): string {
  const from = Math.max(part.bodyAt, part.bodyEnd - tailBytes)
  const newline = buffer.indexOf(10, from)
  const start = newline === -1 || newline >= part.bodyEnd ? from : newline + 1
  const bytes = decodeTransfer(buffer.subarray(start, part.bodyEnd), part.encoding)
  const { text } = decodeText(bytes, part.parameters.get('charset') ?? '')
  return (part.type === 'text/html' ? htmlText(text, tailBytes) : text).slice(-tailCharacters)
}
