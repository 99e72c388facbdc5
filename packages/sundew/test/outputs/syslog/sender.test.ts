import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Line } from '../../../src/outputs/syslog/line.ts'
import { Sender } from '../../../src/outputs/syslog/sender.ts'

/** A line that takes what it is given until it is cut. */
function fakeLine(got: string[], takes = true) {
  const { promise: lost, resolve: cut } = Promise.withResolvers<void>()
  const line: Line = {
    lost,
    write: async (messages) => {
      if (!takes) throw new Error('no')
      got.push(...messages.map(String))
    },
    close: () => {},
  }
  return { line, cut }
}

const bytes = (text: string) => Buffer.from(text)

describe('what sends messages', () => {
  test('writes what was written last again on a new line, before all else', async () => {
    const first: string[] = []
    const second: string[] = []
    const { line, cut } = fakeLine(first)
    const lines = [line, fakeLine(second).line]
    const sender = new Sender(async () => lines.shift()!)
    await sender.send([bytes('a'), bytes('b')])
    cut()
    await sleep(1)
    await sender.send([bytes('c')])
    assert.deepEqual(
      [first, second],
      [
        ['a', 'b'],
        ['a', 'b', 'c'],
      ],
    )
    sender.close()
  })

  test('writes it again though nothing else comes', async () => {
    const second: string[] = []
    const { line, cut } = fakeLine([])
    const lines = [line, fakeLine(second).line]
    const sender = new Sender(async () => lines.shift()!)
    await sender.send([bytes('a')])
    cut()
    // Its own timer keeps no process alive.
    for (let i = 0; i < 500 && second.length === 0; i++) await sleep(10)
    assert.deepEqual(second, ['a'])
    sender.close()
  })

  test('lets go of what was written long ago', async () => {
    const second: string[] = []
    const { line, cut } = fakeLine([])
    const lines = [line, fakeLine(second).line]
    const sender = new Sender(async () => lines.shift()!, 20)
    await sender.send([bytes('a')])
    await sleep(40)
    cut()
    await sleep(1)
    await sender.send([bytes('b')])
    assert.deepEqual(second, ['b'])
    sender.close()
  })

  test('rejects what a line did not take, and takes a new one for the next try', async () => {
    const got: string[] = []
    const lines = [fakeLine([], false).line, fakeLine(got).line]
    const sender = new Sender(async () => lines.shift()!)
    await assert.rejects(sender.send([bytes('a')]))
    await sender.send([bytes('a')])
    assert.deepEqual(got, ['a'])
    sender.close()
    await assert.rejects(sender.send([bytes('b')]))
  })
})
