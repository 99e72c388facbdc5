import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventOf, matchOf } from '../events.ts'
import type { SundewEvent } from '../../../src/event/event.ts'
import { syslog } from '../../../src/outputs/syslog/syslog.ts'
import { conforms, outputHost } from '../conformance.ts'
import { tcpReceiver, udpReceiver, type Receiver } from './receiver.ts'

conforms(syslog, {
  working: async () => {
    const receiver = await tcpReceiver()
    return {
      config: { port: receiver.port, transport: 'tcp' as const, framing: 'newline' as const },
      [Symbol.asyncDispose]: () => receiver.kill(),
    }
  },
  broken: async () => {
    const receiver = await tcpReceiver()
    await receiver.kill()
    return { port: receiver.port, transport: 'tcp' as const }
  },
})

function open(given: object) {
  const config = syslog.config.parse(given)
  return syslog.open(config, outputHost('/nowhere', { destinations: syslog.destinations!(config) }))
}

async function until(done: () => boolean, ms = 5000): Promise<void> {
  for (const since = performance.now(); !done() && performance.now() - since < ms;) await sleep(5)
}

const alert = (message: string): SundewEvent => eventOf('alert.raised', { code: 'SUNDEW_X', message })
const messages = ({ got }: Receiver) => got.map((line) => /message="([^"]*)"/.exec(line)?.[1])

describe('warnings to a syslog server', () => {
  test('say by their priority how grave they are, as either RFC has it', async () => {
    const receiver = await udpReceiver()
    const five = open({ port: receiver.port })
    await five.send([matchOf(), matchOf({ severity: 'low' })])
    const three = open({ port: receiver.port, rfc: 3164, facility: 'daemon', format: 'cef' })
    await three.send([alert('x')])
    await until(() => receiver.got.length >= 3)
    assert.ok(
      receiver.got[0]!.startsWith(
        '<130>1 2026-11-25T01:08:48.000123Z pot sundew - intel.match - kind="intel.match" ',
      ),
    )
    assert.ok(receiver.got[1]!.startsWith('<133>1 '))
    assert.ok(
      receiver.got[2]!.startsWith('<28>Nov 25 01:08:48 pot sundew: CEF:0|Sundew|Sundew|0.0.0|alert.raised|'),
    )
    five.close!()
    three.close!()
    await receiver.kill()
  })

  test('are no longer than a datagram or a packet of old may be', async () => {
    const receiver = await udpReceiver()
    const long = matchOf({ titles: Array<string>(16).fill('ä'.repeat(256)) })
    for (const [rfc, most] of [
      [5424, 2048],
      [3164, 1024],
    ]) {
      for (const format of ['kv', 'json', 'cef']) {
        const one = open({ port: receiver.port, rfc, format })
        receiver.got.length = 0
        await one.send([long])
        await until(() => receiver.got.length > 0)
        const size = Buffer.byteLength(receiver.got[0]!)
        assert.ok(size <= most!, `${format} of ${rfc}: ${size}`)
        one.close!()
      }
    }
    await receiver.kill()
  })

  test('wait where nobody takes datagrams, as far as that can be known', async () => {
    const receiver = await udpReceiver()
    await receiver.kill()
    const one = open({ port: receiver.port })
    await assert.rejects(one.send([alert('a')]), /127\.0\.0\.1/)
    const back = await udpReceiver(receiver.port)
    await one.send([alert('a')])
    await until(() => back.got.length > 0)
    assert.deepEqual(messages(back), ['a'])
    one.close!()
    await back.kill()
  })

  test('come in their order to a server that died and came back, none of them lost, though some may come twice', async () => {
    const first = await tcpReceiver()
    const one = open({ port: first.port, transport: 'tcp', framing: 'newline' })
    // As a feed does: again until it is taken.
    const insist = async (i: number) => {
      for (let tries = 0; tries < 500; tries++) {
        try {
          return await one.send([alert(String(i))])
        } catch {
          await sleep(10)
        }
      }
      assert.fail(`${i} was never taken`)
    }
    const count = 60
    for (let i = 0; i < 20; i++) await insist(i)
    await first.kill() // what was written just before may not have been read
    const back = sleep(100).then(() => tcpReceiver(first.port))
    for (let i = 20; i < count; i++) await insist(i)
    const receiver = await back
    await until(() => messages(receiver).at(-1) === String(count - 1))
    const firsts = [...new Set([...messages(first), ...messages(receiver)])].map(Number)
    assert.deepEqual(
      firsts,
      Array.from({ length: count }, (_, i) => i),
    )
    one.close!()
    await receiver.kill()
  })
})
