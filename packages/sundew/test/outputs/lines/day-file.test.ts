import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { DayFile } from '../../../src/outputs/lines/day-file.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sundew-day-'))
  path = join(folder, 'logs', 'cowrie.json')
})
afterEach(() => rm(folder, { recursive: true }))

const dayMs = 86_400_000
const text = (file = path) => readFile(file, 'utf8')
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)

function open(now = Date.now, options: { dayBytes?: number; keepDays?: number } = {}) {
  const told: string[] = []
  const file = new DayFile(
    path,
    { dayBytes: 1e9, keepDays: 30, trouble: (message) => told.push(message), ...options },
    now,
  )
  return { file, told }
}

describe('a file of a day', () => {
  test('grows, for its owner and its group alone, also after somebody moved it away', async () => {
    const { file } = open()
    await file.append('a\n')
    await file.append('b\nc\n')
    assert.equal(await text(), 'a\nb\nc\n')
    assert.equal((await stat(path)).mode & 0o137, 0)
    await rename(path, `${path}.1`)
    await file.append('d\n')
    assert.equal(await text(), 'd\n')
  })

  test('gets its date behind its name when another day begins, also while nothing ran', async () => {
    let now = Date.now()
    const { file } = open(() => now)
    await file.append('a\n')
    const first = day(Date.now())
    now += dayMs
    await file.append('b\n')
    assert.equal(await text(`${path}.${first}`), 'a\n')
    assert.equal(await text(), 'b\n')
    const long = new Date(now - 10 * dayMs)
    await utimes(path, long, long)
    await open(() => now).file.append('c\n')
    assert.equal(await text(`${path}.${day(long.getTime())}`), 'b\n')
    assert.equal(await text(), 'c\n')
  })

  test('never writes over a file of another day', async () => {
    const { file } = open()
    await file.append('a\n')
    const then = new Date(Date.now() - dayMs)
    await utimes(path, then, then)
    await writeFile(`${path}.${day(then.getTime())}`, 'kept')
    await file.append('b\n')
    assert.equal(await text(`${path}.${day(then.getTime())}`), 'kept')
    assert.equal(await text(), 'a\nb\n')
  })

  test('begins on a line of its own after a kill in mid-write', async () => {
    await open().file.append('a\n')
    await writeFile(path, 'a\n{"cut', { flag: 'w' })
    await open().file.append('b\n')
    assert.equal(await text(), 'a\n{"cut\nb\n')
  })

  test('takes no more than a day may have, and says so', async () => {
    const { file, told } = open(Date.now, { dayBytes: 10 })
    await file.append('12345678\n')
    await file.append('ab\n')
    assert.equal(await text(), '12345678\n')
    assert.match(told[0]!, /cowrie\.json has as many bytes as one day may \(day_mb\)/)
  })

  test('is removed when it is too old, and no other file is', async () => {
    const { file } = open(Date.now, { keepDays: 2 })
    await file.append('a\n')
    const old = day(Date.now() - 5 * dayMs)
    const young = day(Date.now() - dayMs)
    for (const name of [
      `cowrie.json.${old}`,
      `cowrie.json.${young}`,
      `cowrie.json.${old}.gz`,
      `other.json.${old}`,
      'cowrie.json.1',
    ])
      await writeFile(join(folder, 'logs', name), '')
    await open(Date.now, { keepDays: 2 }).file.append('b\n')
    assert.deepEqual(
      (await readdir(join(folder, 'logs'))).sort(),
      [
        'cowrie.json',
        'cowrie.json.1',
        `cowrie.json.${young}`,
        `cowrie.json.${old}.gz`,
        `other.json.${old}`,
      ].sort(),
    )
  })
})
