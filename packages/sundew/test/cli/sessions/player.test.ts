import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import type { AsciicastEvent } from '../../../src/core/asciicast/reader.ts'
import { Keys, Quit } from '../../../src/cli/sessions/keys.ts'
import { play } from '../../../src/cli/sessions/player.ts'
import { ShownText } from '../../../src/cli/sessions/shown-text.ts'

const output = (ms: number, text: string): AsciicastEvent => ({
  type: 'output',
  ms,
  bytes: Buffer.from(text),
})

async function* recorded(...events: AsciicastEvent[]): AsyncGenerator<AsciicastEvent> {
  yield* events
}

describe('a replay', () => {
  test('shows what was shown, as late after each other, faster or with shorter pauses where that is wished', async () => {
    const events = [
      output(100, 'a'),
      { type: 'input', ms: 1000, bytes: Buffer.from('unseen') } as const,
      output(1102, 'b'),
      output(1103, 'c'),
      output(61_103, 'd'),
    ]
    for (const [speed, idleLimitMs, waits] of [
      [1, 1e9, [100, 1002, 60_001]],
      [2, 2000, [50, 501, 1000.5]],
    ] as const) {
      const waited: number[] = []
      let shown = ''
      await play(recorded(...events), {
        write: async (text) => void (shown += text),
        wait: async (ms) => void waited.push(ms),
        speed,
        idleLimitMs,
      })
      assert.deepEqual(waited, waits)
      assert.equal(shown, 'abcd\x1b[?7h\x1b[?25h\x1b[0m\r\n')
    }
  })

  test('leaves the terminal as it was, also where the owner ends it or the hub breaks off', async () => {
    let shown = ''
    const quitting = play(recorded(output(0, '\x1b[?1049h\x1b[31mx'), output(1000, 'y')), {
      write: async (text) => void (shown += text),
      wait: () => Promise.reject(new Quit()),
      speed: 1,
      idleLimitMs: 1e9,
    })
    await assert.rejects(quitting, Quit)
    assert.equal(shown, '\x1b[?1049h\x1b[31mx\x1b[?1049l\x1b[?7h\x1b[?25h\x1b[0m\r\n')
  })
})

class Keyboard extends EventEmitter {
  readonly isTTY = true
  raw = false
  setRawMode(raw: boolean) {
    this.raw = raw
  }
  resume() {}
  pause() {}
  press(keys: string) {
    this.emit('data', Buffer.from(keys))
  }
}

describe('the keys of a replay', () => {
  test('pause and go on', async () => {
    const keyboard = new Keyboard()
    using keys = new Keys(keyboard)
    let over = false
    keyboard.press(' ')
    const waiting = keys.wait(1).then(() => (over = true))
    await sleep(30)
    assert.equal(over, false)
    keyboard.press(' ')
    await waiting
  })

  test('end a wait, and every one after it', async () => {
    for (const key of ['q', '\x03']) {
      const keyboard = new Keyboard()
      using keys = new Keys(keyboard)
      const waiting = keys.wait(1e6)
      keyboard.press(key)
      await assert.rejects(waiting, Quit)
      await assert.rejects(keys.wait(0), Quit)
    }
  })

  test('give the keyboard back', () => {
    const keyboard = new Keyboard()
    {
      using keys = new Keys(keyboard)
      assert.equal(typeof keys.wait, 'function')
      assert.equal(keyboard.raw, true)
    }
    assert.equal(keyboard.raw, false)
    assert.equal(keyboard.listenerCount('data'), 0)
  })
})

describe('the text that was shown', () => {
  const shown = (text: string) => {
    const lines = new ShownText()
    return lines.push(Buffer.from(text)) + lines.end()
  }

  test('is what stood in each line at its end', () => {
    assert.equal(shown('$ lz\b \bs\r\na\tb\r\n'), '$ ls\na\tb\n')
    assert.equal(shown('12345\rab\x1b[K\n'), 'ab\n')
    assert.equal(shown('\x1b[31mred\x1b[0m\x1b]0;title\x07 end'), 'red end\n')
    assert.equal(shown('abc\x1b[2DX\x1b[3C.\n'), 'aXc  .\n')
  })

  test('never acts on a terminal and never grows without end, whatever was sent', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.uint8Array(),
            fc.stringMatching(/^\x1b\[\d{0,4}[CDPKHm]$/).map((t) => Buffer.from(t)),
          ),
        ),
        (chunks) => {
          const lines = new ShownText()
          const text = chunks.map((chunk) => lines.push(chunk)).join('') + lines.end()
          assert.doesNotMatch(text, /[\x00-\x08\x0b-\x1f\x7f-\x9f]/)
        },
      ),
    )
    assert.ok(shown('\x1b[9999Cx'.repeat(1000)).length < 20_000_000)
  })
})
