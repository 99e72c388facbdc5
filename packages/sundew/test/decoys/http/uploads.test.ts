import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { JournalEntry } from '../../../src/core/journal/entry.ts'
import { http } from '../../../src/decoys/http/http.ts'
import { startDecoy, type TestHost } from '../host.ts'
import { ask, multipart, request } from './client.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const every = Buffer.from(Array.from({ length: 256 }, (_, i) => i))

/** What was caught of one kind, with the bytes that belong to it. */
async function caught(
  host: TestHost,
  kind: string,
): Promise<{ fields: Record<string, unknown>; bytes: Buffer }[]> {
  const entries = (await host.entries()).filter((entry) => entry.event.kind === kind)
  return Promise.all(
    entries.map(async (entry: JournalEntry) => ({
      fields: entry.event.fields as Record<string, unknown>,
      bytes:
        entry.spool === undefined
          ? entry.body
          : await readFile(join(host.journalFolder, 'spool', entry.spool)),
    })),
  )
}

type Caught = Awaited<ReturnType<typeof caught>>[number]

/** The body as docs/http.md says that it is put together: files back in their places, the last first. */
function whole(asked: Caught, files: readonly Caught[]): Buffer {
  const bytesOf = new Map(files.map(({ fields, bytes }) => [fields['file_sha256'], bytes]))
  return (asked.fields['body_files'] as string[]).toReversed().reduce((body, entry) => {
    const [offset, hash] = entry.split(' ')
    return Buffer.concat([
      body.subarray(0, Number(offset)),
      bytesOf.get(hash)!,
      body.subarray(Number(offset)),
    ])
  }, asked.bytes)
}

describe('uploads are kept byte for byte', () => {
  test('by PUT', async () => {
    await using host = await startDecoy(http)
    const answer = await ask(
      host.port,
      request('PUT /a/shell%2ephp', { 'Content-Type': 'text/x-php' }, every),
    )
    assert.match(answer, /^HTTP\/1\.1 201 Created\r\n/)
    const [file] = await caught(host, 'file.captured')
    assert.deepEqual(file!.bytes, every)
    assert.deepEqual(file!.fields, {
      file_sha256: sha256(every),
      file_name: 'shell.php',
      mime_type: 'text/x-php',
      size_bytes: 256,
      via: 'put',
    })
    const [asked] = await caught(host, 'http.request')
    assert.equal(asked!.fields['body_sha256'], sha256(every))
  })

  test('by a form of several files, each byte once, and the body can be put together again', async () => {
    await using host = await startDecoy(http)
    const big = randomBytes(300_000)
    const { type, body } = multipart([
      { name: 'title', data: Buffer.from('x') },
      { name: 'f', fileName: '../../etc/cron.d/x', type: 'application/x-sh', data: every },
      { name: 'g', fileName: 'b\xff\0.bin', data: big },
      { name: 'empty', fileName: '', data: Buffer.alloc(0) },
      { name: 'h', fileName: 'nothing', data: Buffer.alloc(0) },
    ])
    const sent = Buffer.concat([Buffer.from('before\r\n'), body, Buffer.from('after\r\n--')])
    const answer = await ask(host.port, request('POST /upload.php', { 'Content-Type': type }, sent))
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
    const files = await caught(host, 'file.captured')
    assert.deepEqual(
      files.map((file) => [file.fields['file_name'], file.fields['file_sha256'], sha256(file.bytes)]),
      [
        ['../../etc/cron.d/x', sha256(every), sha256(every)],
        ['b\xff\0.bin', sha256(big), sha256(big)],
        ['nothing', sha256(Buffer.alloc(0)), sha256(Buffer.alloc(0))],
      ],
    )
    assert.ok(files.every(({ fields }) => fields['partial'] === undefined))
    const [asked] = await caught(host, 'http.request')
    assert.equal(asked!.bytes.length, sent.length - every.length - big.length)
    assert.equal(asked!.fields['body_rest_sha256'], sha256(asked!.bytes))
    assert.equal(asked!.fields['body_sha256'], sha256(sent))
    assert.deepEqual(whole(asked!, files), sent)
  })

  test('by a form that is too long: its whole files, and the one under way as far as it is kept', async () => {
    await using host = await startDecoy(http, { body_kept_mb: 0.01, body_read_mb: 1 })
    const { type, body } = multipart([
      { name: 'f', fileName: 'whole', data: every },
      { name: 'g', fileName: 'long', data: randomBytes(50_000) },
    ])
    const answer = await ask(host.port, request('POST /x', { 'Content-Type': type }, body))
    assert.match(answer, /^HTTP\/1\.1 413 /)
    const files = await caught(host, 'file.captured')
    assert.deepEqual(
      files.map(({ fields }) => [fields['file_name'], fields['partial']]),
      [
        ['whole', undefined],
        ['long', true],
      ],
    )
    const [asked] = await caught(host, 'http.request')
    assert.equal(asked!.fields['body_truncated'], true)
    assert.deepEqual(whole(asked!, files), body.subarray(0, 10_485))
  })

  test('by a form that is cut off in a delimiter: nothing of what came is missing', async () => {
    await using host = await startDecoy(http)
    const { type, body } = multipart([{ name: 'f', fileName: 'x', data: every }])
    const socket = host.connect()
    socket.resume()
    const sent = request('POST /x', { 'Content-Type': type }, body)
    socket.end(sent.subarray(0, sent.length - 40))
    await new Promise((resolve) => socket.once('close', resolve))
    const files = await caught(host, 'file.captured')
    assert.equal(files[0]!.fields['partial'], true)
    const [asked] = await caught(host, 'http.request')
    assert.deepEqual(whole(asked!, files), body.subarray(0, body.length - 40))
  })

  test('more files than are kept one by one stay with the request', async () => {
    await using host = await startDecoy(http)
    const { type, body } = multipart(
      Array.from({ length: 205 }, (_, i) => ({ name: 'f', fileName: `${i}`, data: every })),
    )
    await ask(host.port, request('POST /x', { 'Content-Type': type }, body))
    const files = await caught(host, 'file.captured')
    assert.equal(files.length, 200)
    const [asked] = await caught(host, 'http.request')
    assert.deepEqual(whole(asked!, files), body)
    assert.equal(host.captures.heldBytes, 0)
  })

  test('by POST of the bare file, in chunks', async () => {
    await using host = await startDecoy(http)
    const head = request('POST /drop', {
      'Content-Type': 'application/octet-stream',
      'Transfer-Encoding': 'chunked',
    })
    await ask(host.port, head, '100\r\n', every, '\r\n0\r\n\r\n')
    const [file] = await caught(host, 'file.captured')
    assert.deepEqual(file!.bytes, every)
    assert.equal(file!.fields['via'], 'post')
  })

  test('larger than memory is given to one body, through the disk', async () => {
    await using host = await startDecoy(http, {}, { captures: { spillBytes: 10_000, memoryBytes: 50_000 } })
    const big = randomBytes(2_000_000)
    assert.match(await ask(host.port, request('PUT /big', {}, big)), /^HTTP\/1\.1 201 /)
    const [file] = await caught(host, 'file.captured')
    assert.equal(sha256(file!.bytes), sha256(big))
    assert.equal(host.captures.heldBytes, 0)
  })

  test('also where the persona refuses them', async () => {
    await using host = await startDecoy(http, { uploads: 'refuse' })
    assert.match(await ask(host.port, request('PUT /x', {}, every)), /^HTTP\/1\.1 405 /)
    assert.equal((await caught(host, 'file.captured')).length, 1)
  })
})

describe('what is not kept is not acknowledged', () => {
  test('an upload longer than what is kept is answered 413, and its beginning is there', async () => {
    await using host = await startDecoy(http, { body_kept_mb: 0.01, body_read_mb: 1 })
    const big = randomBytes(50_000)
    assert.match(await ask(host.port, request('PUT /big', {}, big)), /^HTTP\/1\.1 413 /)
    assert.deepEqual(await caught(host, 'file.captured'), [])
    const [asked] = await caught(host, 'http.request')
    const kept = big.subarray(0, 10_485)
    assert.deepEqual(asked!.bytes, kept)
    assert.equal(asked!.fields['body_sha256'], sha256(kept))
    assert.equal(asked!.fields['body_truncated'], true)
    assert.equal(asked!.fields['body_bytes'], 50_000)
  })

  test('a length past all limits is answered 413 at once', async () => {
    await using host = await startDecoy(http)
    const answer = await ask(host.port, request('PUT /big', { 'Content-Length': '99999999999' }))
    assert.match(answer, /^HTTP\/1\.1 413 /)
    assert.equal((await host.fields('limit.reached'))[0]!.limit, 'body_read_mb')
  })

  test('with the disk quota used up the answer is that of a full disk', async () => {
    await using host = await startDecoy(http)
    host.room.quota = { full: true, sources: [] }
    assert.match(
      await ask(host.port, request('PUT /x', {}, every)),
      /^HTTP\/1\.1 507 Insufficient Storage\r\n/,
    )
    const { type, body } = multipart([{ name: 'f', fileName: 'x', data: every }])
    assert.match(await ask(host.port, request('POST /x', { 'Content-Type': type }, body)), /^HTTP\/1\.1 500 /)
    assert.match(await ask(host.port, request('GET /')), /^HTTP\/1\.1 200 /)
    assert.deepEqual(await caught(host, 'file.captured'), [])
  })

  test('a journal that cannot write makes it 507', async () => {
    await using host = await startDecoy(http, {}, { journal: { maxWaitingBytes: 10_000 } })
    const answer = await ask(host.port, request('PUT /x', {}, randomBytes(20_000)))
    assert.match(answer, /^HTTP\/1\.1 507 /)
    assert.equal(host.captures.heldBytes, 0)
  })

  test('a body that is cut off is told of, kept as far as it came, and is no upload', async () => {
    await using host = await startDecoy(http)
    const whole = request('PUT /x', {}, every)
    const socket = host.connect()
    socket.resume()
    socket.end(whole.subarray(0, whole.length - 6))
    await new Promise((resolve) => socket.once('close', resolve))
    assert.equal((await host.fields('protocol.malformed'))[0]!.reason, 'http.body-cut-short')
    assert.deepEqual(await caught(host, 'file.captured'), [])
    const [asked] = await caught(host, 'http.request')
    assert.deepEqual(asked!.bytes, every.subarray(0, 250))
  })
})
