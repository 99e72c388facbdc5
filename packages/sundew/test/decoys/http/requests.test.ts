import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { xmlRpcCredentials } from '../../../src/decoys/http/credentials.ts'
import { http } from '../../../src/decoys/http/http.ts'
import { startDecoy, until } from '../host.ts'
import { ask, request } from './client.ts'

const bodyOf = (answer: string): Buffer => Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1')

describe('a request is recorded', () => {
  test('with its header lines in the order and case they came', async () => {
    await using host = await startDecoy(http)
    await ask(
      host.port,
      'GET /a?b=c HTTP/1.1\r\nx-B: 1\r\nHOST: Www.Example.Net\r\nX-a:  \xff2\r\nUser-Agent: t/1\r\nConnection: close\r\n\r\n',
    )
    const [asked] = await host.fields('http.request')
    assert.deepEqual(asked, {
      method: 'GET',
      url: '/a?b=c',
      version: '1.1',
      host: 'Www.Example.Net',
      user_agent: 't/1',
      headers: ['x-B: 1', 'HOST: Www.Example.Net', 'X-a:  \xff2', 'User-Agent: t/1', 'Connection: close'],
      status: 404,
      persona: 'apache',
      body_bytes: 0,
    })
  })

  test('for a proxy as well, and nothing is connected to', async () => {
    await using host = await startDecoy(http)
    await ask(host.port, request('CONNECT mail.example.org:25'))
    await ask(host.port, request('GET http://www.example.org/x'))
    const asked = await host.fields('http.request')
    assert.deepEqual(
      asked.map((fields) => [fields.method, fields.url, fields.status]),
      [
        ['CONNECT', 'mail.example.org:25', 405],
        ['GET', 'http://www.example.org/x', 404],
      ],
    )
  })

  test('in a pipeline, each with an answer in its turn', async () => {
    await using host = await startDecoy(http)
    const many = Array.from({ length: 90 }, (_, i) => `HEAD /${i} HTTP/1.1\r\nHost: x\r\n\r\n`).join('')
    const answer = await ask(host.port, many, request('GET /last'))
    assert.equal(answer.match(/HTTP\/1\.1 404 /g)!.length, 91)
    assert.deepEqual(
      (await host.fields('http.request')).map((fields) => fields.url),
      [...Array.from({ length: 90 }, (_, i) => `/${i}`), '/last'],
    )
  })

  test('and where two servers could disagree about it, that is told', async () => {
    await using host = await startDecoy(http)
    await ask(
      host.port,
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\n\r\n',
    )
    await ask(
      host.port,
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n',
    )
    const told = await host.fields('protocol.malformed')
    assert.deepEqual(
      told.map((fields) => [fields.reason, fields.detail!.split(':')[0]]),
      [
        ['http.smuggling', 'length-and-chunks'],
        ['http.bad-request', 'blank-before-colon'],
      ],
    )
    // The hidden request is never looked at.
    assert(!(await host.fields('http.request')).some((fields) => fields.url === '/hidden'))
  })
})

describe('credentials are recorded as sent', () => {
  test('of Basic', async () => {
    await using host = await startDecoy(http)
    const token = Buffer.from('ro\xffot:p:w\0', 'latin1').toString('base64')
    await ask(host.port, request('GET /', { Authorization: `Basic ${token}` }))
    assert.deepEqual(await host.fields('login.attempt'), [
      { user_name: 'ro\xffot', password: 'p:w\0', mechanism: 'basic', accepted: false },
    ])
  })

  test('of a form that no page has', async () => {
    await using host = await startDecoy(http)
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    await ask(
      host.port,
      request('POST /phpmyadmin/', form, Buffer.from('pma=1&username=a%20b+c&password=%ff')),
    )
    const [attempt] = await host.fields('login.attempt')
    assert.deepEqual(attempt, { user_name: 'a b c', password: '\xff', mechanism: 'form', accepted: false })
  })

  test('of WordPress, which lets in after three failures of one source', async () => {
    await using host = await startDecoy(http, { persona: 'wordpress' })
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const statuses: string[] = []
    let last = ''
    for (const password of ['1', '2', '3', '4']) {
      last = await ask(
        host.port,
        request('POST /wp-login.php', form, Buffer.from(`log=admin&pwd=${password}`)),
      )
      statuses.push(last.slice(9, 12))
    }
    assert.deepEqual(statuses, ['200', '200', '200', '302'])
    const cookie = /Set-Cookie: ([^;]+)/.exec(last)![1]!
    assert.match(await ask(host.port, request('GET /wp-admin/', { Cookie: cookie })), /Upload Plugin/)
    assert.match(await ask(host.port, request('GET /wp-admin/')), /^HTTP\/1\.1 302 /)
    const attempts = await host.fields('login.attempt')
    assert.deepEqual(
      attempts.map((fields) => [fields.password, fields.accepted]),
      [
        ['1', false],
        ['2', false],
        ['3', false],
        ['4', true],
      ],
    )
  })

  test('of XML-RPC, hundreds in one request', async () => {
    await using host = await startDecoy(http, { persona: 'wordpress' })
    const call = (password: string): string =>
      `<value><struct><member><name>methodName</name><value><string>wp.getUsersBlogs</string></value></member><member><name>params</name><value><array><data><value><string>admin</string></value><value><string>${password}</string></value></data></array></value></member></struct></value>`
    const body = `<?xml version="1.0"?><methodCall><methodName>system.multicall</methodName><params>${['a', 'b&lt;', 'c'].map(call).join('')}</params></methodCall>`
    const answer = await ask(
      host.port,
      request('POST /xmlrpc.php', { 'Content-Type': 'text/xml' }, Buffer.from(body)),
    )
    assert.match(answer, /faultCode/)
    assert.deepEqual(
      (await host.fields('login.attempt')).map((fields) => [fields.user_name, fields.password]),
      [
        ['admin', 'a'],
        ['admin', 'b<'],
        ['admin', 'c'],
      ],
    )
  })

  test('of XML-RPC, in a time that does not grow with what was sent to slow us down', () => {
    const call = (value: string): string => `<methodCall><methodName>wp.a</methodName>${value}`
    assert.deepEqual(
      xmlRpcCredentials(call('<value> admin\n</value><value>\n<string> b </string></value>')),
      [{ user: 'admin', password: ' b ' }],
    )
    const began = performance.now()
    for (const filler of [' ', '<value> ', 'wp.a ', '<value><string>', '<value> <string> </string> ']) {
      xmlRpcCredentials(call(`<value>${filler.repeat(250_000 / filler.length)}`))
    }
    assert.ok(performance.now() - began < 2_000)
  })

  test('of the router, whose policy is the configuration’s', async () => {
    await using host = await startDecoy(http, { persona: 'router', login: { policy: 'never' } })
    assert.match(await ask(host.port, request('GET /')), /<input type="password"/)
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    for (let i = 0; i < 5; i++) {
      assert.match(
        await ask(
          host.port,
          request('POST /cgi-bin/login.cgi', form, Buffer.from('username=admin&password=admin')),
        ),
        /is wrong/,
      )
    }
    assert.equal((await host.fields('login.attempt')).length, 5)
  })

  test('a name with markup is shown as text', async () => {
    await using host = await startDecoy(http, { persona: 'wordpress' })
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const answer = await ask(
      host.port,
      request('POST /wp-login.php', form, Buffer.from('log=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&pwd=x')),
    )
    assert(!answer.includes('<script>'))
    const place = await ask(host.port, request('GET /', { Host: 'a$(id)&b' }))
    assert(!place.includes('&b/'))
  })
})

describe('documents', () => {
  const kinds: readonly [string, RegExp][] = [
    ['exe', /PE32 executable/],
    ['pdf', /PDF document, version 1\.4/],
    ['zip', /Zip archive/],
    ['docx', /Microsoft Word 2007/],
    ['xlsx', /Microsoft Excel 2007/],
    ['doc', /Rich Text/],
    ['png', /PNG image data, 64 x 64/],
    ['gif', /GIF image data/],
    ['jpg', /JPEG image data/],
    ['ico', /icon resource/],
    ['gz', /gzip compressed/],
    ['tar', /tar archive/],
    ['apk', /Android package|Zip archive|Java archive/],
    ['sh', /shell script/],
    ['mp3', /layer III/],
    ['html', /HTML document/],
  ]
  test('of many kinds are what their extension says', async (t) => {
    try {
      execFileSync('file', ['--version'])
    } catch {
      t.skip('file is not installed')
      return
    }
    await using host = await startDecoy(http)
    for (const [extension, kind] of kinds) {
      const answer = await ask(host.port, request(`GET /downloads/setup.${extension}`))
      assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/, extension)
      assert.match(execFileSync('file', ['-'], { input: bodyOf(answer), encoding: 'utf8' }), kind)
    }
  })

  test('are compressed for who takes it', async () => {
    await using host = await startDecoy(http)
    const plain = await ask(host.port, request('GET /'))
    const packed = await ask(host.port, request('GET /', { 'Accept-Encoding': 'gzip' }))
    assert.match(packed, /Content-Encoding: gzip/)
    assert.deepEqual(gunzipSync(bodyOf(packed)), bodyOf(plain))
  })

  test("of the owner's own come first, and only out of the folders named", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sundew-documents-'))
    try {
      await writeFile(join(folder, 'tool.bin'), 'own tool')
      await symlink('/etc/passwd', join(folder, 'out'))
      const config = {
        reads: [folder],
        documents: [
          { path: '/', file: 'tool.bin', type: 'text/x-own' },
          { extension: 'exe', file: join(folder, 'tool.bin') },
        ],
      }
      await using host = await startDecoy(http, config)
      const front = await ask(host.port, request('GET /'))
      assert.match(front, /Content-Type: text\/x-own\r\n/)
      assert.equal(String(bodyOf(front)), 'own tool')
      assert.equal(String(bodyOf(await ask(host.port, request('GET /a/b.EXE')))), 'own tool')
      for (const file of ['/etc/passwd', 'out', '../../etc/passwd', 'absent']) {
        const section = http.config.parse({ reads: [folder], documents: [{ path: '/x', file }] })
        const start = http.start(section, {
          hostname: 'www.example.net',
          stateFolder: folder,
          signal: new AbortController().signal,
          machines: { open: () => undefined },
        })
        await assert.rejects(start, {
          code: 'SUNDEW_HTTP_DOCUMENT',
        })
      }
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('that are large go out whole, no faster than they are read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sundew-documents-'))
    try {
      const big = randomBytes(12_000_000)
      await writeFile(join(folder, 'big.iso'), big)
      const config = { reads: [folder], documents: [{ path: '/big.iso', file: 'big.iso' }] }
      await using host = await startDecoy(http, config)
      assert(bodyOf(await ask(host.port, request('GET /big.iso'))).equals(big))
      const before = process.memoryUsage().arrayBuffers
      const deaf = Array.from({ length: 20 }, () => host.connect().pause())
      for (const socket of deaf) socket.write(request('GET /big.iso'))
      await until(() => host.listener.connections === 20, 'they are all in')
      await new Promise((resolve) => setTimeout(resolve, 200))
      assert(process.memoryUsage().arrayBuffers - before < 20_000_000)
      for (const socket of deaf) socket.destroy()
      await host.entries()
      assert.deepEqual(host.faults, [])
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('a path out of the root finds nothing, whatever its extension', async () => {
    await using host = await startDecoy(http)
    for (const path of [
      '/../../../../etc/passwd',
      '/..%2f..%2fsrc/main.ts',
      '/%2e%2e/assets/samples/sample.exe',
      '/sample.exe%00',
    ]) {
      assert.match(await ask(host.port, request(`GET ${path}`)), /^HTTP\/1\.1 40[04] /)
    }
  })
})
