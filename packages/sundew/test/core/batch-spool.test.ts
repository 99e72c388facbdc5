import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { BatchSpoolWriter, listBatchFiles } from '../../src/core/batch-spool.ts'

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-flow-spool-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const piece = (text: string): Uint8Array => Buffer.from(text)

test('batches are whole files, in the order they were written, whose names tell rows and columns', () =>
  inFolder(async (folder) => {
    const writer = await BatchSpoolWriter.open(folder, 1_000)
    assert.equal(await writer.write([piece('one'), piece('two')], 2, [0, 3]), true)
    assert.equal(await writer.write([piece('three')], 7, [0, 51]), true)
    const files = await listBatchFiles(folder)
    assert.deepEqual(
      files.map(({ rows, columns }) => [rows, columns]),
      [
        [2, '9'],
        [7, ((1n << 51n) + 1n).toString(36)],
      ],
    )
    assert.equal(await readFile(files[0]!.path, 'utf8'), 'onetwo')
    assert.deepEqual(writer.waiting, { files: 2, bytes: 11 })
  }))

test('more than may wait is refused until the hub has taken some', () =>
  inFolder(async (folder) => {
    const writer = await BatchSpoolWriter.open(folder, 10)
    assert.equal(await writer.write([piece('12345678')], 1, [0]), true)
    assert.equal(await writer.write([piece('12345678')], 1, [0]), false)
    for (const { path } of await listBatchFiles(folder)) await rm(path)
    await writer.measure()
    assert.equal(await writer.write([piece('12345678')], 1, [0]), true)
  }))

test('what a killed writer left half written is removed, and other files are left alone and not listed', () =>
  inFolder(async (folder) => {
    await writeFile(join(folder, 'x.native.part'), 'half')
    await writeFile(join(folder, 'README'), 'mine')
    const writer = await BatchSpoolWriter.open(folder, 10)
    assert.deepEqual(writer.waiting, { files: 0, bytes: 0 })
    assert.equal(await readFile(join(folder, 'README'), 'utf8'), 'mine')
    await assert.rejects(readFile(join(folder, 'x.native.part')))
  }))

test('a folder that is not there holds nothing', async () => {
  assert.deepEqual(await listBatchFiles('/nonexistent/flows'), [])
})
