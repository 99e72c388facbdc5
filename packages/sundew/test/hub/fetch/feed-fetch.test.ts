import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request as ask } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { after, afterEach, beforeEach, describe, test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { explain } from '../../../src/core/log.ts'
import { selfSigned } from '../../../src/decoys/certificate-maker.ts'
import {
  type Fetched,
  fetchFor,
  type FetchPlace,
  type FetchRequest,
} from '../../../src/hub/fetch/feed-fetch.ts'
import { mayFollow } from '../../../src/hub/fetch/redirect.ts'
import { FeedError } from '../../../src/intel/feeds/feed.ts'
import {
  answered,
  chunksCut,
  drip,
  endless,
  FeedServer,
  halfPacked,
  inTurn,
  moved,
  packed,
  silent,
  truncated,
  whole,
  withKey,
} from '../../feed-server.ts'

const list = Array.from({ length: 5_000 }, (_, at) => `192.0.2.${at % 256} # ${at}\n`).join('')
const folder = mkdtempSync(join(tmpdir(), 'sundew-fetch-'))
after(() => rmSync(folder, { recursive: true }))

let server: FeedServer
let other: FeedServer
beforeEach(async () => {
  server = await FeedServer.start()
  other = await FeedServer.start()
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await other[Symbol.asyncDispose]()
})

function get(
  path: string,
  request: Partial<FetchRequest> = {},
  place: Partial<FetchPlace> = {},
): Promise<Fetched> {
  const url = request.url ?? server.url(path)
  const fetch = fetchFor(
    { urls: [server.url('/')] },
    { folder, version: '1.2.3', environment: {}, firstPauseMs: 1, ...place },
  )
  return fetch({ ...request, url }, AbortSignal.timeout(20_000))
}

function bodyOf(fetched: Fetched): string {
  assert.ok(fetched.status === 'whole')
  const text = readFileSync(fetched.path, 'utf8')
  rmSync(fetched.path)
  return text
}

/** Settles with what went wrong; nothing was left in the folder. */
async function troubleOf(fetched: Promise<Fetched>): Promise<FeedError> {
  const error: unknown = await fetched.then(
    () => assert.fail('it was fetched'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof FeedError, String(error))
  assert.deepEqual(readdirSync(folder), [])
  return error
}

describe('fetching a list', () => {
  test('the body is in a file, with its length, its sum and its headers', async () => {
    server.on('/list', list)
    const fetched = await get('/list')
    assert.ok(fetched.status === 'whole')
    assert.equal(fetched.bytes, Buffer.byteLength(list))
    assert.match(fetched.sha256, /^[0-9a-f]{64}$/)
    assert.match(fetched.headers['etag'] ?? '', /^"[0-9a-f]+"$/)
    assert.equal(bodyOf(fetched), list)
    assert.equal(server.asked[0]?.headers['user-agent'], 'Sundew/1.2.3')
  })

  test('what has not changed since is not sent again', async () => {
    server.on('/list', list)
    const fetched = await get('/list')
    assert.ok(fetched.status === 'whole')
    bodyOf(fetched)
    const { etag, 'last-modified': modified } = fetched.headers
    assert.deepEqual(await get('/list', { ifNoneMatch: etag }), { status: 'unchanged' })
    assert.deepEqual(await get('/list', { ifModifiedSince: modified }), { status: 'unchanged' })
    assert.equal(bodyOf(await get('/list', { ifNoneMatch: '"former"' })), list)
  })

  test('a 304 that nobody asked for is no list', async () => {
    server.on('/list', answered(304))
    assert.equal((await troubleOf(get('/list'))).code, 'gone')
  })

  for (const coding of ['gzip', 'deflate', 'br', 'zstd'] as const)
    test(`${coding} is unpacked, and half of it is no list`, async () => {
      server.on('/list', packed(list, coding))
      const fetched = await get('/list')
      assert.ok(fetched.status === 'whole')
      assert.equal(fetched.bytes, Buffer.byteLength(list))
      assert.equal(bodyOf(fetched), list)
      server.on('/half', halfPacked(list, coding))
      assert.equal((await troubleOf(get('/half'))).code, 'cut')
    })

  test('a file that is packed itself is unpacked too', async () => {
    server.on('/list.gz', gzipSync(list))
    server.on('/list.zst', zstdCompressSync(list))
    assert.equal(bodyOf(await get('/list.gz')), list)
    assert.equal(bodyOf(await get('/list.zst')), list)
    server.on('/list.gz', gzipSync(list).subarray(0, 500))
    assert.equal((await troubleOf(get('/list.gz'))).code, 'cut')
  })

  test('an empty body is one', async () => {
    server.on('/list', '')
    const fetched = await get('/list')
    assert.ok(fetched.status === 'whole')
    assert.equal(fetched.bytes, 0)
    assert.equal(bodyOf(fetched), '')
  })
})

describe('what servers do to lists', () => {
  test('a body that breaks off is tried again, and an error where it does so always', async () => {
    server.on('/once', inTurn(truncated(list), whole(list)))
    assert.equal(bodyOf(await get('/once')), list)
    server.on('/always', truncated(list))
    const trouble = await troubleOf(get('/always'))
    const times = server.asked.filter(({ path }) => path === '/always').length
    assert.deepEqual([trouble.code, times], ['cut', 5])
    server.on('/chunks', chunksCut(list))
    assert.equal((await troubleOf(get('/chunks'))).code, 'cut')
  })

  test('a busy server is asked again when it says, and not more often than is right', async () => {
    const busy = answered(429, '', { 'retry-after': '0' })
    server.on('/list', inTurn(busy, answered(503), answered(504, '<html>Gateway</html>'), whole(list)))
    assert.equal(bodyOf(await get('/list')), list)
    assert.equal(server.asked.length, 4)
    server.on('/later', answered(429, 'Slow down,\nplease', { 'retry-after': '3600' }))
    const before = Date.now()
    const trouble = await troubleOf(get('/later'))
    assert.equal(trouble.code, 'rate')
    assert.match(trouble.message, /asked too often \(429\): "Slow down, please"$/)
    assert.ok(Math.abs((trouble.retryAt ?? 0) - before - 3_600_000) < 5_000)
    assert.equal(server.asked.filter(({ path }) => path === '/later').length, 1)
    server.on('/down', answered(503))
    assert.equal((await troubleOf(get('/down', { tries: 2 }))).code, 'server')
    assert.equal(server.asked.filter(({ path }) => path === '/down').length, 2)
  })

  test('a wrong key is said so at once, and the key is nowhere in the message', async () => {
    server.on('/secret/list', withKey('auth-key', 'right', whole(list)))
    assert.equal(bodyOf(await get('/secret/list', { headers: { 'Auth-Key': 'right' } })), list)
    const asked = server.asked.length
    const trouble = await troubleOf(
      get('/secret/list', { headers: { 'Auth-Key': 'wrong' }, shown: 'https://feed.example/***/list' }),
    )
    assert.equal(trouble.code, 'key')
    assert.equal(
      trouble.message,
      'https://feed.example/***/list lets us not in (403): is the key right?: "Unknown key"',
    )
    assert.equal(server.asked.length, asked + 1)
  })

  test('a password in the address is sent, and not shown', async () => {
    server.on('/list', answered(404))
    const url = server.url('/list').replace('//', '//owner:secret@')
    const trouble = await troubleOf(get('', { url }))
    assert.equal(trouble.message, `${server.url('/list')} answered 404`)
    const basic = Buffer.from('owner:secret').toString('base64')
    assert.equal(server.asked[0]?.headers.authorization, `Basic ${basic}`)
  })

  test('nobody there is said so', async () => {
    const url = server.url('/list')
    const fetch = fetchFor({ urls: [url] }, { folder, version: '1', environment: {}, firstPauseMs: 1 })
    await server[Symbol.asyncDispose]()
    const trouble = await troubleOf(fetch({ url }, AbortSignal.timeout(5_000)))
    server = await FeedServer.start()
    assert.equal(trouble.code, 'reach')
    assert.match(explain(trouble), /^http:\S+ cannot be reached \(connect ECONNREFUSED 127\.0\.0\.1:\d+\)$/)
  })

  test('a body without end stops at the limit, packed or not', async () => {
    server.on('/endless', endless('192.0.2.1\n'))
    assert.equal((await troubleOf(get('/endless', { mostBytes: 1_000_000 }))).code, 'size')
    server.on('/bomb', packed(Buffer.alloc(20_000_000), 'gzip'))
    assert.equal((await troubleOf(get('/bomb', { mostBytes: 1_000_000 }))).code, 'size')
    server.on('/bomb.gz', gzipSync(Buffer.alloc(20_000_000)))
    assert.equal((await troubleOf(get('/bomb.gz', { mostBytes: 1_000_000 }))).code, 'size')
    server.on('/long', list)
    assert.equal((await troubleOf(get('/long', { mostBytes: 1_000 }))).code, 'size')
  })

  test('a server that drips or says nothing is left', async () => {
    server.on('/drip', drip(5))
    const slow = await troubleOf(get('/drip', { tries: 1 }, { limits: { ms: 100 } }))
    assert.deepEqual([slow.code, slow.message], ['reach', `${server.url('/drip')} was not there after 0.1 s`])
    server.on('/silent', silent())
    const mute = await troubleOf(get('/silent', { tries: 1 }, { limits: { idleMs: 50 } }))
    assert.equal(mute.message, `${server.url('/silent')} sent nothing for 0.05 s`)
  })

  test('a packing that is none or not known is no list', async () => {
    server.on('/broken', whole('192.0.2.1\n', { 'content-encoding': 'gzip' }))
    assert.equal((await troubleOf(get('/broken'))).code, 'form')
    server.on('/unknown', whole('192.0.2.1\n', { 'content-encoding': 'sdch' }))
    assert.equal((await troubleOf(get('/unknown'))).code, 'form')
    server.on('/deep', whole('192.0.2.1\n', { 'content-encoding': 'gzip, gzip, gzip' }))
    assert.equal((await troubleOf(get('/deep'))).code, 'form')
  })

  test('who gives up hears of it at once, and nothing is left', async () => {
    server.on('/drip', drip(5))
    const fetch = fetchFor({ urls: [server.url('/')] }, { folder, version: '1', environment: {} })
    const given = new Error('the pull was given up')
    await assert.rejects(fetch({ url: server.url('/drip') }, AbortSignal.abort(given)), given)
    const later = new AbortController()
    const fetching = fetch({ url: server.url('/drip') }, later.signal)
    setTimeout(() => later.abort(given), 50)
    await assert.rejects(fetching, given)
    assert.deepEqual(readdirSync(folder), [])
  })
})

describe('where a redirect leads', () => {
  test('to the same host it is followed, with the key', async () => {
    server.on('/old', moved('/new'))
    server.on('/new', withKey('auth-key', 'k', whole(list)))
    assert.equal(bodyOf(await get('/old', { headers: { 'auth-key': 'k' } })), list)
  })

  test('to another it is followed where the owner names it, without the key', async () => {
    server.on('/old', moved(other.url('/list')))
    other.on('/list', list)
    assert.match((await troubleOf(get('/old'))).message, /leads to 127\.0\.0\.1:\d+, where no redirect/)
    assert.equal(other.asked.length, 0)
    const fetched = await get('/old', {
      headers: { 'auth-key': 'k' },
      redirectsTo: [`127.0.0.1:${other.port}`],
    })
    assert.equal(bodyOf(fetched), list)
    assert.equal(other.asked[0]?.headers['auth-key'], undefined)
  })

  test('in a circle, to nowhere or out of HTTP it is not', async () => {
    server.on('/circle', moved('/circle'))
    assert.equal((await troubleOf(get('/circle'))).code, 'redirect')
    assert.equal(server.asked.length, 6)
    for (const [at, location] of ['file:///etc/passwd', 'http://', 'ftp://127.0.0.1/'].entries()) {
      server.on(`/${at}`, moved(location))
      assert.equal((await troubleOf(get(`/${at}`))).code, 'redirect')
    }
  })

  test('a feed reaches only what its configuration names', async () => {
    const trouble = await troubleOf(get('/', { url: other.url('/list') }))
    assert.match(trouble.message, /no destination that the configuration names/)
    assert.equal(other.asked.length, 0)
  })
})

describe('over TLS', () => {
  test('a server is believed whom an authority vouches for, the owner’s own where it is named', async () => {
    const { certificate, key } = await selfSigned('localhost')
    const authorities = mkdtempSync(join(tmpdir(), 'sundew-ca-'))
    const caFile = join(authorities, 'ca.pem')
    writeFileSync(caFile, certificate)
    await using tls = await FeedServer.start(createHttps({ cert: certificate, key }))
    tls.on('/list', list)
    const url = `https://localhost:${tls.port}/list`
    const fetch = fetchFor({ urls: [url] }, { folder, version: '1', environment: {}, firstPauseMs: 1 })
    const once = { url, tries: 1 }
    assert.equal((await troubleOf(fetch(once, AbortSignal.timeout(5_000)))).code, 'reach')
    assert.equal(tls.asked.length, 0)
    assert.equal(bodyOf(await fetch({ ...once, caFile }, AbortSignal.timeout(5_000))), list)
    // The certificate is for another name.
    const address = `https://127.0.0.1:${tls.port}/list`
    const named = fetchFor({ urls: [address] }, { folder, version: '1', environment: {} })
    const refused = named({ url: address, caFile, tries: 1 }, AbortSignal.timeout(5_000))
    assert.equal((await troubleOf(refused)).code, 'reach')
    const nowhere = join(authorities, 'none.pem')
    assert.equal(
      (await troubleOf(fetch({ ...once, caFile: nowhere }, AbortSignal.timeout(5_000)))).code,
      'disk',
    )
    rmSync(authorities, { recursive: true })
  })

  test('a redirect may lead to https and never from it', () => {
    const may = (from: string, to: string, named?: string[]) => mayFollow(new URL(from), new URL(to), named)
    assert.ok(may('http://a.example/x', 'https://a.example/y'))
    assert.ok(may('http://a.example:8080/x', 'http://a.example/y'))
    assert.ok(!may('https://a.example/x', 'http://a.example/x'))
    assert.ok(!may('http://a.example/x', 'http://a.example:8080/x'))
    assert.ok(!may('http://a.example/x', 'http://b.example/x'))
    assert.ok(!may('http://a.example/x', 'http://b.example/x', ['b.example:81', 'xb.example', 'example']))
    assert.ok(may('http://a.example/x', 'http://b.example/x', ['B.example']))
    assert.ok(may('http://a.example/x', 'http://[2001:db8::1]:81/x', ['[2001:db8::1]:81']))
    assert.ok(!may('http://a.example/x', 'http://u:p@a.example/x'))
    assert.ok(!may('http://a.example/x', 'file:///x'))
  })
})

describe('through a proxy', () => {
  let proxied: string[]
  let proxy: FeedServer
  /** Where its tunnels lead. */
  let behind: number
  const tunnels: Duplex[] = []
  beforeEach(async () => {
    proxied = []
    proxy = await FeedServer.start()
    proxy.on('*', (request: IncomingMessage, response) => {
      proxied.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`)
      ask(new URL(request.url ?? ''), { headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(response)
      }).end()
    })
    proxy.server.on('connect', (request: IncomingMessage, socket: Duplex) => {
      proxied.push(`CONNECT ${request.url}`)
      const out = connect(behind, '127.0.0.1')
      tunnels.push(socket, out)
      out.on('error', () => socket.destroy())
      socket.on('error', () => out.destroy())
      socket.write('HTTP/1.1 200 yes\r\n\r\n')
      socket.pipe(out).pipe(socket)
    })
  })
  afterEach(async () => {
    for (const tunnel of tunnels.splice(0)) tunnel.destroy()
    await proxy[Symbol.asyncDispose]()
  })

  test('http is asked of it with the whole address, and with the name and password that it wants', async () => {
    server.on('/list', list)
    const fetched = await get('/list', {}, { proxy: `http://owner:secret@127.0.0.1:${proxy.port}` })
    assert.equal(bodyOf(fetched), list)
    const basic = Buffer.from('owner:secret').toString('base64')
    assert.deepEqual(proxied, [`GET ${server.url('/list')} Basic ${basic}`])
  })

  test('https goes through a tunnel: the proxy sees the host alone, and TLS is checked as ever', async () => {
    const { certificate, key } = await selfSigned('feed.example')
    const authorities = mkdtempSync(join(tmpdir(), 'sundew-ca-'))
    const caFile = join(authorities, 'ca.pem')
    writeFileSync(caFile, certificate)
    await using tls = await FeedServer.start(createHttps({ cert: certificate, key }))
    tls.on('/list', list)
    behind = tls.port
    const url = 'https://feed.example/list'
    const fetch = fetchFor(
      { urls: [url] },
      { folder, version: '1', proxy: `http://127.0.0.1:${proxy.port}`, firstPauseMs: 1 },
    )
    assert.equal(bodyOf(await fetch({ url, caFile }, AbortSignal.timeout(5_000))), list)
    assert.equal((await troubleOf(fetch({ url, tries: 1 }, AbortSignal.timeout(5_000)))).code, 'reach')
    assert.deepEqual(proxied, ['CONNECT feed.example:443', 'CONNECT feed.example:443'])
    assert.equal(tls.asked.length, 1)
    rmSync(authorities, { recursive: true })
  })

  test('the environment’s is used where the configuration says so, and not for whom it excepts', async () => {
    server.on('/list', list)
    const http_proxy = `http://127.0.0.1:${proxy.port}`
    bodyOf(await get('/list', {}, { environment: { http_proxy } }))
    assert.deepEqual(proxied, [])
    bodyOf(await get('/list', {}, { environment: { http_proxy }, proxy: 'environment' }))
    assert.equal(proxied.length, 1)
    const except = { http_proxy, NO_PROXY: '127.0.0.1' }
    bodyOf(await get('/list', {}, { environment: except, proxy: 'environment' }))
    assert.equal(proxied.length, 1)
  })

  test('one that lets us not through is named', async () => {
    proxy.on('*', answered(407))
    const trouble = await troubleOf(get('/list', {}, { proxy: `http://127.0.0.1:${proxy.port}` }))
    assert.deepEqual([trouble.code, /answered 407/.test(trouble.message)], ['reach', true])
  })
})
