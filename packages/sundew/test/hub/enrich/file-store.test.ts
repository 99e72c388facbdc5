import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { FileStore } from '../../../src/hub/enrich/file-store.ts'

async function directory(t: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'sundew-files-'))
  t.after(() => rm(made, { recursive: true, force: true }))
  return join(made, 'files')
}

const bytes = Buffer.from('MZ\0not a program')
const sha256 = createHash('sha256').update(bytes).digest('hex')

async function content(store: FileStore, hash: string): Promise<string | undefined> {
  const file = await store.get(hash)
  try {
    return file && (await file.readFile()).toString('latin1')
  } finally {
    await file?.close()
  }
}

test('a file is kept under its SHA-256, once, for its owner alone', async (t) => {
  const at = await directory(t)
  const store = await FileStore.open(at)
  assert.deepEqual(await store.put(bytes), { sha256, sizeBytes: bytes.length, isNew: true })
  assert.deepEqual(await store.put(bytes), { sha256, sizeBytes: bytes.length, isNew: false })
  assert.deepEqual(store.size(), { bytes: bytes.length, files: 1 })
  assert.equal(await content(store, sha256), bytes.toString('latin1'))
  const path = join(at, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
  assert.equal(store.path(sha256), path)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  for (const d of [at, join(path, '..'), join(path, '..', '..')])
    assert.equal((await stat(d)).mode & 0o777, 0o700)
  assert.deepEqual(await readdir(join(at, 'tmp')), [])
})

test('the same file many times at once is written once and counted once', async (t) => {
  const store = await FileStore.open(await directory(t))
  const kept = await Promise.all(Array.from({ length: 20 }, () => store.put(bytes)))
  assert.equal(kept.filter((k) => k.isNew).length, 1)
  assert.deepEqual(store.size(), { bytes: bytes.length, files: 1 })
})

test('a file of ours is moved in, and removed where it is there already', async (t) => {
  const at = await directory(t)
  const store = await FileStore.open(at)
  for (const isNew of [true, false]) {
    const path = join(at, '..', 'upload')
    await writeFile(path, bytes)
    assert.deepEqual(await store.put({ path }), { sha256, sizeBytes: bytes.length, isNew })
    await assert.rejects(stat(path), { code: 'ENOENT' })
  }
})

test('after a restart the files are counted and what was half-written is gone', async (t) => {
  const at = await directory(t)
  const before = await FileStore.open(at)
  await before.put(bytes)
  await writeFile(join(at, 'tmp', 'half'), 'half a fi')
  const after = await FileStore.open(at)
  assert.deepEqual(after.size(), { bytes: bytes.length, files: 1 })
  assert.deepEqual(await readdir(join(at, 'tmp')), [])
  assert.equal(await after.remove(sha256), true)
  assert.equal(await after.remove(sha256), false)
  assert.deepEqual(after.size(), { bytes: 0, files: 0 })
  assert.equal(await after.get(sha256), undefined)
})

test('a file cut short by a crash is written again', async (t) => {
  const store = await FileStore.open(await directory(t))
  await store.put(bytes)
  await writeFile(store.path(sha256), 'MZ')
  assert.equal((await store.put(bytes)).isNew, true)
  assert.equal(await content(store, sha256), bytes.toString('latin1'))
})

for (const name of [
  '../../etc/passwd',
  '',
  sha256.toUpperCase(),
  `${sha256}/..`,
  sha256.slice(1),
  `${sha256}\n`,
])
  test(`no path is made of ${JSON.stringify(name)}`, async (t) => {
    const store = await FileStore.open(await directory(t))
    await assert.rejects(store.get(name), RangeError)
    assert.throws(() => store.path(name), RangeError)
  })

test('a symbolic link is neither read nor moved in', async (t) => {
  const at = await directory(t)
  const store = await FileStore.open(at)
  await store.put(bytes)
  await rm(store.path(sha256))
  await symlink('/etc/hostname', store.path(sha256))
  await assert.rejects(store.get(sha256), { code: 'ELOOP' })
  await store.put(bytes)
  assert.equal(await content(store, sha256), bytes.toString('latin1'))
})
