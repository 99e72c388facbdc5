import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'

import fc from 'fast-check'

import { StoreError } from '../../src/store/error.ts'
import { Gate } from '../../src/store/gate.ts'
import { MAX_QUERY_BYTES } from '../../src/store/request.ts'
import { Spool } from '../../src/store/spool.ts'
import { startStore } from '../../src/store/store.ts'
import { TestStore } from './running-store.ts'

const passwords = { sundew: 'a', reader: 'b' }

describe('the front', () => {
  let store: TestStore
  const credentials = 'user=sundew&password=owner%20secret'

  before(async () => {
    store = await TestStore.start()
  })
  after(() => store.stop())

  const post = async (
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers = {},
  ): Promise<[number, string]> => {
    const response = await fetch(`${store.url}${path}`, { method: 'POST', body, headers })
    return [response.status, await response.text()]
  }

  it('refuses a statement that is too long, one that is not UTF-8, and what it does not do', async () => {
    const [, long] = await post(`/?${credentials}`, `SELECT ${'1,'.repeat(MAX_QUERY_BYTES)} 1`)
    assert.match(long, /Max query size exceeded/)
    const [, binary] = await post(`/?${credentials}`, new Uint8Array(Buffer.from("SELECT '\xff'", 'latin1')))
    assert.match(binary, /not UTF-8/)
    assert.equal((await post(`/?${credentials}&session_id=x`, 'SELECT 1'))[0], 501)
    assert.equal((await post(`/?${credentials}&compress=1`, 'SELECT 1'))[0], 501)
    assert.match(
      (await post(`/?${credentials}`, 'SELECT 1', { 'Content-Encoding': 'rot13' }))[1],
      /Content-Encoding/,
    )
    assert.match((await post(`/?${credentials}&a%20b=1`, 'SELECT 1'))[1], /UNKNOWN_SETTING/)
    assert.match((await post(`/?${credentials}&param_a-b=1`, 'SELECT 1'))[1], /BAD_ARGUMENTS/)
    assert.match((await post(`/?${credentials}&default_format=a'b`, 'SELECT 1'))[1], /UNKNOWN_FORMAT/)
    assert.equal((await fetch(`${store.url}/?${credentials}&query=SELECT+1`, { method: 'PUT' })).status, 501)
  })

  it('lets a refused client see why, on a connection that goes on', async () => {
    const { port } = new URL(store.url)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    try {
      for (let i = 0; i < 50; i++) {
        const request = httpRequest({ port, agent, method: 'POST', path: '/?user=sundew&password=wrong' })
        // The head leaves first, so that it is refused while the body is on its way.
        request.flushHeaders()
        await new Promise((resolve) => setImmediate(resolve))
        request.end('x'.repeat(100_000))
        const [response] = (await once(request, 'response')) as [IncomingMessage]
        assert.equal(response.statusCode, 403)
        response.resume()
        await once(response, 'end')
      }
    } finally {
      agent.destroy()
    }
  })

  it('never loses a setting, parameter or database name into the SQL', async () => {
    const odd = "x', readonly = 0 --`\\"
    const [, setting] = await post(
      `/?${credentials}&log_comment=${encodeURIComponent(odd)}`,
      "SELECT getSetting('log_comment') FORMAT TSVRaw",
    )
    assert.ok(setting.endsWith(` ${odd}\n`), setting)
    const [, parameter] = await post(
      `/?${credentials}&param_p=${encodeURIComponent("x', 'y")}`,
      'SELECT {p:String} FORMAT TSVRaw',
    )
    assert.equal(parameter, "x', 'y\n")
    const [, database] = await post(
      `/?${credentials}&database=${encodeURIComponent('a`; DROP TABLE b')}`,
      'SELECT 1',
    )
    assert.match(database, /UNKNOWN_DATABASE/)
  })

  it('outlives attacker bytes', async () => {
    const heads = fc.constantFrom(
      '',
      'GET ',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n',
      `POST /?${credentials} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nINSER\r\n`,
      `POST /?${credentials} HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n`,
    )
    await fc.assert(
      fc.asyncProperty(heads, fc.uint8Array({ maxLength: 400 }), async (head, bytes) => {
        const socket = connect(Number(new URL(store.url).port), '127.0.0.1')
        await once(socket, 'connect')
        socket.on('error', () => undefined)
        socket.write(head)
        socket.end(bytes)
        socket.resume()
        await new Promise((resolve) => socket.once('close', resolve))
      }),
      { numRuns: 100 },
    )
    assert.equal((await store.client().ping({ select: true })).success, true)
  })

  it('is refused its directory by another, with a code', async () => {
    const attempt = startStore({ directory: store.directory, host: '127.0.0.1', port: 0, passwords })
    await assert.rejects(
      attempt,
      (error) => error instanceof StoreError && error.code === 'SUNDEW_STORE_IN_USE',
    )
  })

  it('listens on loopback only', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1', '127.0.0.1.example.org']) {
      const attempt = startStore({ directory: join(tmpdir(), 'never-made'), host, port: 0, passwords })
      await assert.rejects(
        attempt,
        (error) => error instanceof StoreError && error.code === 'SUNDEW_STORE_NOT_LOOPBACK',
      )
    }
  })
})

describe('the spool', () => {
  it('removes what an earlier process left, and its own', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sundew-spool-'))
    mkdirSync(join(directory, 'spool'))
    writeFileSync(join(directory, 'spool', 'left'), 'x')
    const fast = join(directory, 'fast')
    mkdirSync(fast)
    const spool = new Spool(directory, fast)
    assert.deepEqual(readdirSync(join(directory, 'spool')), [])
    {
      await using rows = await spool.write(Readable.from([Buffer.from('abc')]))
      assert.equal(rows.size, 3)
      assert.ok(rows.path.startsWith(fast))
    }
    await assert.rejects(
      spool.write(
        new Readable({
          read() {
            this.destroy(new Error('gone'))
          },
        }),
      ),
      /gone/,
    )
    assert.deepEqual(
      readdirSync(fast).flatMap((name) => readdirSync(join(fast, name))),
      [],
    )
    spool.close()
    rmSync(directory, { recursive: true })
  })

  it('does not write into a place that somebody else prepared', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sundew-spool-'))
    const fast = join(directory, 'fast')
    const elsewhere = join(directory, 'elsewhere')
    mkdirSync(fast)
    mkdirSync(elsewhere)
    new Spool(directory, fast)
    const [name] = readdirSync(fast)
    rmSync(join(fast, name!), { recursive: true })
    symlinkSync(elsewhere, join(fast, name!))
    const spool = new Spool(directory, fast)
    await using rows = await spool.write(Readable.from([Buffer.from('abc')]))
    assert.ok(rows.path.startsWith(join(directory, 'spool')))
    assert.deepEqual(readdirSync(elsewhere), [])
  })
})

describe('the gate', () => {
  it('keeps room for the owner, serves in order, and refuses when too many wait', async () => {
    const gate = new Gate({ running: 2, readers: 1, waiting: 2 })
    const { signal } = new AbortController()
    const leaveReader = await gate.enter(true, signal)
    const secondReader = gate.enter(true, signal)
    const leaveOwner = await gate.enter(false, signal)
    const secondOwner = gate.enter(false, signal)
    await assert.rejects(gate.enter(false, signal), /Too many simultaneous/)
    leaveOwner()
    leaveOwner()
    const leaveSecondOwner = await secondOwner
    assert.equal(gate.running, 2)
    leaveReader()
    const leaveSecondReader = await secondReader
    leaveSecondOwner()
    leaveSecondReader()
    assert.equal(gate.running, 0)
  })

  it('forgets who left while waiting', async () => {
    const gate = new Gate({ running: 1, readers: 1, waiting: 1 })
    const leave = await gate.enter(false, new AbortController().signal)
    const impatient = new AbortController()
    const waiting = gate.enter(false, impatient.signal)
    impatient.abort(new Error('left'))
    await assert.rejects(waiting, /left/)
    const next = gate.enter(false, new AbortController().signal)
    leave()
    ;(await next)()
    assert.equal(gate.running, 0)
  })
})
