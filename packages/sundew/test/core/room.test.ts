import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { plainAddress, sourceKey } from '../../src/core/address.ts'
import { Backlog } from '../../src/core/backlog.ts'
import { CaptureRoom } from '../../src/core/capture.ts'
import { makeJournalFolder, segmentFile, spoolFolder } from '../../src/core/journal/segments.ts'
import { Room } from '../../src/core/room.ts'
import { Gate } from '../../src/decoys/gate.ts'

async function inFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-room-'))
  try {
    await makeJournalFolder(folder)
    return await body(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('a source is an IPv4 address, mapped or not, or an IPv6 /64 however it is written', () => {
  assert.equal(plainAddress('::ffff:192.0.2.1'), '192.0.2.1')
  assert.equal(sourceKey('::ffff:192.0.2.1'), sourceKey('192.0.2.1'))
  assert.equal(sourceKey('2001:db8:1:2::1'), sourceKey('2001:db8:1:2:ffff::9'))
  assert.equal(sourceKey('fe80::1%eth0'), sourceKey('fe80::2'))
  assert.notEqual(sourceKey('2001:db8:1:2::1'), sourceKey('2001:db8:1:3::1'))
  assert.equal(sourceKey('::1'), '0:0:0:0::/64')
})

test('with less free disk than the reserve there is no room for anybody, and room again when it returns', async () => {
  await inFolder(async (folder) => {
    const full = new Room({ directory: folder, reserveBytes: Number.MAX_SAFE_INTEGER })
    await full.look()
    assert.equal(full.for('192.0.2.1'), 'full')
    const empty = new Room({ directory: folder, reserveBytes: 0 })
    await empty.look()
    assert.equal(empty.for('192.0.2.1'), 'room')
  })
})

test('a source over its share is refused and others are not', async () => {
  await inFolder(async (folder) => {
    const room = new Room({ directory: folder, reserveBytes: 0 })
    room.quota = { full: false, sources: [sourceKey('192.0.2.1')] }
    assert.equal(room.for('192.0.2.1'), 'source')
    assert.equal(room.for('192.0.2.2'), 'room')
    room.quota = { full: true, sources: [] }
    assert.equal(room.for('192.0.2.2'), 'full')
  })
})

test('a source that floods while the hub is away fills only its own part of the journal', async () => {
  await inFolder(async (folder) => {
    const backlog = new Backlog(folder, { totalBytes: 10_000, sourceBytes: 4_000 })
    const room = new Room({ directory: folder, reserveBytes: 0, backlog })
    await writeFile(segmentFile(folder, 1), Buffer.alloc(5_000))
    await writeFile(segmentFile(folder, 2), Buffer.alloc(1_000))
    room.took(1, '192.0.2.1', 5_000)
    room.took(2, '192.0.2.2', 1_000)
    await room.look()
    assert.equal(room.for('192.0.2.1'), 'source')
    assert.equal(room.for('192.0.2.2'), 'room')
    await writeFile(join(spoolFolder(folder), 'large'), Buffer.alloc(5_000))
    await room.look()
    assert.equal(room.for('192.0.2.2'), 'full')
    // The hub took the first segment and the large body.
    await rm(segmentFile(folder, 1))
    await rm(join(spoolFolder(folder), 'large'))
    await room.look()
    assert.equal(room.for('192.0.2.1'), 'room')
  })
})

test('a body stays in memory while it is small, goes to a file past that, and lets go of the memory', async () => {
  await inFolder(async (folder) => {
    const captures = new CaptureRoom(folder, { spillBytes: 1_000, memoryBytes: 1_500 })
    const small = captures.begin()
    assert.equal(small.append(Buffer.alloc(900)), undefined)
    await small.finish()
    assert.equal(small.spool, '')
    const large = captures.begin()
    for (let i = 0; i < 20; i++) await large.append(Buffer.alloc(100, i))
    await large.finish()
    assert.notEqual(large.spool, '')
    assert.equal(large.bytes, 2_000)
    assert.equal(captures.heldBytes, 900, 'the large one holds nothing in memory any more')
    await large.discard()
    small.release()
    assert.equal(captures.heldBytes, 0)
  })
})

test('a body that comes in single bytes takes no more memory than is counted, about', async () => {
  await inFolder(async (folder) => {
    const captures = new CaptureRoom(folder)
    const body = captures.begin()
    const sent = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i))
    for (let i = 0; i < sent.length; i++) void body.append(sent.subarray(i, i + 1))
    assert.deepEqual(Buffer.concat(body.chunks), sent)
    const held = new Set(body.chunks.map((chunk) => chunk.buffer))
    assert.ok([...held].reduce((sum, { byteLength }) => sum + byteLength, 0) < 3 * sent.length)
    assert.ok(!held.has(sent.buffer))
    assert.ok(body.chunks.length < 50)
    body.release()
    const large = Buffer.alloc(100_000)
    const tiny = captures.begin()
    void tiny.append(large.subarray(0, 1))
    assert.notEqual(tiny.chunks[0]!.buffer, large.buffer, 'one byte kept a whole chunk alive')
    tiny.release()
  })
})

test('the file of a body that waits for its entry never looks left behind, however long that takes', async () => {
  await inFolder(async (folder) => {
    const captures = new CaptureRoom(folder, { spillBytes: 10, memoryBytes: 100 }, 20)
    const body = captures.begin()
    await body.append(Buffer.alloc(50))
    await body.finish()
    const file = join(captures.folder, body.spool)
    const age = async () => {
      await utimes(file, 1, 1)
      await new Promise((resolve) => setTimeout(resolve, 200))
      return Date.now() - (await stat(file)).mtimeMs
    }
    assert.ok((await age()) < 10_000)
    body.release()
    assert.ok((await age()) > 10_000)
  })
})

test('when all bodies together fill the memory they share, the next one goes to a file though it is small', async () => {
  await inFolder(async (folder) => {
    const captures = new CaptureRoom(folder, { spillBytes: 1_000, memoryBytes: 1_500 })
    const first = captures.begin()
    assert.equal(first.append(Buffer.alloc(800)), undefined)
    const second = captures.begin()
    await second.append(Buffer.alloc(800))
    await second.finish()
    assert.notEqual(second.spool, '')
    await second.discard()
    await first.discard()
  })
})

test('lent bytes that go to a file are its own before they are overwritten', async () => {
  await inFolder(async (folder) => {
    const captures = new CaptureRoom(folder, { spillBytes: 1_000, memoryBytes: 1_500 })
    const body = captures.begin()
    const lent = Buffer.alloc(800, 'a')
    await body.append(Buffer.alloc(800, '-'))
    const writing = body.append(lent, true)
    lent.fill('!')
    await writing
    await body.finish()
    const file = await readFile(join(spoolFolder(folder), body.spool), 'latin1')
    assert.equal(file, '-'.repeat(800) + 'a'.repeat(800))
    await body.discard()
  })
})

test('connections are counted in all, per source and per minute', () => {
  const gate = new Gate({ connections: 3, connectionsPerSource: 2, ratePerSource: 4, idleMs: 1, totalMs: 1 })
  assert.equal(gate.enter('192.0.2.1', 0), undefined)
  assert.equal(gate.enter(sourceKey('::ffff:192.0.2.1'), 0), undefined)
  assert.equal(gate.enter('192.0.2.1', 0), 'connections_per_source')
  assert.equal(gate.enter('192.0.2.2', 0), undefined)
  assert.equal(gate.enter('192.0.2.3', 0), 'connections')
  gate.leave('192.0.2.1')
  gate.leave('192.0.2.1')
  for (let i = 0; i < 2; i++) {
    assert.equal(gate.enter('192.0.2.1', 1), undefined)
    gate.leave('192.0.2.1')
  }
  assert.equal(gate.enter('192.0.2.1', 1), 'rate_per_source')
  gate.sweep(70_000)
  assert.equal(gate.enter('192.0.2.1', 70_000), undefined)
  assert.equal(gate.takeRefused(), 3)
})
