import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { FeedError } from '../../../../src/intel/feeds/feed.ts'
import { otx } from '../../../../src/intel/feeds/otx/otx.ts'
import { FakeBook, pull, type PullOptions } from '../fake-host.ts'
import { MakeBelieveOtx, somePulses } from './make-believe.ts'

const config = { key: 'secret', page: 10 }
const dayMs = 24 * 3_600_000
const began = Date.UTC(2026, 10, 25)

async function start(pulses: number) {
  const [server, book] = [new MakeBelieveOtx(), new FakeBook()]
  server.pulses = somePulses(pulses)
  const ask = async (options: PullOptions = {}) => {
    const asked = await pull(otx, config, book, server.answer, { now: began, ...options })
    return asked.map(({ url }) => url.replace('https://otx.alienvault.com/api/v1/pulses/', ''))
  }
  return { server, book, ask }
}

describe('the feed otx', () => {
  test('all pulses are read page by page, each committed', async () => {
    const { book, ask } = await start(25)
    assert.deepEqual(await ask(), [
      'subscribed?limit=10&page=1',
      'subscribed?limit=10&page=2',
      'subscribed?limit=10&page=3',
    ])
    assert.equal(book.reports.size, 25)
    assert.equal(book.texts().length, 25)
    assert.equal(book.commits, 4)
    assert.equal(
      book.reports.get('0'.repeat(23) + '7')?.link,
      `https://otx.alienvault.com/pulse/${'0'.repeat(23)}7`,
    )
  })

  test('the next time only what was modified since is asked for', async () => {
    const { server, book, ask } = await start(25)
    await ask()
    server.pulses.push({ ...somePulses(26)[25]!, name: 'The newest' })
    assert.deepEqual(await ask(), [
      'subscribed?limit=10&page=1&modified_since=2026-11-01T00%3A24%3A00.000000',
      'events?since=2026-11-24T23%3A00%3A00.000000',
    ])
    assert.equal(book.reports.get('0'.repeat(22) + '1a')?.title, 'The newest')
  })

  test('what left a pulse with its revision is gone', async () => {
    const { server, book, ask } = await start(3)
    await ask()
    Object.assign(server.pulses[1]!, {
      modified: '2026-11-20T00:00:00.123456',
      indicators: [{ indicator: 'bad.example', type: 'domain' }],
    })
    await ask()
    assert.deepEqual(book.texts().sort(), ['198.51.0.0', '198.51.0.2', 'bad.example'])
  })

  test('after a 504 it goes on at the page where it was', async () => {
    const { server, book, ask } = await start(45)
    server.failing = (url) => (url.searchParams.get('page') === '3' ? 'reach' : undefined)
    await assert.rejects(ask(), { code: 'reach' })
    assert.equal(book.reports.size, 20)
    server.failing = () => undefined
    const asked = await ask()
    assert.equal(asked[0], 'subscribed?limit=10&page=3')
    assert.equal(book.reports.size, 45)
  })

  test('a page that is too much is asked for in smaller ones, and larger ones again after it', async () => {
    const { server, book, ask } = await start(40)
    // One pulse makes any page of more than one time out.
    server.failing = ({ searchParams, pathname }) => {
      const [limit, page] = [Number(searchParams.get('limit')), Number(searchParams.get('page'))]
      const holds = (page - 1) * limit <= 23 && 23 < page * limit
      return pathname.endsWith('subscribed') && limit > 1 && holds ? 'server' : undefined
    }
    const asked = (await ask()).map((url) => url.replace('subscribed?', ''))
    assert.equal(book.reports.size, 40)
    assert.deepEqual(
      asked.join(' '),
      'limit=10&page=1 limit=10&page=2 limit=10&page=3 limit=5&page=5 limit=1&page=21 limit=1&page=22 limit=1&page=23 limit=1&page=24 limit=1&page=25 limit=5&page=6 limit=10&page=4',
    )
  })

  test('a pulse that never comes is passed over after three pulls, if those after it come', async () => {
    const { server, book, ask } = await start(30)
    server.failing = ({ searchParams, pathname }) => {
      const [limit, page] = [Number(searchParams.get('limit')), Number(searchParams.get('page'))]
      const holds = (page - 1) * limit <= 13 && 13 < page * limit
      return pathname.endsWith('subscribed') && holds ? 'server' : undefined
    }
    await assert.rejects(ask(), { code: 'server' })
    assert.equal(book.reports.size, 13)
    await assert.rejects(ask(), { code: 'server' })
    await ask()
    assert.equal(book.reports.size, 29)
    assert.deepEqual(book.bad, [
      '/pulses/subscribed, pulse 14: https://otx.alienvault.com/api/v1/pulses/subscribed?limit=1&page=14: server',
    ])
  })

  test('neither is one that is the last', async () => {
    const { server, book, ask } = await start(11)
    server.failing = ({ searchParams, pathname }) => {
      const [limit, page] = [Number(searchParams.get('limit')), Number(searchParams.get('page'))]
      return pathname.endsWith('subscribed') && page * limit > 10 && page * limit - limit <= 10
        ? 'server'
        : undefined
    }
    await assert.rejects(ask(), { code: 'server' })
    await assert.rejects(ask(), { code: 'server' })
    await ask()
    assert.equal(book.reports.size, 10)
    assert.equal(book.bad.length, 1)
  })

  test('where the page reached is there no longer, as pulses went, it goes back', async () => {
    const { server, book, ask } = await start(31)
    server.failing = (url) => (url.searchParams.get('page') === '4' ? 'reach' : undefined)
    await assert.rejects(ask(), { code: 'reach' })
    server.failing = () => undefined
    server.pulses.splice(0, 5)
    assert.deepEqual((await ask()).slice(0, 2), ['subscribed?limit=10&page=4', 'subscribed?limit=10&page=3'])
    assert.ok(server.pulses.every(({ id }) => book.reports.has(id)))
    assert.equal((await ask())[0]?.includes('modified_since'), true)
  })

  test('where OTX is down, nothing is passed over', async () => {
    const { server, book, ask } = await start(30)
    await ask()
    server.failing = () => 'server'
    for (let pulls = 0; pulls < 5; pulls++) await assert.rejects(ask(), { code: 'server' })
    assert.deepEqual(book.bad, [])
    assert.equal(book.reports.size, 30)
  })

  test('a deleted pulse, and one that is subscribed to no longer, is gone', async () => {
    const { server, book, ask } = await start(4)
    await ask()
    const [one, two, three] = server.pulses.map(({ id }) => id)
    server.pulses.splice(0, 3)
    const event = (action: string, object_id: unknown, minute: number, object_type = 'pulse') => ({
      action,
      object_type,
      object_id,
      id: minute,
      created: `2026-11-25T00:0${minute}:00.000000`,
    })
    server.events = [
      event('delete', one, 1),
      event('unsubscribe', two, 2),
      // And subscribed again.
      event('unsubscribe', three, 3),
      event('subscribe', three, 4),
      event('delete', '../../etc/passwd', 5),
      event('delete', null, 5),
    ]
    await ask()
    assert.deepEqual([...book.reports.keys()].sort(), [three, server.pulses[0]!.id])
    // Told once: the next time only what came after.
    assert.ok((await ask()).includes('events?since=2026-11-25T00%3A05%3A00.000000'))
  })

  test('an older pulse that is subscribed to now is asked for by itself', async () => {
    const { server, book, ask } = await start(4)
    const old = { ...somePulses(1)[0]!, id: 'abc', modified: '2020-01-01T00:00:00' }
    await ask()
    server.pulses.push(old)
    server.events = [
      { action: 'subscribe', object_type: 'pulse', object_id: 'abc', created: '2026-11-25T00:01:00' },
    ]
    assert.equal((await ask()).at(-1), 'abc')
    assert.ok(book.reports.has('abc'))
  })

  test('when somebody is subscribed to, all is read anew', async () => {
    const { server, book, ask } = await start(4)
    await ask()
    server.pulses.push({ ...somePulses(1)[0]!, id: 'abc', modified: '2020-01-01T00:00:00' })
    server.events = [
      { action: 'subscribe', object_type: 'user', object_id: 7, created: '2026-11-25T00:01:00' },
    ]
    await ask()
    assert.ok(!book.reports.has('abc'))
    assert.equal((await ask())[0], 'subscribed?limit=10&page=1')
    assert.ok(book.reports.has('abc'))
    assert.ok((await ask())[0]!.includes('modified_since'))
  })

  test('a week later all is read, and what is not there any more is withdrawn', async () => {
    const { server, book, ask } = await start(12)
    await ask()
    server.pulses.splice(3, 2)
    assert.ok((await ask({ now: began + 6 * dayMs }))[0]!.includes('modified_since'))
    assert.equal(book.reports.size, 12)
    assert.equal((await ask({ now: began + 7 * dayMs }))[0], 'subscribed?limit=10&page=1')
    assert.equal(book.reports.size, 10)
    assert.equal(book.texts().length, 10)
  })

  test('that more than half is gone is believed a day later', async () => {
    const { server, book, ask } = await start(12)
    await ask()
    const all = server.pulses
    server.pulses = all.slice(0, 2)
    await assert.rejects(ask({ now: began + 7 * dayMs }), { code: 'sanity' })
    assert.equal(book.reports.size, 12)
    assert.ok((await ask({ now: began + 7.5 * dayMs }))[0]!.includes('modified_since'))
    await ask({ now: began + 8 * dayMs })
    assert.equal(book.reports.size, 2)
  })

  test('a whole reading that was interrupted withdraws nothing that it has seen before', async () => {
    const { server, book, ask } = await start(25)
    await ask()
    server.failing = (url) => (url.searchParams.get('page') === '3' ? 'reach' : undefined)
    await assert.rejects(ask({ now: began + 8 * dayMs }), { code: 'reach' })
    server.failing = () => undefined
    server.pulses.shift()
    await ask({ now: began + 9 * dayMs })
    assert.equal(book.reports.size, 24)
  })

  test('a pulse that moves to a page that was read, as others went, is not lost', async () => {
    const { server, book, ask } = await start(25)
    let pages = 0
    server.failing = (url) => {
      // Two that were read already.
      if (url.pathname.endsWith('subscribed') && ++pages === 2) server.pulses.splice(23, 2)
      return undefined
    }
    await ask()
    assert.ok(server.pulses.every(({ id }) => book.reports.has(id)))
  })

  test('where the number of pulses goes up and down it ends all the same', async () => {
    const { server, book } = await start(45)
    let pages = 0
    const asked = await pull(otx, config, book, (url, request) => {
      const page = server.answer(url, request)
      return typeof page === 'object' ? { ...page, count: 45 - (++pages % 2) } : page
    })
    assert.equal(book.reports.size, 45)
    assert.ok(asked.length < 150)
  })

  test('whatever fails, changes or goes between requests: in the end all that is subscribed to is there, as it is', async () => {
    const step = fc.record({
      request: fc.nat(60),
      what: fc.constantFrom('504', 'reach', 'revise', 'delete', 'add'),
      which: fc.nat(200),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.array(step, { maxLength: 12 }),
        async (pulses, steps) => {
          const { server, book, ask } = await start(pulses)
          let requests = 0
          let minute = 0
          const later = () =>
            new Date(Date.UTC(2026, 10, 10) + ++minute * 60_000).toISOString().replace('Z', '000')
          server.failing = () => {
            requests++
            let failure: string | undefined
            for (const { request, what, which } of steps) {
              if (request !== requests) continue
              const at = which % Math.max(1, server.pulses.length)
              const pulse = server.pulses[at]
              if (what === '504') failure = 'server'
              else if (what === 'reach') failure = 'reach'
              else if (what === 'add')
                server.pulses.push({ ...somePulses(1)[0]!, id: `new${requests}${which}`, modified: later() })
              else if (what === 'delete') {
                server.pulses.splice(at, 1)
                server.events.push({
                  action: 'delete',
                  object_type: 'pulse',
                  object_id: pulse?.id,
                  created: later(),
                })
              } else if (pulse)
                Object.assign(pulse, {
                  modified: later(),
                  indicators: [{ type: 'domain', indicator: `r${requests}.com` }],
                })
            }
            return failure
          }
          // Until nothing more goes wrong, and three times more.
          for (let pulls = 0, quiet = 0; quiet < 3; pulls++) {
            if (requests > 60) quiet++
            try {
              await ask({ now: Date.UTC(2026, 10, 10) - dayMs + pulls })
            } catch (error) {
              assert.ok(error instanceof FeedError)
            }
          }
          for (const { id, indicators } of server.pulses)
            assert.deepEqual(
              book.texts(id),
              indicators.map((one) => (one as { indicator: string }).indicator),
              id,
            )
          assert.equal(book.reports.size, server.pulses.length)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('indicators that do not stand in a pulse are asked for, too', async () => {
    const { server, book, ask } = await start(2)
    const more = Array.from({ length: 1200 }, (_, index) => ({
      indicator: `h${index}.bad.example`,
      type: 'hostname',
    }))
    Object.assign(server.pulses[0]!, { more })
    const asked = await ask()
    assert.deepEqual(
      asked.filter((url) => url.includes('indicators')).map((url) => url.slice(25)),
      ['indicators?limit=500&page=1', 'indicators?limit=500&page=2', 'indicators?limit=500&page=3'],
    )
    assert.equal(book.texts(server.pulses[0]!.id).length, 1201)
  })

  test('a pulse whose indicators do not come stays as it was, and is asked for again', async () => {
    const { server, book, ask } = await start(2)
    await ask()
    const [pulse] = server.pulses
    Object.assign(pulse!, {
      modified: '2026-11-20T00:00:00',
      more: [{ indicator: 'bad.example', type: 'domain' }],
    })
    server.failing = (url) => (url.pathname.endsWith('indicators') ? 'server' : undefined)
    await ask()
    assert.deepEqual(book.texts(pulse!.id), ['198.51.0.0'])
    server.failing = () => undefined
    assert.equal((await ask())[0], pulse!.id)
    assert.deepEqual(book.texts(pulse!.id), ['198.51.0.0', 'bad.example'])
  })

  test('no page leads to another host', async () => {
    const { server, book, ask } = await start(2)
    for (const next of [
      'https://evil.example/api/v1/pulses/subscribed?page=2',
      'https://otx.alienvault.com/x',
      '//:',
      'ftp:x',
    ]) {
      server.failing = () => ({ results: somePulses(1), next })
      await assert.rejects(ask(), { code: 'redirect' })
    }
    assert.equal(book.reports.size, 0)
  })

  test('no page is the next of itself', async () => {
    const { server, book, ask } = await start(2)
    server.failing = (url) => ({ results: somePulses(1), next: url.href })
    await assert.rejects(ask(), { code: 'form' })
    assert.equal(book.reports.size, 0)
  })

  for (const page of ['<html>504</html>', '[]', '{}', '{"results": 7}', '', '{"results": [', 'null'])
    test(`${JSON.stringify(page)} is no answer, and changes nothing`, async () => {
      const { server, book, ask } = await start(2)
      await ask()
      server.failing = () => page
      await assert.rejects(ask(), { code: 'form' })
      assert.equal(book.texts().length, 2)
    })

  test('results that are none are told, and the others taken', async () => {
    const { server, book, ask } = await start(1)
    server.failing = (url) =>
      url.pathname.endsWith('subscribed')
        ? {
            results: [
              7,
              null,
              { id: { $ne: 1 } },
              { id: 'a/b' },
              ...somePulses(1),
              { id: 'x', indicators: [1, {}, { indicator: 5, type: 'IPv4' }] },
            ],
            next: null,
          }
        : undefined
    await ask()
    assert.equal(book.texts().length, 1)
    assert.equal(book.bad.length, 6)
  })

  test('pulses that were not modified for long are left out where the owner says so', async () => {
    const { server, book } = await start(3)
    Object.assign(server.pulses[0]!, { modified: '2020-01-01T00:00:00.000000' })
    const [first] = await pull(otx, { ...config, days: 365 }, book, server.answer, { now: began })
    assert.ok(first!.url.includes('modified_since=2025-11-25T00%3A00%3A00.000000'))
    assert.equal(book.reports.size, 2)
  })

  test('without a key, or with a wrong one, it says so', async () => {
    const { server, book } = await start(3)
    await assert.rejects(pull(otx, {}, book, server.answer), { code: 'key' })
    await assert.rejects(pull(otx, { key: 'other' }, book, server.answer), { code: 'key' })
    await assert.rejects(pull(otx, { key_file: '/nowhere' }, book, server.answer), { code: 'key' })
  })
})
