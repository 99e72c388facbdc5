import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'node:test'
import { readKeys } from '../../../src/hub/zones/keys.ts'
import { transferSection } from '../../../src/hub/zones/section.ts'
import { type ZoneLimits, ZoneServer } from '../../../src/hub/zones/server.ts'
import { types } from '../../../src/wire/dns/codes.ts'
import { scratch } from '../../intel/publish/in-folder.ts'
import { dig, freePort, hasNamed } from '../../named.ts'
import { framed, read, request, ServedZone, zone } from './served-zone.ts'

const many = Array.from({ length: 300_000 }, (_, i) => `n${i}.example CNAME .\n`).join('')

async function serving(limits: Partial<ZoneLimits> = {}, allow?: readonly string[]) {
  const served = new ServedZone()
  const port = await freePort()
  const server = await ZoneServer.listen(
    { addresses: ['127.0.0.1'], port },
    served.answering([], allow),
    served.log,
    limits,
  )
  return {
    served,
    port,
    async open(): Promise<Socket> {
      const socket = connect(port, '127.0.0.1').on('error', () => {})
      await once(socket, 'connect')
      return socket
    },
    async [Symbol.asyncDispose]() {
      await server.close()
      await served[Symbol.asyncDispose]()
    },
  }
}

/** Settles when the other end has closed. */
async function closed(socket: Socket): Promise<void> {
  socket.resume()
  if (!socket.closed) await once(socket, 'close', { signal: AbortSignal.timeout(5000) })
}

/** The first whole message that comes. */
async function message(socket: Socket) {
  let held = Buffer.alloc(0)
  while (held.length < 2 || held.length < 2 + held.readUInt16BE(0)) {
    const [bytes] = (await once(socket, 'data', { signal: AbortSignal.timeout(5000) })) as [Buffer]
    held = Buffer.concat([held, bytes])
  }
  return read(held.subarray(2, 2 + held.readUInt16BE(0)))
}

describe('the server of zones', () => {
  test('answers requests that come in pieces, and several on one connection', async () => {
    await using rig = await serving()
    await rig.served.write(7, 'a.example CNAME .\n')
    const socket = await rig.open()
    for (let i = 0; i < 3; i++) {
      for (const byte of framed(request(types.soa))) {
        socket.write(Uint8Array.of(byte))
        if (byte === 0xbe) await sleep(5)
      }
      assert.equal((await message(socket)).answers.length, 1)
    }
    socket.destroy()
  })

  test('drops who sends garbage, too much, or nothing', async () => {
    await using rig = await serving({ idleMs: 200 })
    await rig.served.write(7, 'a.example CNAME .\n')
    const tooLong = await rig.open()
    tooLong.write(Buffer.of(0xff, 0xff, 1, 2, 3))
    await closed(tooLong)
    const silent = await rig.open()
    await closed(silent)
    const half = await rig.open()
    half.write(Buffer.of(0))
    await closed(half)
    const garbage = await rig.open()
    garbage.write(framed(Buffer.alloc(40, 0xff)))
    await closed(garbage)
    const fine = await rig.open()
    fine.write(framed(request(types.soa)))
    assert.equal((await message(fine)).answers.length, 1)
    fine.destroy()
  })

  test('lets go of who takes nothing, and of what it held for it', async () => {
    await using rig = await serving({ stalledMs: 200, transfers: 1 })
    await rig.served.write(7, many)
    const slow = await rig.open()
    slow.pause()
    slow.write(framed(request(types.axfr)))
    await sleep(100)
    const other = await rig.open()
    other.write(framed(request(types.soa)))
    // One transfer at a time: whoever comes meanwhile is to come again.
    await closed(other)
    await sleep(400)
    const next = await rig.open()
    next.write(framed(request(types.soa)))
    assert.equal((await message(next)).answers.length, 1)
    next.destroy()
    slow.destroy()
  })

  test('has so many connections of one address, and none of who may not ask', async () => {
    await using rig = await serving({ connectionsPerAddress: 2 })
    const [one, two, three] = [await rig.open(), await rig.open(), await rig.open()]
    await closed(three!)
    assert.ok(!one!.closed && !two!.closed)
    one!.destroy()
    two!.destroy()
    await using other = await serving({}, ['192.0.2.1'])
    await closed(await other.open())
    assert.match(other.served.said.join(), /127\.0\.0\.1 asked for a zone/)
  })

  test('answers nobody by UDP who may not ask', { skip: !hasNamed && 'no dig here' }, async () => {
    await using rig = await serving({}, ['192.0.2.1'])
    await rig.served.write(7, 'a.example CNAME .\n')
    assert.match(await dig(rig.port, '+time=1', zone, 'SOA'), /timed out|no servers could be reached/)
  })

  test('says which address it cannot have', async () => {
    await using rig = await serving()
    await assert.rejects(
      ZoneServer.listen({ addresses: ['127.0.0.1'], port: rig.port }, rig.served.answering(), rig.served.log),
      new RegExp(`127\\.0\\.0\\.1 port ${rig.port}`),
    )
  })
})

describe('keys of zone transfer', () => {
  test('are read from what tsig-keygen writes, or bare', async () => {
    await using folder = scratch()
    const path = join(folder.path, 'key')
    const secret = Buffer.alloc(32, 9)
    const of = async (text: string) => {
      await writeFile(path, text)
      return readKeys(transferSection.parse({ keys: [{ name: 'k', secret_file: path }] }).keys)
    }
    for (const text of [
      secret.toString('base64'),
      `${secret.toString('base64')}\n`,
      `key "k" {\n\talgorithm hmac-sha256;\n\tsecret "${secret.toString('base64')}";\n};\n`,
    ])
      assert.deepEqual(await of(text), [{ name: 'k', algorithm: 'hmac-sha256', secret }])
    for (const text of ['', 'short', 'no base64 at all!!', Buffer.alloc(8).toString('base64')])
      await assert.rejects(of(text), /holds no secret/)
    await assert.rejects(
      readKeys([{ name: 'k', algorithm: 'hmac-sha256', secret_file: `${path}x` }]),
      /cannot be read/,
    )
  })

  test('that NOTIFY names must be there', () => {
    assert.throws(() => transferSection.parse({ notify: [{ address: '192.0.2.1', key: 'k' }] }))
    assert.ok(transferSection.parse({}))
  })
})
