import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpoolRoom } from '../../../src/collectors/syslog/spool-room.ts'

test('who can wait does so until the store has taken enough', async () => {
  const spool = { waiting: { bytes: 100 } }
  const spoolRoom = new SpoolRoom(spool, 100)
  const room = () => spoolRoom.room
  assert.equal(room(), undefined)
  spool.waiting.bytes = 101
  const first = room()
  assert.ok(first)
  assert.equal(room(), first)
  let settled = false
  const waited = first.then(() => (settled = true))
  spoolRoom.look()
  await Promise.resolve()
  assert.equal(settled, false)
  spool.waiting.bytes = 99
  spoolRoom.look()
  await waited
  assert.equal(room(), undefined)
})
