import assert from 'node:assert/strict'
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { listFlowFiles } from '../../src/core/flow-spool.ts'
import { layout } from '../../src/core/layout.ts'
import { dataFolder, sundew } from './sundew.ts'

const captures = join(import.meta.dirname, '../../../../testdata/pcap')
const bring = (data: string, ...args: string[]) => sundew(['import', ...args, '--data', data])
const rows = async (data: string) => (await listFlowFiles(layout(data).flows)).map((file) => file.rows)
/** The captures are from this day on too old at some time: the lifetime is set so that they are not. */
const config = 'keep: { flows_1h_days: 10000 }\n'

describe('sundew import pcap', () => {
  test('puts flows on their way to the store, a file once', async () => {
    await using folder = await dataFolder()
    await writeFile(join(folder.data, 'sundew.yaml'), config)
    const file = join(captures, 'nanoseconds.pcap')
    const first = await bring(folder.data, 'pcap', file)
    assert.deepEqual([first.code, first.stdout], [0, ''], first.stderr)
    assert.match(
      first.stderr,
      /^11 flows imported\n11 flows wait on disk for the next start of "sundew up".\n$/,
    )
    const copy = join(folder.data, 'copy.pcap')
    await copyFile(file, copy)
    const second = await bring(folder.data, 'pcap', '--no-wait', copy)
    assert.equal(second.code, 0)
    assert.match(second.stderr, /^0 flows imported\n1 left out: files imported before \(--again .*\n$/)
    assert.deepEqual(await rows(folder.data), [11])
    await bring(folder.data, 'pcap', '--no-wait', '--again', copy)
    assert.deepEqual(await rows(folder.data), [11, 11])
  })

  test('unwraps gzip and Zstandard, takes folders, and tells what is no capture', async () => {
    await using folder = await dataFolder()
    await writeFile(join(folder.data, 'sundew.yaml'), config)
    const inside = await readFile(join(captures, 'capture.pcapng'))
    const cooked = await readFile(join(captures, 'cooked.pcap'))
    const packed = join(folder.data, 'packed')
    await writeFile(`${packed}.gz`, gzipSync(inside))
    await writeFile(`${packed}.zst`, zstdCompressSync(cooked))
    await writeFile(`${packed}.broken.gz`, gzipSync(inside).subarray(0, 500))
    const { code, stderr } = await bring(
      folder.data,
      'pcap',
      '--no-wait',
      ...['gz', 'zst', 'broken.gz'].map((end) => `${packed}.${end}`),
    )
    assert.equal(code, 1)
    assert.match(
      stderr,
      /^22 flows imported\n1 left out: compressed files that are broken \(Z_BUF_ERROR\); the first: .*broken\.gz at byte 0\n$/,
    )
    const other = await bring(folder.data, 'pcap', '--no-wait', captures)
    assert.equal(other.code, 1)
    assert.match(
      other.stderr,
      /2 left out: files that are no capture; the first: .*(README\.md|packets\.tsv) at byte 0/,
    )
    assert.deepEqual(await readdir(join(layout(folder.data).flows, 'import')), [])
  })

  test('refuses a port that is none', async () => {
    await using folder = await dataFolder()
    const { code, stderr } = await bring(
      folder.data,
      'pcap',
      '--port',
      '2055,x',
      join(captures, 'cooked.pcap'),
    )
    assert.equal(code, 2)
    assert.match(stderr, /It should be a whole number/)
  })
})

describe('sundew import nfcapd', () => {
  test('without nfdump says what to install', async () => {
    await using folder = await dataFolder()
    const { code, stderr } = await sundew(
      ['import', 'nfcapd', join(captures, 'cooked.pcap'), '--data', folder.data],
      { env: { PATH: folder.data } },
    )
    assert.equal(code, 69)
    assert.match(stderr, /SUNDEW_NO_NFDUMP: .*apt install nfdump/)
  })
})
