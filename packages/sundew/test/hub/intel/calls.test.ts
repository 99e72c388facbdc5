import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { Calls } from '../../../src/hub/intel/calls.ts'
import { FeedError } from '../../../src/intel/feeds/feed.ts'

/** Two ends that call each other. */
function ends(functions: ConstructorParameters<typeof Calls>[1]) {
  const { port1, port2 } = new MessageChannel()
  const here = new Calls(port1, {})
  const there = new Calls(port2, functions)
  port1.on('message', (message) => here.hear(message))
  port2.on('message', (message) => there.hear(message))
  return { here, [Symbol.dispose]: () => port1.close() }
}

describe('calls from thread to thread', () => {
  test('are answered, each with its own answer', async () => {
    using both = ends({ double: async (number: number) => number * 2 })
    const answers = await Promise.all([1, 2, 3].map((number) => both.here.call<number>('double', number)))
    assert.deepEqual(answers, [2, 4, 6])
  })

  test('reject with what was thrown: a trouble of a feed as such', async () => {
    using both = ends({
      feed: () => {
        throw new FeedError('rate', 'too often', { retryAt: 7 })
      },
      other: () => Promise.reject(new TypeError('no')),
    })
    await assert.rejects(
      both.here.call('feed'),
      (error) => error instanceof FeedError && error.code === 'rate' && error.retryAt === 7,
    )
    await assert.rejects(both.here.call('other'), /^Error: no$/)
    for (const name of ['nothing', 'toString', '__proto__'])
      await assert.rejects(both.here.call(name), new RegExp(`nothing is called ${name}`))
  })

  test('that are not answered reject when the other end is gone', async () => {
    using both = ends({ never: () => new Promise(() => {}) })
    const call = both.here.call('never')
    both.here.end(new Error('gone'))
    await assert.rejects(call, /gone/)
  })

  test('take nothing else for a message of theirs', () => {
    const calls = new Calls({ postMessage: () => {} }, {})
    for (const message of ['stop', null, 7, {}, { told: 'info' }]) assert.equal(calls.hear(message), false)
  })
})
