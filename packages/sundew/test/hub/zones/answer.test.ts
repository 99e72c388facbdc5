import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Access } from '../../../src/hub/zones/access.ts'
import { type Answering, answers } from '../../../src/hub/zones/answer.ts'
import { changesFile } from '../../../src/intel/publish/bind-rpz/changes-file.ts'
import { codes, types } from '../../../src/wire/dns/codes.ts'
import { readTsig, tsigErrors, TsigSigner } from '../../../src/wire/dns/tsig.ts'
import { key, now, read, request, ServedZone, zone } from './served-zone.ts'

const all = (bytes: Uint8Array, answering: Answering, transport: 'udp' | 'tcp' = 'tcp') =>
  Array.fromAsync(answers(bytes, transport, answering), read)
const changes = (from: number, serial: number, removed: string[], added: string[]) =>
  [...changesFile(zone, 60, { how: 'changed', from, serial, changes: { removed, added } })].join('')
const lines = (count: number) => Array.from({ length: count }, (_, i) => `n${i}.example CNAME .\n`).join('')

describe('what is answered about a zone', () => {
  test('as a whole begins and ends with its serial, and no message is too long', async () => {
    await using served = new ServedZone()
    await served.write(7, lines(5000))
    const messages = await all(request(types.axfr), served.answering())
    const records = messages.flatMap((message) => message.answers)
    assert.ok(messages.length > 3)
    assert.equal(records.length, 5003)
    assert.deepEqual(
      records.map(({ type }) => type).filter((type) => type !== types.cname),
      [types.soa, types.ns, types.soa],
    )
    assert.equal(records[2]!.name, `n0.example.${zone}`)
    assert.equal(records.at(-2)!.name, `n4999.example.${zone}`)
    assert.deepEqual([...records[2]!.data], [0])
  })

  test('has addresses, targets and wildcards as the file has them', async () => {
    await using served = new ServedZone()
    await served.write(
      7,
      'a.example A 192.0.2.1\n; why\n*.a.example AAAA 2001:db8::1\nb.example CNAME g.example.net.\n',
    )
    const [message] = await all(request(types.axfr), served.answering())
    assert.deepEqual(
      message!.answers
        .slice(2, -1)
        .map(({ name, type, data }) => [name, type, Buffer.from(data).toString('hex')]),
      [
        [`a.example.${zone}`, types.a, 'c0000201'],
        [`*.a.example.${zone}`, types.aaaa, '20010db8000000000000000000000001'],
        [`b.example.${zone}`, types.cname, '016707' + Buffer.from('example').toString('hex') + '036e657400'],
      ],
    )
  })

  test('by differences has each step in its order', async () => {
    await using served = new ServedZone()
    await served.write(7, 'a.example CNAME .\n')
    await served.write(8, 'b.example CNAME .\n', changes(7, 8, ['a.example CNAME .'], ['b.example CNAME .']))
    await served.write(9, 'b.example CNAME .\nc.example CNAME .\n', changes(8, 9, [], ['c.example CNAME .']))
    const of = async (serial: number) =>
      (await all(request(types.ixfr, zone, serial), served.answering())).flatMap((message) =>
        message.answers.map(({ type, name, data }) =>
          type === types.soa
            ? new DataView(data.buffer, data.byteOffset + data.length - 20).getUint32(0)
            : name.split('.')[0],
        ),
      )
    assert.deepEqual(await of(7), [9, 7, 'a', 8, 'b', 8, 9, 'c', 9])
    assert.deepEqual(await of(8), [9, 8, 9, 'c', 9])
    assert.deepEqual(await of(9), [9])
    // Unknown: the whole zone.
    assert.deepEqual(await of(3), [9, zone.split('.')[0], 'b', 'c', 9])
    // Changes that lead from elsewhere: differences are no longer known.
    await served.write(11, 'b.example CNAME .\n', changes(10, 11, ['c.example CNAME .'], []))
    assert.deepEqual(await of(9), [11, zone.split('.')[0], 'b', 11])
  })

  test('by differences is known though the changes take their place after the zone', async () => {
    await using served = new ServedZone()
    await served.write(7, 'a.example CNAME .\n')
    const written = served.write(8, 'b.example CNAME .\n')
    await sleep(150)
    await writeFile(served.changes, changes(7, 8, ['a.example CNAME .'], ['b.example CNAME .']))
    await written
    const [message] = await all(request(types.ixfr, zone, 7), served.answering())
    assert.equal(message!.answers.length, 6)
  })

  test('by UDP is the serial, also where differences were asked for', async () => {
    await using served = new ServedZone()
    await served.write(7, lines(5))
    const [soa] = await all(request(types.soa), served.answering(), 'udp')
    assert.deepEqual(
      soa!.answers.map(({ type }) => type),
      [types.soa],
    )
    const [ixfr, ...more] = await all(request(types.ixfr, zone, 3), served.answering(), 'udp')
    assert.equal(ixfr!.answers.length, 1)
    assert.equal(more.length, 0)
    const [axfr] = await all(request(types.axfr), served.answering(), 'udp')
    assert.equal(axfr!.code, codes.refused)
  })

  test('goes on with its version where another takes its place', async () => {
    await using served = new ServedZone()
    await served.write(7, lines(30_000))
    let [records, asked] = [0, 0]
    for await (const bytes of answers(request(types.axfr), 'tcp', served.answering())) {
      records += read(bytes).answers.length
      if (asked++ === 0) await served.write(8, lines(3))
    }
    assert.equal(records, 30_003)
    assert.equal((await all(request(types.axfr), served.answering())).flatMap((one) => one.answers).length, 6)
  })

  test('is nothing of a zone that is not served, is not there, or is not ours', async () => {
    await using served = new ServedZone()
    const code = async (name?: string) => (await all(request(types.axfr, name), served.answering()))[0]!.code
    assert.equal(await code(), codes.refused)
    await served.write(7, lines(1))
    assert.equal(await code(), codes.noError)
    assert.equal(await code('BLOCK.rpz'), codes.noError)
    assert.equal(await code('other.rpz'), codes.refused)
  })

  test('stays as it was where the file becomes something else', async () => {
    await using served = new ServedZone()
    await served.write(7, lines(1))
    for (const text of ['', '<html>', '; other.rpz: x\n$TTL 1\n']) {
      await writeFile(served.path, text)
      assert.deepEqual(await served.zones.look(), [])
      assert.equal(served.zones.serial(zone), 7)
    }
    assert.match(served.said.join('\n'), /is no zone block\.rpz that Sundew wrote/)
  })

  test('ends in an error, and not as if it were whole, where a line is damaged', async () => {
    await using served = new ServedZone()
    for (const line of [
      'a..example CNAME .',
      'nothing',
      'a.example TXT x',
      'a.example CNAME',
      `${'a'.repeat(64)}.b CNAME .`,
      'a.example CNAME x',
    ]) {
      await served.write(7, `${lines(2)}${line}\n`)
      await assert.rejects(all(request(types.axfr), served.answering()), /line/)
    }
    await served.write(7, 'a.example CNAME .')
    await assert.rejects(all(request(types.axfr), served.answering()), /ends within a line/)
  })
})

describe('who asks about a zone', () => {
  test('must be allowed', () => {
    const access = new Access(['192.0.2.0/24', '2001:db8::1'], [])
    for (const address of ['192.0.2.9', '::ffff:192.0.2.9', '2001:db8::1'])
      assert.ok(access.from(address), address)
    for (const address of ['192.0.3.1', '2001:db8::2', '', undefined, 'x'])
      assert.ok(!access.from(address), String(address))
  })

  test('needs a key where there are any, and its clock', async () => {
    await using served = new ServedZone()
    await served.write(7, lines(1))
    const answering = served.answering([key])
    const code = async (bytes: Uint8Array) => (await all(bytes, answering))[0]!.code
    assert.equal(await code(request(types.soa)), codes.refused)
    assert.equal(await code(new TsigSigner(key).sign(request(types.soa), now)), codes.noError)
    const [late] = await all(new TsigSigner(key).sign(request(types.soa), now - 1000), answering)
    assert.equal(late!.code, codes.notAuthoritative)
    assert.equal(late!.answers.length, 0)
    const tsig = readTsig(late!)
    assert.ok(typeof tsig === 'object')
    assert.equal(tsig.mac.length, 32)
    const { data } = late!.additionals[0]!
    assert.equal(new DataView(data.buffer, data.byteOffset + data.length - 10).getUint16(0), tsigErrors.time)
    const unknown = new TsigSigner({ ...key, name: 'other' }).sign(request(types.axfr), now)
    assert.equal(await code(unknown), codes.notAuthoritative)
  })

  test('can send any bytes', async () => {
    await using served = new ServedZone()
    await served.write(7, lines(3))
    const answering = served.answering()
    const seeds = [
      request(types.axfr),
      request(types.ixfr, zone, 3),
      new TsigSigner(key).sign(request(types.soa), now),
    ]
    const changed = fc
      .tuple(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 }),
        fc.nat(200),
      )
      .map(([seed, flips, length]) => {
        const bytes = Buffer.from(seed)
        for (const [at, value] of flips) bytes[at % bytes.length] = value
        return bytes.subarray(0, Math.max(length, bytes.length - length))
      })
    await fc.assert(
      fc.asyncProperty(fc.oneof(changed, fc.uint8Array({ maxLength: 100 })), async (bytes) => {
        for (const keys of [answering, served.answering([key])]) await all(bytes, keys)
      }),
      { numRuns: 300 },
    )
  })
})
