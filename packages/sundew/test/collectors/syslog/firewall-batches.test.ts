import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FirewallBatches } from '../../../src/collectors/syslog/firewall-batches.ts'
import { FirewallMatcher } from '../../../src/collectors/syslog/firewall-matcher.ts'
import type { FlowMatch } from '../../../src/collectors/flow/match-event.ts'
import { AddressSetBuilder } from '../../../src/match/address-set-builder.ts'
import { parseRange } from '../../../src/match/parse-address.ts'
import { firewallKinds } from '../../../src/wire/firewall/layout.ts'
import { lineOf, receivedMs, type Told } from './some-rows.ts'

const { allow, block, other } = firewallKinds
const ours = '192.168.1.10'
const bad = '203.0.113.7'
const [syn, ack] = [2, 16]

/** A spool that keeps nothing but how many rows it was given, and refuses or fails when it is told to. */
class Spool {
  readonly written: number[] = []
  answer = Promise.resolve(true)
  async write(_: readonly Uint8Array[], rows: number): Promise<boolean> {
    const kept = await this.answer
    if (kept) this.written.push(rows)
    return kept
  }
}

function listing(...texts: string[]) {
  const builder = new AddressSetBuilder()
  const label = builder.label(builder.source('bad list'), 'why', '')
  for (const text of texts) {
    const { first, last } = parseRange(text)!
    builder.add(first, last, label)
  }
  return builder.build()
}

function sink(listed: readonly string[] = []) {
  const spool = new Spool()
  const matches: FlowMatch[] = []
  const dropped: [rows: number, error: unknown][] = []
  const matcher = new FirewallMatcher({
    networks: ['192.168.0.0/16'],
    windowMs: 60_000,
    emit: (match) => matches.push(match),
  })
  matcher.use(listing(...listed))
  const batches = new FirewallBatches({
    spool,
    matcher,
    dropped: (rows, error) => dropped.push([rows, error]),
  })
  const take = (...lines: Told[]) => {
    for (const told of lines) batches.take(...lineOf(told))
  }
  return { batches, spool, matches, matcher, dropped, take }
}

describe('lines on their way to the spool', () => {
  test('wait a second for others, and go at once where the program ends', async () => {
    const { batches, spool, take } = sink()
    take({}, {})
    batches.tick(1_000)
    batches.tick(1_900)
    take({})
    assert.deepEqual(spool.written, [])
    batches.tick(2_000)
    take({})
    await batches.close()
    assert.deepEqual(spool.written, [3, 1])
    assert.deepEqual(batches.counts, { rows: 4, dropped: 0, listed: 0 })
  })

  test('go at once where somebody waits until they are written, and others follow', async () => {
    const { batches, spool, take } = sink()
    take({}, {})
    await batches.settled()
    assert.deepEqual(spool.written, [2])
    take({})
    await batches.settled()
    assert.deepEqual(spool.written, [2, 1])
    await batches.settled()
    assert.deepEqual(spool.written, [2, 1])
  })

  test('that are more than a batch are several', async () => {
    const { batches, spool } = sink()
    const line = lineOf({ source: bad })
    for (let row = 0; row < 65_537; row++) batches.take(...line)
    await batches.close()
    assert.deepEqual(spool.written, [65_536, 1])
  })

  test('whose texts are all different end a batch early, and none is lost', async () => {
    const { batches, spool, take } = sink()
    for (let row = 0; row < 40_000; row++) {
      take({ rule: `rule ${row}`, state: 'x'.repeat(300) })
      if (batches.room) await batches.room
    }
    await batches.close()
    assert.ok(spool.written.length > 1)
    assert.equal(
      spool.written.reduce((sum, rows) => sum + rows),
      40_000,
    )
  })

  test('have no room while nothing can be written, are dropped and counted then, and go on afterwards', async () => {
    const { batches, spool, dropped } = sink()
    const { promise, resolve } = Promise.withResolvers<boolean>()
    spool.answer = promise
    const line = lineOf({})
    let rows = 0
    for (; !batches.room; rows++) batches.take(...line)
    while (dropped.length === 0) {
      batches.take(...line)
      rows++
    }
    assert.equal(rows, 4 * 65_536 + 1)
    resolve(true)
    await batches.room
    batches.take(...line)
    await batches.close()
    assert.deepEqual(batches.counts, { rows: rows + 1, dropped: 1, listed: 0 })
    assert.equal(
      spool.written.reduce((sum, count) => sum + count),
      rows,
    )
  })

  test('that the spool refuses, or the disk, are counted', async () => {
    const { batches, spool, dropped, take } = sink()
    take({})
    spool.answer = Promise.resolve(false)
    batches.tick(0)
    batches.tick(1_000)
    await new Promise((resolve) => setImmediate(resolve))
    const full = new Error('no space left')
    spool.answer = Promise.reject(full)
    take({}, {})
    await batches.close()
    assert.deepEqual(dropped, [
      [1, undefined],
      [2, full],
    ])
    assert.equal(batches.counts.dropped, 3)
  })
})

describe('a line with a listed address', () => {
  const severities: readonly [string, Told, string, string | undefined][] = [
    ['a call from outside that was blocked', { source: bad, destination: ours, kind: block }, 'low', 'block'],
    ['a call to outside that was blocked', { source: ours, destination: bad, kind: block }, 'low', 'block'],
    [
      'a call to outside that was let through',
      { source: ours, destination: bad, kind: allow },
      'medium',
      'allow',
    ],
    [
      'a call from outside that was let through',
      { source: bad, destination: ours, kind: allow },
      'low',
      'allow',
    ],
    ['a lone SYN that was only logged', { source: ours, destination: bad, kind: other }, 'low', undefined],
  ]
  for (const [what, told, severity, blocked] of severities) {
    test(`is told: ${what} is of ${severity} severity`, async () => {
      const { batches, matches, take } = sink([bad])
      take({
        sourcePort: 50_000,
        destinationPort: 443,
        tcpFlags: syn,
        length: 60,
        sender: '192.0.2.1',
        ...told,
      })
      batches.tick(0)
      const [match] = matches
      assert.equal(match!.fields.severity, severity)
      assert.equal(match!.fields.blocked, blocked)
      assert.equal(match!.fields.log, '192.0.2.1')
      assert.equal(match!.fields.exporter, undefined)
      assert.equal(match!.fields.bytes, 60)
      assert.equal(match!.fields.first_seen, new Date(receivedMs).toISOString())
      assert.equal(batches.counts.listed, 1)
      await batches.close()
    })
  }

  test('after many that were blocked is told again once one is let through, and all at the end', () => {
    const { batches, matches, matcher, take } = sink([bad])
    const call = { source: ours, destination: bad, sourcePort: 50_000, destinationPort: 443, tcpFlags: syn }
    take(...Array<Told>(100).fill({ ...call, kind: block }))
    batches.tick(0)
    assert.equal(matches.length, 1)
    take({ ...call, kind: allow, tcpFlags: syn | ack })
    batches.tick(100)
    matcher.close()
    assert.deepEqual(
      matches.map(({ fields }) => [fields.severity, fields.blocked, fields.flows, fields.caveat]),
      [
        ['low', 'block', 1, 'rejected'],
        ['medium', 'allow', 101, undefined],
      ],
    )
  })

  test('of a file names the file', () => {
    const { batches, matches, take } = sink([bad])
    take({ source: bad, destination: ours, device: '/var/log/firewall.log' })
    batches.tick(0)
    assert.equal(matches[0]!.fields.log, '/var/log/firewall.log')
  })

  test('before or after translation is listed; one with no address is not, whatever the lists name', async () => {
    const { batches, take } = sink([bad, '::/8'])
    take(
      { source: ours, destination: '198.51.100.1', natDestination: bad },
      { source: ours, destination: '198.51.100.1', natSource: bad },
      { source: ours, destination: '198.51.100.1' },
      {},
    )
    await batches.close()
    assert.equal(batches.counts.listed, 2)
  })
})
