import type { FileHandle } from 'node:fs/promises'
import { isIP } from 'node:net'
import type { ByteString } from '../../event/bytes.ts'
import { headerEnvelope } from '../../wire/mail/envelope.ts'
import { readFromLine } from '../../wire/mail/from-line.ts'
import {
  MboxReader,
  mboxKind,
  mboxQuotings,
  separatorBytes,
  type MboxQuoting,
} from '../../wire/mail/mbox-reader.ts'
import { filesUnder, openRegular, type FoundFile } from '../files.ts'
import { trouble, type Found, type FoundEvent, type ImportDesk, type Importer } from '../importer.ts'
import { Draft, maxMessageBytes } from './draft.ts'
import { mailTime } from './times.ts'

const chunkBytes = 256 * 1024
/** Messages taken of one mbox: what was imported is known again by a list in memory. */
export const mostMessages = 2_000_000

/** Stored mail, the reverse of `sundew mail export`. */
export const mail: Importer = {
  name: 'mail',
  summary: 'stored mail: .eml files, mbox files, Maildirs, and folders of them',
  accepts: 'an .eml or mbox file, a Maildir, or a folder of these',
  example: 'old.mbox',
  things: 'mails',
  sources: 'No socket told an address, so the source is "::".',
  lifetime: 'mails',
  choices: {
    quoting: {
      doc: 'how an mbox quotes lines that begin with "From "',
      values: mboxQuotings,
    },
  },
  async *find(path, desk) {
    for await (const one of filesUnder(path)) {
      if (one.found === 'trouble') yield one
      else yield* inFile(one, desk, one.file === Buffer.from(path).toString('latin1'))
    }
  },
}

async function* inFile(file: FoundFile, desk: ImportDesk, named: boolean): AsyncGenerator<Found> {
  let opened: FileHandle | undefined
  try {
    opened = await openRegular(file.file, named)
  } catch (error) {
    if (named) throw error
    yield trouble('files that cannot be opened', file.file)
    return
  }
  await using handle = opened
  if (!handle) {
    yield trouble('not a regular file', file.file)
    return
  }
  const head = Buffer.alloc(separatorBytes)
  const { bytesRead } = await handle.read(head, 0, head.length, 0)
  const first = head.subarray(0, bytesRead)
  const kind = file.maildir ? undefined : mboxKind(first)
  const { mtimeMs } = await handle.stat()
  const finish = (draft: Draft): Promise<Found> => finished(draft, file, mtimeMs)
  if (kind) {
    yield* messages(handle, new MboxReader(kind, desk.choice['quoting'] as MboxQuoting), desk, file, finish)
  } else if (file.maildir || /\.eml$/i.test(file.name) || looksLikeMail(first)) {
    yield* whole(handle, desk, finish)
  } else yield trouble('files that are no mail', file.file)
}

/** A first line as a mail's header has it (RFC 5322 §2.2). */
function looksLikeMail(first: Buffer): boolean {
  return /^[!-9;-~]{1,76}:[ \t]?[^\0]*\n/.test(first.toString('latin1'))
}

async function* whole(
  handle: FileHandle,
  desk: ImportDesk,
  finish: (draft: Draft) => Promise<Found>,
): AsyncGenerator<Found> {
  const draft = new Draft(desk.capture(), 0, '')
  try {
    for await (const chunk of chunks(handle)) await draft.append(chunk)
  } catch (error) {
    await draft.capture.discard()
    throw error
  }
  yield await finish(draft)
}

async function* messages(
  handle: FileHandle,
  reader: MboxReader,
  desk: ImportDesk,
  file: FoundFile,
  finish: (draft: Draft) => Promise<Found>,
): AsyncGenerator<Found> {
  let draft: Draft | undefined
  let count = 0
  try {
    for await (const chunk of chunks(handle)) {
      for (const piece of chunk.length === 0 ? reader.end() : reader.feed(chunk)) {
        if (piece.type === 'begin') {
          if (++count > mostMessages) {
            yield trouble(`more than ${mostMessages} messages in a file`, file.file, piece.offset)
            return
          }
          draft = new Draft(desk.capture(), piece.offset, piece.separator)
        } else if (piece.type === 'bytes') await draft!.append(piece.bytes)
        else {
          const done = draft!
          draft = undefined
          yield await finish(done)
        }
      }
    }
  } finally {
    await draft?.capture.discard()
  }
}

/** The file's bytes, and an empty chunk at its end. Each chunk has memory of its own: captures keep them. */
async function* chunks(handle: FileHandle): AsyncGenerator<Buffer> {
  for (let at = 0; ;) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafeSlow(chunkBytes), 0, chunkBytes, at)
    // A small message should not hold a large buffer while it waits.
    yield bytesRead < chunkBytes / 2
      ? Buffer.from(buffer.subarray(0, bytesRead))
      : buffer.subarray(0, bytesRead)
    if (bytesRead === 0) return
    at += bytesRead
  }
}

async function finished(draft: Draft, file: FoundFile, writtenMs: number): Promise<Found> {
  const { capture, offset, separator, head } = draft
  if (draft.tooLarge) return trouble(`messages of more than ${maxMessageBytes} bytes`, file.file, offset)
  if (capture.bytes === 0) {
    await capture.discard()
    return trouble('messages without a byte', file.file, offset)
  }
  await capture.finish()
  const line = readFromLine(separator)
  const said = headerEnvelope(head)
  const found: FoundEvent<'mail.received'> = {
    found: 'event',
    kind: 'mail.received',
    file: file.file,
    offset,
    identity: draft.identity(),
    ms: mailTime(
      { fromLineMs: line.ms, name: file.name, maildir: file.maildir, writtenMs, ...said },
      Date.now(),
    ),
    body: capture,
    fields: {
      queue_id: '',
      helo: said.helo as ByteString,
      mail_from: (line.sender === '' ? (said.sender ?? '') : line.sender) as ByteString,
      rcpt_to: said.recipients as ByteString[],
      size_bytes: capture.bytes,
      via: 'import',
      claimed_ip: isIP(said.peer ?? '') > 0 ? said.peer : undefined,
    },
  }
  return found as FoundEvent
}
