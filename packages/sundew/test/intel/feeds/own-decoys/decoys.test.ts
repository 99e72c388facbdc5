import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decoys } from '../../../../src/intel/feeds/own-decoys/decoys.ts'
import { attackKindNames } from '../../../../src/intel/feeds/own-decoys/kinds.ts'
import type { Attacker } from '../../../../src/intel/feeds/feed.ts'
import { catalogue } from '../../../../src/event/catalogue.ts'
import { FakeBook, pull } from '../fake-host.ts'

const now = Date.UTC(2026, 10, 25)
const dayMs = 24 * 3_600_000

const attacker = (ip: string, events: Record<string, number>, more: Partial<Attacker> = {}): Attacker => ({
  ip,
  first: now - 5 * dayMs,
  last: now - dayMs,
  events,
  session: '0190-session',
  ...more,
})

async function taken(attackers: readonly Attacker[], section: object = {}, book = new FakeBook()) {
  await pull(decoys, section, book, () => undefined, { now, attackers })
  return book
}

describe('the feed decoys', () => {
  test('an attacker is listed with what they did, for thirty days after the last', async () => {
    const { sightings } = await taken([
      attacker('198.51.100.1', {
        'login.attempt': 142,
        'command.run': 3,
        'connection.open': 9,
        'file.captured': 1,
      }),
    ])
    assert.deepEqual(sightings, [
      {
        report: '',
        text: '198.51.100.1',
        type: 'address',
        about: {
          title: '142 logins, 3 commands, 1 file',
          first: now - 5 * dayMs,
          last: now - dayMs,
          expires: now + 29 * dayMs,
          tags: ['session:0190-session'],
        },
      },
    ])
  })

  test('who did little, only connected, or came long ago is not', async () => {
    const { sightings } = await taken([
      attacker('198.51.100.1', { 'login.attempt': 2 }),
      attacker('198.51.100.2', { 'connection.open': 1000, 'http.request': 1000 }),
      attacker('198.51.100.3', { 'login.attempt': 100 }, { last: now - 31 * dayMs }),
    ])
    assert.deepEqual(sightings, [])
  })

  test('what counts, how often and how long is the owner’s to say', async () => {
    const attackers = [
      attacker('198.51.100.1', { 'login.attempt': 100 }),
      attacker('198.51.100.2', { 'http.request': 1 }),
    ]
    const { sightings } = await taken(attackers, { kinds: ['http.request'], least_events: 1, days: 2 })
    assert.deepEqual(
      sightings.map(({ text, about }) => [text, about.title, about.expires]),
      [['198.51.100.2', '1 HTTP request', now + dayMs]],
    )
  })

  test('who is not told any more is gone, however many they were', async () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      attacker(`198.51.${index >> 8}.${index & 255}`, { 'login.attempt': 9 }),
    )
    const book = await taken(many)
    assert.equal(book.texts().length, 300)
    await taken(many.slice(0, 1), {}, book)
    assert.deepEqual(book.texts(), ['198.51.0.0'])
  })

  test('its kinds are those of the catalogue', () => {
    for (const kind of attackKindNames) assert.ok(kind in catalogue, kind)
  })
})
