import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { PassThrough, Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'

import { ClickHouseException } from './exception.ts'
import { splitInsert, type InsertWithData } from './sql.ts'

/** Bytes of a statement without the rows that follow it. */
export const MAX_QUERY_BYTES = 256 * 1024

/** Bytes of a multipart form: a statement and its parameters. */
export const MAX_FORM_BYTES = 8 * 1024 * 1024

/** Parameters and settings of one request. */
export const MAX_PARAMETERS = 1000

/** A request as ClickHouse's HTTP interface understands it, still without its body. */
export interface RequestHead {
  readonly queryId: string
  readonly query: string
  readonly database: string | undefined
  readonly defaultFormat: string
  readonly settings: Map<string, string>
  readonly parameters: Map<string, string>
  readonly bufferWholeResult: boolean
  readonly compress: boolean
}

/** The statement, and where it is an INSERT, the rows that follow. */
export type Statement =
  | { readonly kind: 'insert'; readonly insert: InsertWithData; readonly rows: Readable }
  | { readonly kind: 'plain'; readonly sql: string }

/** Names in the URL that are neither settings of the engine nor parameters. */
const ownNames = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'user',
  'password',
  'quota_key',
  'wait_end_of_query',
  'buffer_size',
  'enable_http_compression',
  'send_progress_in_http_headers',
  'client_protocol_version',
  'stacktrace',
  'add_http_cors_header',
  'session_timeout',
  'session_check',
  'close_session',
])

/** Names that ask for what this front does not do: refused, since ignoring them would give a wrong answer. */
const unsupported: Readonly<Record<string, string>> = {
  session_id: 'Sessions are not kept between requests',
  compress: 'The native compressed form is not spoken; use Accept-Encoding with enable_http_compression=1',
  decompress: 'The native compressed form is not spoken; use Content-Encoding',
  role: 'There are no roles',
}

const notEmpty = (value: string | null | undefined): string | undefined =>
  value === null || value === undefined || value === '' ? undefined : value

/** Reads URL and headers. @throws ClickHouseException for what is not supported or out of bounds. */
export function readHead(url: URL, headers: IncomingMessage['headers']): RequestHead {
  const settings = new Map<string, string>()
  const parameters = new Map<string, string>()
  let count = 0
  for (const [name, value] of url.searchParams) {
    if (++count > MAX_PARAMETERS) throw tooMany()
    if (name.startsWith('param_')) parameters.set(parameterName(name), value)
    else if (Object.hasOwn(unsupported, name)) refuseUnsupported(name, value)
    else if (!ownNames.has(name) && !name.startsWith('http_')) settings.set(settingName(name), value)
  }
  const format =
    notEmpty(url.searchParams.get('default_format')) ??
    header(headers['x-clickhouse-format']) ??
    'TabSeparated'
  if (!/^[A-Za-z][A-Za-z0-9]{0,63}$/.test(format)) {
    throw new ClickHouseException(73, 'UNKNOWN_FORMAT', `Unknown format ${format.slice(0, 64)}`)
  }
  return {
    queryId: cleanId(url.searchParams.get('query_id')) ?? randomUUID(),
    query: url.searchParams.get('query') ?? '',
    database: notEmpty(url.searchParams.get('database')) ?? header(headers['x-clickhouse-database']),
    defaultFormat: format,
    settings,
    parameters,
    bufferWholeResult: isOn(url.searchParams.get('wait_end_of_query')),
    compress: isOn(url.searchParams.get('enable_http_compression')),
  }
}

/** Reads the body as far as needed to know the statement. What follows an INSERT's head stays a stream. */
export async function readStatement(request: IncomingMessage, head: RequestHead): Promise<Statement> {
  if (request.headers['content-type']?.startsWith('multipart/form-data')) {
    return { kind: 'plain', sql: (await readForm(request, head)) || head.query }
  }
  const body = decoded(request)
  const known = head.query === '' ? undefined : splitInsert(head.query)
  if (known) {
    const rest = Buffer.from(head.query.slice(known.dataAt), 'utf8')
    return {
      kind: 'insert',
      insert: known,
      rows: joined(rest.toString('utf8').trim() === '' ? Buffer.alloc(0) : rest, body),
    }
  }
  const { start, ended } = await readStart(body, MAX_QUERY_BYTES)
  const text = head.query === '' ? start : Buffer.concat([Buffer.from(`${head.query}\n`, 'utf8'), start])
  // Latin-1 keeps one character a byte, so that the place where the rows begin is right whatever the rows are.
  const insert = splitInsert(text.toString('latin1'))
  if (insert) {
    const rows = joined(text.subarray(insert.dataAt), ended ? Readable.from([]) : body)
    return { kind: 'insert', insert: { ...insert, head: utf8(Buffer.from(insert.head, 'latin1')) }, rows }
  }
  if (!ended) {
    throw new ClickHouseException(
      62,
      'SYNTAX_ERROR',
      `Max query size exceeded: a statement may have ${MAX_QUERY_BYTES} bytes.`,
    )
  }
  return { kind: 'plain', sql: utf8(text) }
}

async function readForm(request: IncomingMessage, head: RequestHead): Promise<string> {
  const { start, ended } = await readStart(decoded(request), MAX_FORM_BYTES)
  if (!ended) throw new ClickHouseException(62, 'SYNTAX_ERROR', `A form may have ${MAX_FORM_BYTES} bytes.`)
  const type = request.headers['content-type'] ?? ''
  let query = ''
  let count = 0
  let fields: FormData
  try {
    fields = await new Response(new Uint8Array(start), { headers: { 'content-type': type } }).formData()
  } catch (cause) {
    throw new ClickHouseException(36, 'BAD_ARGUMENTS', 'The multipart form cannot be read.', { cause })
  }
  for (const [name, value] of fields) {
    if (++count > MAX_PARAMETERS) throw tooMany()
    if (typeof value !== 'string')
      throw new ClickHouseException(48, 'NOT_IMPLEMENTED', 'External tables are not supported.')
    if (name === 'query') query = value
    else if (name.startsWith('param_')) head.parameters.set(parameterName(name), value)
  }
  return query
}

function decoded(request: IncomingMessage): Readable {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase()
  const make = decoders[encoding]
  if (encoding === 'identity') return request
  if (!make)
    throw new ClickHouseException(1000, 'POCO_EXCEPTION', `Unknown Content-Encoding ${encoding.slice(0, 32)}`)
  const decoder = make()
  request.once('error', (error) => decoder.destroy(error))
  return request.pipe(decoder)
}

const decoders: Readonly<Record<string, () => ReturnType<typeof createGunzip>>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
}

/** The first bytes of a stream, until it ends or they are more than `limit`; the stream can be read on. */
async function readStart(stream: Readable, limit: number): Promise<{ start: Buffer; ended: boolean }> {
  const chunks: Buffer[] = []
  let size = 0
  const iterator = stream.iterator({ destroyOnReturn: false })
  for await (const chunk of iterator) {
    chunks.push(chunk as Buffer)
    size += (chunk as Buffer).length
    if (size > limit) return { start: Buffer.concat(chunks), ended: false }
  }
  return { start: Buffer.concat(chunks), ended: true }
}

/** `start`, then the rest of `stream`; an error of `stream` is an error of the whole. */
function joined(start: Buffer, stream: Readable): Readable {
  const whole = new PassThrough()
  if (start.length > 0) whole.write(start)
  stream.once('error', (error) => whole.destroy(error))
  stream.once('close', () => {
    if (!stream.readableEnded) whole.destroy(new Error('The request ended before its rows did.'))
  })
  stream.pipe(whole)
  return whole
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function utf8(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes)
  } catch (cause) {
    const message =
      'The statement is not UTF-8; send other bytes as rows, as a parameter, or through unhex().'
    throw new ClickHouseException(62, 'SYNTAX_ERROR', message, { cause })
  }
}

function refuseUnsupported(name: string, value: string): void {
  if (value === '' || value === '0') return
  throw new ClickHouseException(48, 'NOT_IMPLEMENTED', `${unsupported[name]} (${name}).`)
}

function settingName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) return name
  throw new ClickHouseException(115, 'UNKNOWN_SETTING', `Unknown setting '${name.slice(0, 128)}'`)
}

function parameterName(name: string): string {
  const bare = name.slice('param_'.length)
  if (/^[A-Za-z0-9_]{1,128}$/.test(bare)) return bare
  throw new ClickHouseException(
    36,
    'BAD_ARGUMENTS',
    `A query parameter's name has letters, digits and _ only, not ${bare.slice(0, 128)}`,
  )
}

const tooMany = (): ClickHouseException =>
  new ClickHouseException(36, 'BAD_ARGUMENTS', `More than ${MAX_PARAMETERS} parameters.`)

const isOn = (value: string | null): boolean => value === '1' || value === 'true'

const header = (value: string | string[] | undefined): string | undefined =>
  notEmpty(Array.isArray(value) ? value[0] : value)

/** A query id goes into a response header: printable ASCII, 128 characters at most. */
function cleanId(id: string | null): string | undefined {
  return id !== null && /^[\x21-\x7e]{1,128}$/.test(id) ? id : undefined
}
