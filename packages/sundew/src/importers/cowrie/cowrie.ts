import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { byteStringOf } from '../../event/bytes.ts'
import { lineText } from '../../wire/cowrie/python-repr.ts'
import { filesUnder, openRegular, type FoundFile } from '../files.ts'
import { leftOut, trouble, type Found, type FoundEvent, type ImportDesk, type Importer } from '../importer.ts'
import { lineLimits, linesOf } from '../lines.ts'
import { leftOutEvents, makers } from './events.ts'
import { CowrieFields } from './fields.ts'
import { readRecord, type CowrieRecord } from './record.ts'
import { CowrieSessions, type CowrieSession } from './sessions.ts'
import { TextLog } from './text-log.ts'

/** Logs of Cowrie, the SSH and telnet honeypot. */
export const cowrie: Importer = {
  name: 'cowrie',
  summary: 'logs of the honeypot Cowrie: cowrie.json and cowrie.log, rotated and gzipped ones too',
  accepts: 'a log of Cowrie (JSON lines, or text), or a folder of these',
  example: 'cowrie.json',
  things: 'events',
  sources: 'The log is yours, so who and where it says is taken as the event’s source and session.',
  lifetime: 'events',
  async *find(path, desk) {
    const named = byteStringOf(path)
    const files: FoundFile[] = []
    for await (const one of filesUnder(path)) {
      if (one.found === 'trouble') yield one
      else if (one.file === named || /\.(?:json|log)(?:[.-].*)?$|^cowrie/.test(one.name)) files.push(one)
      else yield leftOut('files whose names are none of a log', one.file, 0)
    }
    // Sessions go on from one day's file to the next.
    for (const file of files.sort(byDay)) yield* inFile(file, sessionsOf(desk), file.file === named)
  },
}

/** Sessions go on over the paths of one command line. */
const ofDesk = new WeakMap<ImportDesk, CowrieSessions>()

function sessionsOf(desk: ImportDesk): CowrieSessions {
  const known = ofDesk.get(desk) ?? new CowrieSessions()
  ofDesk.set(desk, known)
  return known
}

/** `cowrie.json.2023-11-04` before `cowrie.json`, which is the newest. */
function byDay(a: FoundFile, b: FoundFile): number {
  const key = ({ file }: FoundFile) => `${/(\d{4}-\d\d-\d\d)(?:\.gz)?$/.exec(file)?.[1] ?? '9999'} ${file}`
  return key(a) < key(b) ? -1 : 1
}

async function* inFile(file: FoundFile, sessions: CowrieSessions, named: boolean): AsyncGenerator<Found> {
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
  const { mtimeMs } = await handle.stat()
  const log = new CowrieLog(file, sessions, mtimeMs)
  try {
    for await (const { bytes, offset } of linesOf(handle)) {
      if (bytes) yield* log.line(bytes, offset)
      else yield trouble(`lines of more than ${lineLimits.bytes} bytes`, file.file, offset)
    }
  } catch (error) {
    if (!(error instanceof RangeError) && !(error as NodeJS.ErrnoException).code?.startsWith('Z_'))
      throw error
    yield trouble('files that gzip cannot unpack to their end', file.file)
  }
  yield* log.end()
}

/** One file, line by line. */
class CowrieLog {
  readonly #file: FoundFile
  readonly #sessions: CowrieSessions
  readonly #text: TextLog
  /** A key that was shown. Later versions tell right after it, once more, what became of it. */
  #shown: { readonly found: FoundEvent; readonly session: string; readonly fingerprint: unknown } | undefined

  constructor(file: FoundFile, sessions: CowrieSessions, writtenMs: number) {
    this.#file = file
    this.#sessions = sessions
    this.#text = new TextLog(writtenMs)
  }

  *line(bytes: Buffer, offset: number): Generator<Found> {
    const line = lineText(bytes)
    if (line.trim() === '') return
    const { file } = this.#file
    let record: CowrieRecord | undefined
    if (line.startsWith('{')) record = readRecord(line)
    else {
      const text = this.#text.read(line)
      if (text.is === 'other') {
        yield leftOut('lines that tell no event', file, offset)
        return
      }
      if (text.is === 'record') record = text.record
    }
    if (!record) yield trouble('lines that are none of a Cowrie log', file, offset)
    else yield* this.#record(record, createHash('sha256').update(bytes).digest('hex').slice(0, 32), offset)
  }

  /** Call at the file's end. */
  *end(): Generator<Found> {
    if (this.#shown) yield this.#shown.found
    this.#shown = undefined
  }

  *#record(record: CowrieRecord, identity: string, offset: number): Generator<Found> {
    const { file } = this.#file
    const { ms, fields: raw } = record
    const event = record.eventid.slice('cowrie.'.length)
    const fields = new CowrieFields(record)
    const name = `${fields.text('sensor')}\n${fields.text('session')}`
    const repeats =
      this.#shown?.session === name &&
      this.#shown.fingerprint === raw['fingerprint'] &&
      (event === 'login.failed' || event === 'login.success')
    if (repeats) this.#shown = undefined
    yield* this.end()

    const session = fields.text('session') === '' ? undefined : this.#sessions.at(name, ms)
    if (session) learn(session, event, fields)
    const make = Object.hasOwn(makers, event) ? makers[event] : undefined
    if (!make) {
      yield leftOutEvents.has(event)
        ? leftOut('events of kinds that are not taken (docs/import.md)', file, offset)
        : trouble('events of kinds that this version does not know', file, offset)
      return
    }
    const made = make(fields, session?.service ?? 'ssh')
    if (!made) {
      yield trouble('events without the fields that make them one', file, offset)
      return
    }
    const found = {
      found: 'event',
      ...made,
      file,
      offset,
      ms,
      identity,
      context: { ...context(session, fields), ...made.context },
    } as FoundEvent
    if (event === 'client.fingerprint') {
      this.#shown = { found, session: name, fingerprint: raw['fingerprint'] }
    } else yield found
  }
}

/** Takes what a record says of its connection. Only `session.connect` tells its ports: elsewhere they may be a tunnel's. */
function learn(session: CowrieSession, event: string, fields: CowrieFields): void {
  const protocol = fields.text('protocol')
  if (protocol === 'telnet' || /Telnet/.test(fields.text('system'))) session.service = 'telnet'
  if (session.source_ip === '::') session.source_ip = fields.address('src_ip')
  if (event !== 'session.connect') return
  session.source_ip = fields.address('src_ip')
  session.source_port = fields.port('src_port')
  session.destination_ip = fields.address('dst_ip')
  session.destination_port = fields.port('dst_port')
}

function context(
  session: CowrieSession | undefined,
  fields: CowrieFields,
): NonNullable<FoundEvent['context']> {
  const sensor = fields.text('sensor')
  const said = /^[A-Za-z0-9._-]{1,64}$/.test(sensor) ? { sensor } : {}
  if (!session) return { ...said, source_ip: fields.address('src_ip') }
  const { id, service, source_ip, source_port, destination_ip, destination_port } = session
  return {
    ...said,
    session: id,
    service,
    transport: 'tcp',
    source_ip,
    source_port,
    destination_ip,
    destination_port,
  }
}
