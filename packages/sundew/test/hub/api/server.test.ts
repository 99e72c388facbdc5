import assert from 'node:assert/strict'
import { KeyObject } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { request } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '../../../src/decoys/x509.ts'
import { jsonBody, startTestApi } from './host.ts'

async function makeCertificate(name: string, certFile: string, keyFile: string): Promise<void> {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    keys,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
  })
  await writeFile(certFile, certificate.toString('pem'))
  await writeFile(keyFile, KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }))
}

test('an address other than loopback without TLS is refused with what to do', async () => {
  for (const address of ['0.0.0.0', '::', '192.0.2.1', '::ffff:192.0.2.1']) {
    await assert.rejects(
      startTestApi({ address }),
      /SUNDEW_CONSOLE_PLAIN: .*ssh -L .*console\.tls .*console\.allow_plain/,
      address,
    )
  }
  for (const address of ['127.0.0.1', '127.9.9.9', '::1']) {
    await using t = await startTestApi({ address })
    assert.equal((await t.ask('/api/status')).status, 401)
  }
  await using t = await startTestApi({ address: '0.0.0.0', allowPlain: true })
  assert.match(t.api.url, /^http:/)
})

test('a port that is taken is told', async () => {
  await using t = await startTestApi()
  const port = Number(new URL(t.api.url).port)
  await assert.rejects(startTestApi({ port }), new RegExp(`SUNDEW_CONSOLE_PORT: .*127\\.0\\.0\\.1:${port}`))
})

test('under TLS the cookie is bound to this host and needs TLS', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-tls-'))
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  await makeCertificate('console.example', certFile, keyFile)
  await assert.rejects(
    startTestApi({ tls: { certFile, keyFile: join(folder, 'none.pem') } }),
    /SUNDEW_CONSOLE_TLS: .*none\.pem/,
  )
  await using t = await startTestApi({ tls: { certFile, keyFile }, address: '0.0.0.0' })
  const { port } = new URL(t.api.url)
  const { headers, body } = jsonBody({ password: t.api.initialPassword })
  const [cookie, hsts] = await new Promise<(string | undefined)[]>((resolve, reject) => {
    request(
      {
        host: '127.0.0.1',
        port,
        path: '/api/login',
        method: 'POST',
        rejectUnauthorized: false,
        headers: { ...headers, Host: 'console.example' },
      },
      (response) => {
        response.resume()
        resolve([response.headers['set-cookie']?.[0], response.headers['strict-transport-security']])
      },
    )
      .on('error', reject)
      .end(body)
  })
  assert.match(cookie ?? '', /^__Host-sundew=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
  assert.ok(hsts)
  await rm(folder, { recursive: true })
})

test('every answer carries the headers that keep the page to itself', async () => {
  await using t = await startTestApi()
  for (const path of ['/', '/api/status', '/api/nothing', '/no.js']) {
    const { headers } = await t.ask(path)
    assert.match(
      String(headers['content-security-policy']),
      /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'/,
    )
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
    assert.equal(headers['access-control-allow-origin'], undefined)
  }
})

test('without the built page its address says what to run, and the API works', async () => {
  await using t = await startTestApi()
  assert.equal(t.api.pageBuilt, false)
  const page = await t.ask('/')
  assert.equal(page.status, 503)
  assert.match(page.text, /npm run prepare/)
})

test('only the page’s own files are served, whatever the path tries', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-page-'))
  await mkdir(join(folder, 'public', 'assets'), { recursive: true })
  await writeFile(join(folder, 'secret.js'), 'secret')
  await writeFile(join(folder, 'public', 'index.html'), '<!doctype html>')
  await writeFile(join(folder, 'public', 'assets', 'a-1.js'), 'a()')
  await writeFile(join(folder, 'public', 'notes.unknown'), 'secret')
  await using t = await startTestApi({ publicFolder: join(folder, 'public') })
  assert.equal(t.api.pageBuilt, true)
  for (const path of [
    '/../secret.js',
    '/%2e%2e/secret.js',
    '/assets/..%2f..%2fsecret.js',
    '/assets/%00',
    '/notes.unknown',
    '//etc/passwd',
  ]) {
    const answer = await t.ask(path)
    assert.ok(!answer.text.includes('secret') && !answer.text.includes('root:'), path)
  }
  const script = await t.ask('/assets/a-1.js')
  assert.deepEqual([script.text, script.headers['content-type']], ['a()', 'text/javascript; charset=utf-8'])
  assert.match(String(script.headers['cache-control']), /immutable/)
  const page = await t.ask('/mails')
  assert.match(page.text, /doctype/)
  const again = await t.ask('/', { headers: { 'If-None-Match': String(page.headers.etag) } })
  assert.equal(again.status, 304)
  await rm(folder, { recursive: true })
})

test('bytes of an attacker on the console’s port end that connection only', async () => {
  await using t = await startTestApi()
  const port = Number(new URL(t.api.url).port)
  const attacks = [
    Buffer.alloc(200_000, 0),
    Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n' + 'X: y\r\n'.repeat(20_000)),
    Buffer.from('GET /' + 'a'.repeat(100_000)),
    Buffer.from(
      'POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ),
    Buffer.from('GET http://evil.example/api/status HTTP/1.1\r\nHost: evil.example\r\n\r\n'),
    Buffer.from('CONNECT evil.example:25 HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    Buffer.from(
      'GET /api/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    ),
    Buffer.from('GET /%ff%fe%00?%ff=%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
    Buffer.from('\u0016\u0003\u0001\u0002\u0000', 'latin1'),
  ]
  for (const bytes of attacks) {
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
      socket.on('error', () => resolve())
      socket.on('close', () => resolve())
      socket.resume()
    })
    assert.equal((await t.ask('/api/status')).status, 401)
  }
})

test('a download that is broken off closes the file', async () => {
  const closed = Promise.withResolvers<void>()
  const endless = new Readable({
    read() {
      this.push(Buffer.alloc(65_536))
    },
    destroy(_error, done) {
      closed.resolve()
      done(null)
    },
  })
  await using t = await startTestApi({ openFile: () => Promise.resolve(endless) })
  const { hostname: host, port } = new URL(t.api.url)
  const headers = { Cookie: await t.logIn() }
  const asked = httpRequest(
    { host, port, path: `/api/files/${'a'.repeat(64)}`, headers, agent: false },
    (response) => {
      response.once('data', () => asked.destroy())
      response.on('error', () => {})
    },
  )
  asked.on('error', () => {})
  asked.end()
  await closed.promise
})

test('HEAD opens nothing in the API', async () => {
  await using t = await startTestApi()
  const cookie = await t.logIn()
  assert.equal((await t.ask('/api/live', { method: 'HEAD', headers: { Cookie: cookie } })).status, 405)
})

test('a store that is away is told as that', async () => {
  await using t = await startTestApi()
  const cookie = await t.logIn()
  for (const path of [
    '/api/mails',
    '/api/events',
    '/api/files',
    '/api/counts',
    '/api/reports/spammers',
    '/api/reports/tunnels',
  ]) {
    const answer = await t.ask(path, { headers: { Cookie: cookie } })
    assert.deepEqual(
      [answer.status, (answer.json() as { error: { code: string } }).error.code],
      [503, 'SUNDEW_STORE_AWAY'],
      path,
    )
  }
})
