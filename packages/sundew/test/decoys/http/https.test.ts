import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { http } from '../../../src/decoys/http/http.ts'
import { startDecoy, type TestHost } from '../host.ts'
import { ask, request } from './client.ts'

async function secured(host: TestHost, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port: host.port, rejectUnauthorized: false, ...options })
  await once(socket, 'secureConnect')
  return socket
}

describe('over TLS', () => {
  test('a request is recorded with version and server name', async () => {
    await using host = await startDecoy(http, {}, { as: 443 })
    const socket = await secured(host, { servername: 'shop.example.org', ALPNProtocols: ['h2', 'http/1.1'] })
    assert.equal(socket.alpnProtocol, 'http/1.1')
    socket.write(request('GET /none', { Host: 'shop.example.org' }))
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)
    assert.match(answer, /<address>Apache\/\S+ \(Debian\) Server at shop\.example\.org Port 443<\/address>/)
    const [asked] = await host.fields('http.request')
    assert.equal(asked!.tls_version, 'TLSv1.3')
    assert.equal(asked!.server_name, 'shop.example.org')
  })

  test("plain HTTP gets each server's own words", async () => {
    for (const [persona, words] of [
      [
        'apache',
        /^HTTP\/1\.1 400 Bad Request\r\n[^]*Reason: You're speaking plain HTTP to an SSL-enabled server port\.<br \/>\n Instead use the HTTPS scheme/,
      ],
      [
        'nginx',
        /^HTTP\/1\.1 400 Bad Request\r\n[^]*<title>400 The plain HTTP request was sent to HTTPS port<\/title>/,
      ],
    ] as const) {
      await using host = await startDecoy(http, { persona }, { as: 443 })
      assert.match(await ask(host.port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'), words)
      const [malformed] = await host.fields('protocol.malformed')
      assert.match(malformed!.detail!, /^plain-text: GET \/ HTTP\/1\.1/)
    }
  })

  test('the router shows one certificate to everybody, and speaks TLS 1.0', async () => {
    await using host = await startDecoy(http, { persona: 'router' }, { as: 443 })
    const socket = await secured(host, {
      servername: 'shop.example.org',
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1',
      ciphers: 'ALL@SECLEVEL=0',
    })
    assert.equal(socket.getPeerCertificate().subject.CN, '192.168.1.1')
    socket.destroy()
  })
})
