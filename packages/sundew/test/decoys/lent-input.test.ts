import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, test } from 'node:test'
import { lendInput } from '../../src/decoys/lent-input.ts'

describe('input that is lent', () => {
  const open: { close(): void }[] = []
  afterEach(() => {
    for (const one of open.splice(0)) one.close()
  })

  async function pair(take: (piece: Buffer) => boolean): Promise<{ client: Socket; server: Socket }> {
    const listener = createServer({ allowHalfOpen: true, pauseOnConnect: true })
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    const client = connect((listener.address() as AddressInfo).port, '127.0.0.1')
    const [accepted] = (await once(listener, 'connection')) as [Socket]
    const server = lendInput(accepted, take)
    assert.notEqual(server, accepted, 'this Node gives sockets no handle that could be handed on')
    open.push(listener, { close: () => client.destroy() }, { close: () => server.destroy() })
    return { client, server }
  }

  test('every byte comes in order, in a buffer that is used again', async () => {
    let heard = ''
    const memories = new Set<ArrayBufferLike>()
    const { client, server } = await pair((piece) => {
      heard += piece.toString('latin1')
      memories.add(piece.buffer)
      return true
    })
    server.on('data', () => assert.fail('what was taken is not the stream’s'))
    for (const said of ['one ', 'two ', 'three']) {
      client.write(said)
      while (!heard.endsWith(said)) await new Promise((resolve) => setImmediate(resolve))
    }
    assert.equal(heard, 'one two three')
    assert.equal(memories.size, 1)
    client.end()
    await once(server, 'end')
    assert.equal(server.bytesRead, heard.length)
    assert.equal(server.remotePort, client.localPort)
  })

  test('what nobody takes is the stream’s, and is not overwritten', async () => {
    const { client, server } = await pair(() => false)
    const pieces: Buffer[] = []
    server.on('data', (piece: Buffer) => pieces.push(piece))
    for (const [i, said] of ['first', 'other'].entries()) {
      client.write(said)
      while (pieces.length <= i) await new Promise((resolve) => setImmediate(resolve))
    }
    assert.deepEqual(pieces.map(String), ['first', 'other'])
  })

  test('a stream that nobody empties holds the peer back, and gives every byte in the end', async () => {
    const { client, server } = await pair(() => false)
    const all = 64 * 1024 * 1024
    client.write(Buffer.alloc(all))
    let bytes = 0
    await once(server, 'readable')
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.ok(server.bytesRead < all / 4, `${server.bytesRead} bytes came`)
    server.on('data', (piece: Buffer) => (bytes += piece.length))
    while (bytes < all) await new Promise((resolve) => setTimeout(resolve, 10))
    assert.equal(bytes, all)
  })

  test('a paused connection reads nothing more, and goes on where it was', async () => {
    let bytes = 0
    const { client, server } = await pair((piece) => {
      bytes += piece.length
      return true
    })
    server.resume()
    server.pause()
    const all = 64 * 1024 * 1024
    client.write(Buffer.alloc(all))
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.ok(bytes < all / 4, `${bytes} bytes came`)
    server.resume()
    while (bytes < all) await new Promise((resolve) => setTimeout(resolve, 10))
    assert.equal(bytes, all)
  })
})
