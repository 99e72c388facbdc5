import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { OutputFeed } from '../../../src/hub/outputs/feed.ts'
import { webhook } from '../../../src/outputs/webhook/webhook.ts'
import { conforms, outputHost } from '../conformance.ts'
import { eventOf, matchOf } from '../events.ts'

interface Posted {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly ids: readonly string[]
}

/** A server that keeps what it is sent and answers as it is told. */
async function hook(status: (posted: Posted) => number = () => 200, port = 0) {
  const posts: Posted[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      const { events } = JSON.parse(body) as { events: { id: string }[] }
      const posted = { headers: request.headers, body, ids: events.map(({ id }) => id) }
      const code = status(posted)
      if (code === 200) posts.push(posted)
      response.writeHead(code, { location: '/elsewhere' }).end(code === 200 ? '' : 'no such luck')
    })
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    posts,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      if (!server.listening) return
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const urlOf = ({ port }: { port: number }) => `http://127.0.0.1:${port}/hook?x=1`

conforms(webhook, {
  working: async () => {
    const server = await hook()
    return { config: { url: urlOf(server) }, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
  },
  broken: async () => ({}),
})

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sundew-webhook-'))
})
after(() => rm(folder, { recursive: true }))

function open(given: object, told: string[] = []) {
  const config = webhook.config.parse(given)
  return webhook.open(config, outputHost(folder, { told, destinations: webhook.destinations!(config) }))
}

describe('warnings to a web address', () => {
  test('are signed, with the headers asked for, so many at once', async () => {
    await using server = await hook()
    await writeFile(join(folder, 'secret'), 's3cret\n')
    await writeFile(join(folder, 'token'), 'Bearer abc\n')
    const one = open({
      url: urlOf(server),
      secret_file: 'secret',
      headers: { 'X-Own': 'a' },
      header_files: { Authorization: 'token' },
      batch: 2,
    })
    const events = [matchOf(), matchOf(), matchOf()]
    await one.send(events)
    assert.deepEqual(
      server.posts.map(({ ids }) => ids),
      [events.slice(0, 2), events.slice(2)].map((some) => some.map(({ id }) => id)),
    )
    const { headers, body } = server.posts[0]!
    const signature = createHmac('sha256', 's3cret').update(body).digest('hex')
    assert.equal(headers['x-sundew-signature'], `sha256=${signature}`)
    assert.deepEqual([headers['x-own'], headers.authorization], ['a', 'Bearer abc'])
    await writeFile(join(folder, 'token'), 'a\r\nX-Evil: b')
    await assert.rejects(one.send(events), /holds no value that the header Authorization may have/)
  })

  test('wait where it answers no, and follow no redirect', async () => {
    for (const code of [302, 401, 404, 429, 500]) {
      await using server = await hook(() => code)
      await assert.rejects(
        open({ url: urlOf(server) }).send([matchOf()]),
        new RegExp(`answered ${code}: "no such luck"`),
      )
    }
  })

  test('leave out the one that it blames, tell the owner, and bring the others', async () => {
    const events = [matchOf(), eventOf('alert.raised', { code: 'SUNDEW_X', message: 'bad' }), matchOf()]
    await using server = await hook(({ body }) => (body.includes('SUNDEW_X') ? 422 : 200))
    const told: string[] = []
    await open({ url: urlOf(server) }, told).send(events)
    assert.deepEqual(
      server.posts.flatMap(({ ids }) => ids),
      [events[0]!.id, events[2]!.id],
    )
    assert.match(told[0]!, /answered 422: "no such luck" to alert\.raised .* which is left out of webhook/)
  })

  test('are all there, in their order, after the server was away', async () => {
    const events = Array.from({ length: 30 }, () => matchOf())
    const first = await hook()
    const feed = await OutputFeed.open({
      name: 'webhook',
      sensor: 'pot',
      output: open({ url: urlOf(first), batch: 5 }),
      wants: () => true,
      directory: join(folder, 'waiting'),
      trouble: () => {},
      limits: { waitingBytes: 1e6, segmentBytes: 1e5, retryMs: { first: 5, last: 20 } },
    })
    const stop = new AbortController()
    const running = feed.run(stop.signal)
    await feed.take(events.slice(0, 10))
    for (let i = 0; i < 500 && first.posts.length < 2; i++)
      await new Promise((resolve) => setTimeout(resolve, 5))
    await first[Symbol.asyncDispose]()
    await feed.take(events.slice(10, 20))
    await new Promise((resolve) => setTimeout(resolve, 100))
    await using second = await hook(() => 200, first.port)
    await feed.take(events.slice(20))
    const got = () => [...first.posts, ...second.posts].flatMap(({ ids }) => ids)
    for (let i = 0; i < 500 && got().length < 30; i++) await new Promise((resolve) => setTimeout(resolve, 5))
    stop.abort()
    await running
    await feed.close()
    assert.deepEqual(
      got(),
      events.map(({ id }) => id),
    )
  })
})
