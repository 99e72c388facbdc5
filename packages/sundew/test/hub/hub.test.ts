import assert from 'node:assert/strict'
import { access, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { layout } from '../../src/core/layout.ts'
import { logFor } from '../../src/core/log.ts'
import type { ApiErrorBody, Status } from '../../src/hub/api/contract.ts'
import { startHub, type Hub } from '../../src/hub/hub.ts'
import { TestStore } from '../store/running-store.ts'

const flowDays = { flows: 1, flows_1m: 1, flows_5m: 1, flows_1h: 1, addresses_1h: 1 }

let store: TestStore

before(async () => {
  store = await TestStore.start()
})
after(() => store.stop())

/** A hub of its own; stopped and gone at the end. */
async function run(): Promise<{ hub: Hub; data: string; stop: AbortController } & AsyncDisposable> {
  const data = await mkdtemp(join(tmpdir(), 'sundew-hub-'))
  const paths = layout(data)
  await mkdir(paths.journals, { recursive: true })
  const stop = new AbortController()
  const address = { url: store.url, database: 'sundew' }
  const hub = await startHub(
    {
      sensor: 'test',
      version: '0',
      hostname: 'mx.example.net',
      paths,
      publicFolder: join(data, 'public'),
      console: {
        address: '127.0.0.1',
        port: 0,
        hostnames: ['Sundew.example'],
        tls: undefined,
        allowPlain: false,
      },
      store: {
        writer: { ...address, user: 'sundew', password: 'owner secret' },
        reader: { ...address, user: 'reader', password: 'reader secret' },
        cluster: undefined,
      },
      keep: {
        eventsDays: 1,
        mailsDays: 1,
        filesDays: 1,
        flowDays,
        firewallDays: 1,
        quotaBytes: 1e9,
        sourceShare: 0.05,
      },
      outputs: {},
      networks: [],
    },
    { signal: stop.signal, log: logFor('hub'), quota: () => {}, hear: () => {} },
  )
  return {
    hub,
    data,
    stop,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await hub.ended
      await rm(data, { recursive: true })
    },
  }
}

async function ask(hub: Hub, data: string, path: string): Promise<Response> {
  const token = await readFile(join(layout(data).hub, 'cli-token'), 'utf8')
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  return fetch(
    hub.url + path,
    path === '/api/query' ? { method: 'POST', headers, body: '{"sql":"SELECT 1"}' } : { headers },
  )
}

const ofTheStore = [
  '/api/events',
  '/api/counts',
  '/api/mails',
  '/api/files',
  '/api/reports/spammers',
  '/api/reports/tunnels',
  '/api/query',
]

test('page and API answer while the store starts, say so, and the rows follow', async () => {
  await store.kill()
  await using running = await run()
  const { hub, data } = running
  const status = async () => (await (await ask(hub, data, '/api/status')).json()) as Status
  const password = join(layout(data).hub, 'console-password.json')

  assert.match(await (await fetch(hub.url)).text(), /npm run prepare/)
  assert.equal((await status()).store.starting, true)
  for (const path of ofTheStore) {
    const answer = await ask(hub, data, path)
    assert.equal(answer.status, 503, path)
    assert.equal(answer.headers.get('retry-after'), '2')
    assert.equal(((await answer.json()) as ApiErrorBody).error.code, 'SUNDEW_STORE_STARTING')
  }
  await assert.rejects(access(password), 'a password that nobody was told is kept')

  await store.spawn()
  await hub.begun
  const { starting, reachable } = (await status()).store
  assert.deepEqual([starting, reachable], [false, true])
  for (const path of ofTheStore) assert.equal((await ask(hub, data, path)).status, 200, path)
  await access(password)
})

test('a hub that is stopped while the store starts ends in order', async () => {
  await store.kill()
  {
    await using running = await run()
    running.stop.abort()
    await running.hub.ended
    await assert.rejects(running.hub.begun)
  }
  await store.spawn()
})

test('console.hostnames are names of the page, and others are not', async () => {
  await using running = await run()
  const { port } = new URL(running.hub.url)
  const statusFor = (host: string) =>
    new Promise((resolve, reject) => {
      request({ port, host: '127.0.0.1', path: '/api/session', headers: { Host: host } }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
        .on('error', reject)
        .end()
    })
  assert.equal(await statusFor('sundew.example:8686'), 200)
  assert.equal(await statusFor('other.example'), 421)
  await running.hub.begun
})
