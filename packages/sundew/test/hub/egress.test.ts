import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer as createHttp } from 'node:http'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, test } from 'node:test'
import { EgressError, type Destination } from '../../src/core/egress.ts'
import { egressTo } from '../../src/hub/egress.ts'

const host = '127.0.0.1'
const tcp = (port: number): Destination => ({ host, port, transport: 'tcp' })

describe('the way out', () => {
  test('leads to what the configuration names, and to nothing beside it', async () => {
    const server = createServer((socket) => socket.end('hello')).listen(0, host)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const egress = egressTo([tcp(port)])
    const stream = await egress.connect(tcp(port))
    assert.equal(String(await once(stream, 'data')), 'hello')
    stream.destroy()
    const others: Destination[] = [
      tcp(port + 1),
      { host: 'localhost', port, transport: 'tcp' },
      { host, port, transport: 'tls' },
      { host, port, transport: 'udp' },
    ]
    for (const other of others) {
      await assert.rejects(egress.connect(other), EgressError)
      await assert.rejects(egress.datagrams(other), EgressError)
    }
    const post = { url: new URL(`http://${host}:${port + 1}/`), headers: {}, body: '' }
    await assert.rejects(egress.post(post), /no destination that the configuration names/)
    await assert.rejects(egressTo([]).connect(tcp(port)), EgressError)
    server.close()
  })

  test('says where nobody is, also for datagrams', async () => {
    const socket = createSocket('udp4').bind(0, host)
    await once(socket, 'listening')
    const to: Destination = { host, port: socket.address().port, transport: 'udp' }
    const egress = egressTo([to, tcp(1)])
    await assert.rejects(egress.connect(tcp(1)), /tcp:\/\/127\.0\.0\.1:1 cannot be reached/)
    const open = await egress.datagrams(to)
    await open.send(Buffer.from('one'))
    assert.equal(String((await once(socket, 'message'))[0]), 'one')
    socket.close()
    await once(socket, 'close')
    await open.send(Buffer.from('two')).catch(() => {})
    await open.refused
    open.close()
  })

  test('asks with a datagram: what is no answer is passed over, and silence ends', async () => {
    const socket = createSocket('udp4').bind(0, host)
    await once(socket, 'listening')
    const to: Destination = { host, port: socket.address().port, transport: 'udp' }
    socket.on('message', (question, { port }) => {
      const stranger = createSocket('udp4')
      stranger.send('answer of a stranger', port, host, () => stranger.close())
      if (String(question) === 'silence') return
      setTimeout(() => {
        for (const answer of ['noise', 'answer', 'answer too late']) socket.send(answer, port, host)
      }, 20)
    })
    const egress = egressTo([to])
    const ask = (text: string, withinMs: number) =>
      egress.ask({
        to,
        datagram: Buffer.from(text),
        accepts: (answer) => String(Buffer.from(answer)).startsWith('answer'),
        withinMs,
      })
    assert.equal(String(Buffer.from(await ask('question', 10_000))), 'answer')
    await assert.rejects(ask('silence', 100), /did not answer/)
    await assert.rejects(
      egressTo([]).ask({ to, datagram: new Uint8Array(1), accepts: () => true, withinMs: 1 }),
    )
    socket.close()
    await once(socket, 'close')
    await assert.rejects(ask('question', 10_000), EgressError)
  })

  test('follows no redirect, reads no more of an answer than it needs, and sends what it was given', async () => {
    const heard: string[] = []
    const server = createHttp((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => heard.push(text))
      request.on('end', () => {
        heard.push(`${request.method} ${request.url} ${String(request.headers['x-own'])}`)
        if (request.url === '/moved') response.writeHead(302, { location: '/there' }).end()
        else response.writeHead(200).end('x'.repeat(1e6))
      })
    }).listen(0, host)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const egress = egressTo([tcp(port)])
    const post = (path: string) =>
      egress.post({ url: new URL(`http://${host}:${port}${path}`), headers: { 'x-own': 'a' }, body: 'ä' })
    assert.equal((await post('/moved')).status, 302)
    const { status, text } = await post('/long')
    assert.deepEqual([status, text], [200, 'x'.repeat(1024)])
    assert.deepEqual(heard, ['ä', 'POST /moved a', 'ä', 'POST /long a'])
    server.closeAllConnections()
    server.close()
  })

  test('gives up on who answers no TLS', async () => {
    const sockets: Socket[] = []
    const server = createServer((socket) => {
      sockets.push(socket)
      socket.on('error', () => {})
      socket.end('220 hello\r\n')
    }).listen(0, host)
    await once(server, 'listening')
    const to: Destination = { host, port: (server.address() as AddressInfo).port, transport: 'tls' }
    await assert.rejects(egressTo([to]).connect(to), /tls:\/\/127\.0\.0\.1:\d+ cannot be reached/)
    for (const socket of sockets) socket.destroy()
    server.close()
  })
})
