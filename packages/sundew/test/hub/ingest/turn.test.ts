import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Turn } from '../../../src/hub/ingest/turn.ts'

const never = new AbortController().signal

async function settledWithin(ms: number, work: Promise<void>): Promise<boolean> {
  return Promise.race([
    work.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), ms)),
  ])
}

describe('whose turn it is', () => {
  test('while the decoys are calm it is ours at once', async () => {
    assert.ok(await settledWithin(20, new Turn(60_000).ours(never)))
  })

  test('while they are busy it is not, and it is as soon as they are calm', async () => {
    const turn = new Turn(60_000)
    turn.busy = true
    const ours = turn.ours(never)
    assert.equal(await settledWithin(150, ours), false)
    turn.busy = false
    assert.ok(await settledWithin(1_000, ours))
  })

  test('a burst without end is waited for once, until all is stored', async () => {
    const turn = new Turn(100)
    turn.busy = true
    assert.equal(await settledWithin(50, turn.ours(never)), false)
    assert.ok(await settledWithin(2_000, turn.ours(never)))
    assert.ok(await settledWithin(20, turn.ours(never)), 'the patience is used up')
    turn.caughtUp()
    assert.equal(await settledWithin(50, turn.ours(never)), false)
  })

  test('who is to stop does not wait', async () => {
    const turn = new Turn(60_000)
    turn.busy = true
    const stop = new AbortController()
    const ours = turn.ours(stop.signal)
    stop.abort()
    assert.ok(await settledWithin(1_000, ours))
  })
})
