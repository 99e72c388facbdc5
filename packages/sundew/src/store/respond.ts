import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Writable } from 'node:stream'
import { constants, createGzip, createZstdCompress } from 'node:zlib'

import type { Ledger } from './engine.ts'
import type { Answer } from './execute.ts'
import { ClickHouseException } from './exception.ts'

/** Bytes held back under `wait_end_of_query` so that a late error still gets its status; above it they are sent. */
const MAX_BUFFERED_BYTES = 32 * 1024 * 1024

/** Milliseconds a client may take to accept the next piece. */
const WRITE_STALL_MS = 120_000

export interface AnswerOptions {
  readonly compress: boolean
  readonly acceptEncoding: string
  readonly bufferWholeResult: boolean
  readonly startedNs: bigint
}

/** Sends a result as the engine makes it; the engine waits while the client does. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  options: AnswerOptions,
): Promise<void> {
  const tag = randomBytes(8).toString('hex')
  response.setHeader('Content-Type', contentType(answer.format))
  response.setHeader('X-ClickHouse-Format', answer.format)
  response.setHeader('X-ClickHouse-Exception-Tag', tag)
  const held: Uint8Array[] = []
  let heldBytes = 0
  let rows = 0
  let output: Writable | undefined
  try {
    for await (const piece of answer.pieces) {
      rows += piece.rows
      if (
        output === undefined &&
        options.bufferWholeResult &&
        heldBytes + piece.bytes.length <= MAX_BUFFERED_BYTES
      ) {
        held.push(piece.bytes)
        heldBytes += piece.bytes.length
        continue
      }
      output ??= await open(response, options, held)
      await write(output, piece.bytes)
    }
  } catch (error) {
    if (output === undefined) throw error
    await write(output, lateException(tag, error))
    output.end()
    return
  }
  if (output === undefined) {
    response.setHeader('X-ClickHouse-Summary', summary(answer.ledger, rows, options.startedNs))
    output = await open(response, options, held)
  }
  output.end()
}

/** Sends an exception as the whole answer. */
export function sendException(response: ServerResponse, exception: ClickHouseException): void {
  if (response.headersSent || response.destroyed) return void response.destroy()
  for (const name of ['Content-Encoding', 'X-ClickHouse-Format', 'X-ClickHouse-Exception-Tag'])
    response.removeHeader(name)
  response.statusCode = exception.status
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8')
  response.setHeader('X-ClickHouse-Exception-Code', String(exception.code))
  response.end(`${exception.text}\n`)
}

/** An exception after the status line has gone: in the form that clients look for at the end of a body. */
function lateException(tag: string, error: unknown): Buffer {
  const text =
    error instanceof ClickHouseException ? error.text : error instanceof Error ? error.message : String(error)
  const message = `${text.replace(/[\r\n]+$/, '')}\n`
  const length = Buffer.byteLength(message)
  return Buffer.from(`\r\n__exception__\r\n${tag}\r\n${message}${length} ${tag}\r\n__exception__\r\n`, 'utf8')
}

async function open(response: ServerResponse, options: AnswerOptions, held: Uint8Array[]): Promise<Writable> {
  let output: Writable = response
  const make = options.compress ? encoders.find(([name]) => options.acceptEncoding.includes(name)) : undefined
  if (make) {
    response.setHeader('Content-Encoding', make[0])
    const encoder = make[1]()
    encoder.pipe(response)
    response.once('close', () => encoder.destroy())
    output = encoder
  }
  response.writeHead(200)
  for (const bytes of held.splice(0)) await write(output, bytes)
  return output
}

const encoders: readonly [string, () => ReturnType<typeof createGzip>][] = [
  ['gzip', () => createGzip({ level: constants.Z_BEST_SPEED })],
  ['zstd', () => createZstdCompress()],
]

async function write(output: Writable, bytes: Uint8Array): Promise<void> {
  if (output.destroyed) throw new Error('The client has gone.')
  if (output.write(bytes)) return
  const waited = AbortSignal.timeout(WRITE_STALL_MS)
  const gone = new AbortController()
  const leave = (): void => gone.abort(new Error('The client has gone.'))
  output.once('close', leave)
  try {
    await once(output, 'drain', { signal: AbortSignal.any([waited, gone.signal]) })
  } catch (error) {
    output.destroy()
    throw error
  } finally {
    output.off('close', leave)
  }
}

/** X-ClickHouse-Summary: numbers as strings, as ClickHouse sends them. Only what is known; a stream's end is not. */
function summary(ledger: Ledger | undefined, rows: number, startedNs: bigint): string {
  const elapsed = String(process.hrtime.bigint() - startedNs)
  if (!ledger) return JSON.stringify({ result_rows: String(rows), elapsed_ns: elapsed })
  return JSON.stringify({
    read_rows: String(ledger.rowsRead),
    read_bytes: String(ledger.bytesRead),
    written_rows: String(ledger.rowsWritten),
    written_bytes: String(ledger.bytesWritten),
    result_rows: String(ledger.rowsWritten || rows),
    elapsed_ns: elapsed,
  })
}

function contentType(format: string): string {
  if (
    /^JSON(Strings|Columns|ColumnsWithMetadata|Compact|CompactStrings|CompactColumns|Object\w*)?$/.test(
      format,
    )
  ) {
    return 'application/json; charset=UTF-8'
  }
  if (format.startsWith('JSON')) return 'application/x-ndjson; charset=UTF-8'
  if (format.startsWith('CSV')) return 'text/csv; charset=UTF-8'
  if (/^(TSV|TabSeparated)/.test(format)) return 'text/tab-separated-values; charset=UTF-8'
  if (/^(Native|RowBinary|Parquet|Arrow|ORC|Avro|MsgPack|Protobuf|RawBLOB)/.test(format))
    return 'application/octet-stream'
  if (format === 'XML') return 'application/xml; charset=UTF-8'
  return 'text/plain; charset=UTF-8'
}
