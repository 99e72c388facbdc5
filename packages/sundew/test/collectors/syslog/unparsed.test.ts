import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SenderTable } from '../../../src/collectors/syslog/sender-table.ts'
import { Unparsed, type UnparsedFields } from '../../../src/collectors/syslog/unparsed.ts'

const line = Buffer.from('what is \x1b[2Jthis\0', 'latin1')

function told() {
  const events: UnparsedFields[] = []
  const unparsed = new Unparsed((fields) => void events.push(fields))
  const senders = new SenderTable(undefined, (sender) => unparsed.forget(sender))
  const of = (number: number, now = 0) => senders.of(Uint32Array.of(0, 0, 0xffff_0000, number), now)
  return { events, unparsed, senders, of }
}

describe('lines that no parser takes', () => {
  it('are told of once a minute, with one as it was sent', () => {
    const { events, unparsed, of } = told()
    const sender = of(0x0100_007f)
    for (let second = 0; second < 130; second++) {
      unparsed.note(sender, line, 0, line.length)
      unparsed.tick(second * 1_000)
    }
    assert.deepEqual(
      events.map(({ sender: name, lines }) => [name, lines]),
      [
        ['127.0.0.1', 1],
        ['127.0.0.1', 60],
        ['127.0.0.1', 60],
      ],
    )
    assert.equal(events[0]?.sample, line.toString('latin1'))
    unparsed.tick(130_000, true)
    assert.equal(events[3]?.lines, 9)
    assert.equal(sender.unparsed, 130)
  })

  it('keep no more of a sample than its first 1,024 bytes', () => {
    const { events, unparsed, of } = told()
    unparsed.note(of(1), Buffer.alloc(60_000, 'x'), 0, 60_000)
    unparsed.tick(0)
    assert.equal(events[0]?.sample.length, 1_024)
  })

  it('of very many senders are a bounded number of events, and each line is in one', () => {
    const { events, unparsed, of } = told()
    for (let number = 0; number < 50_000; number++) unparsed.note(of(number * 7919), line, 0, line.length)
    for (let second = 0; second < 59; second++) unparsed.tick(second * 1_000)
    assert.ok(events.length > 2 && events.length <= 65)
    unparsed.tick(600_000, true)
    assert.equal(
      events.reduce((sum, { lines }) => sum + lines, 0),
      50_000,
    )
    assert.ok(events.some(({ sender }) => sender === 'others'))
  })
})

describe('senders', () => {
  it('who send much are not crowded out by forged ones, and what became of all lines stays counted', () => {
    const { senders, of } = told()
    const busy = of(1)
    busy.lines = busy.told = 1_000
    for (let number = 2; number < 100_000; number++) of(number * 104_729, number / 1_000).lines++
    assert.equal(of(1), busy)
    let lines = senders.others.lines
    let known = 0
    for (const sender of senders) {
      lines += sender.lines
      known++
    }
    assert.equal(lines, 1_000 + 99_998)
    assert.ok(known <= 4_096)
  })

  it('who are not heard for an hour give way', () => {
    const { of } = told()
    const old = of(1)
    old.lines = 1_000_000
    for (let number = 2; number < 100_000; number++) of(number * 104_729, 4_000_000)
    assert.notEqual(of(1, 4_000_000), old)
  })
})
