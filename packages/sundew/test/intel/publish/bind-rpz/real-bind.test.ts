import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { bindRpz } from '../../../../src/intel/publish/bind-rpz.ts'
import { authority, realAddress } from '../../../authority.ts'
import { dig, hasNamed, Named } from '../../../named.ts'
import { fakeBlocklist, type FakeList } from '../fake-blocklist.ts'
import { renderedBy, scratch, writeFiles } from '../in-folder.ts'
import type { Rendered } from '../rendered.ts'

/** Writes a publication that lies in this folder. */
async function publish(
  folder: string,
  told: FakeList,
  settings: object,
  before?: Rendered,
): Promise<Rendered> {
  const { files, leftOut } = renderedBy(bindRpz, fakeBlocklist(told), settings, before)
  const there = {
    files: new Map(
      [...files].map(([name, text]) => [name, text.replaceAll('/var/lib/lists', folder)] as const),
    ),
    leftOut,
  }
  await writeFiles(folder, there)
  return there
}

/** A resolver that asks one authority and has our policy. */
async function resolver(folder: string, port: number): Promise<Named> {
  const named = await Named.start(() => ({
    options: `recursion yes; forward only; forwarders { 127.0.0.1 port ${port}; };
  include "${join(folder, 'policy.conf')}";`,
    rest: `include "${join(folder, 'zones.conf')}";
logging { channel all { stderr; severity info; }; category default { all; }; category rpz { all; }; category rpz-passthru { all; }; };`,
  }))
  const zones = (await readFile(join(folder, 'policy.conf'), 'utf8')).match(/^ +zone /gm)!.length
  // It answers before its policy is in force.
  await named.says(new RegExp(`(reload done: success[^]*){${zones}}`))
  return named
}

const why = (confidence: number) => ({ confidence })
const zones = [
  { name: 'nx.rpz', action: 'nxdomain', confidence_from: 90 },
  { name: 'nodata.rpz', action: 'nodata', confidence_from: 80 },
  { name: 'drop.rpz', action: 'drop', confidence_from: 70 },
  { name: 'tcp.rpz', action: 'tcp-only', confidence_from: 60 },
  { name: 'garden.rpz', action: 'garden', confidence_from: 50 },
  { name: 'log.rpz', action: 'log' },
]

describe('our zones in the real BIND', { skip: !hasNamed && 'no BIND here' }, () => {
  test('do to listed names what is said, and nothing to allowed ones', async () => {
    await using up = await authority({
      'points-there.example': '203.0.113.9',
      'points-beside.example': '203.0.113.7',
    })
    await using folder = scratch()
    chmodSync(folder.path, 0o755)
    await publish(
      folder.path,
      {
        domains: [
          { value: 'bad.example', why: why(95) },
          { value: 'nodata.example', why: why(85) },
          { value: 'drop.example', why: why(75) },
          { value: 'tcp.example', why: why(65) },
          { value: 'garden.example', why: why(55) },
          { value: 'log.example', why: why(10) },
        ],
        hosts: [
          { value: 'only.host.example', why: why(95) },
          { value: '_under.score.example', why: why(55) },
        ],
        addresses: [{ value: '203.0.113.0/24', why: why(95) }],
        allowedHosts: ['www.bad.example'],
        allowedDomains: ['good.bad.example'],
        allowedAddresses: ['203.0.113.7'],
      },
      { zones, garden: { a: ['192.0.2.80'], aaaa: ['2001:db8::80'] } },
    )
    await using named = await resolver(folder.path, up.port)
    const ask = (name: string, ...more: string[]) => dig(named.port, name, ...more)
    const answer = async (name: string, type = 'A') => (await ask(name, type, '+short')).trim()

    for (const name of ['bad.example', 'x.bad.example', 'a.b.c.bad.example', 'only.host.example'])
      assert.match(await ask(name), /status: NXDOMAIN/, name)
    for (const name of [
      'fine.example',
      'notbad.example',
      'www.bad.example',
      'good.bad.example',
      'x.y.good.bad.example',
      'below.only.host.example',
      'host.example',
    ])
      assert.equal(await answer(name), realAddress, name)
    assert.match(await ask('below.www.bad.example'), /status: NXDOMAIN/)

    assert.match(await ask('points-there.example'), /status: NXDOMAIN/)
    assert.equal(await answer('points-beside.example'), '203.0.113.7')

    assert.match(await ask('x.nodata.example'), /status: NOERROR[^]*ANSWER: 0,/)
    assert.match(await ask('drop.example'), /timed out|no servers could be reached/)
    assert.match(await ask('tcp.example', '+ignore'), /flags: [a-z ]*\btc\b/)
    assert.equal((await ask('tcp.example', '+tcp', '+short')).trim(), realAddress)
    assert.equal(await answer('garden.example'), '192.0.2.80')
    assert.equal(await answer('x.garden.example', 'AAAA'), '2001:db8::80')
    assert.equal(await answer('_under.score.example'), '192.0.2.80')

    assert.equal(await answer('log.example'), realAddress)
    await named.says(/disabled rpz QNAME NXDOMAIN rewrite log\.example\/A\/IN via log\.example\.log\.rpz/)
    await named.says(/rpz QNAME NXDOMAIN rewrite x\.bad\.example\/A\/IN via /)
    await named.says(
      /rpz IP NXDOMAIN rewrite points-there\.example\/A\/IN via 2\d\.\d+\.113\.0\.203\.rpz-ip\.nx\.rpz/,
    )
  })

  test('are followed after a change', async () => {
    await using up = await authority({})
    await using folder = scratch()
    chmodSync(folder.path, 0o755)
    const made = Date.UTC(2026, 10, 25)
    const before = await publish(folder.path, { hosts: ['one.example'], made }, {})
    await using named = await resolver(folder.path, up.port)
    assert.match(await dig(named.port, 'one.example'), /status: NXDOMAIN/)
    await publish(folder.path, { hosts: ['two.example'], made: made + 1000 }, {}, before)
    named.reload()
    const until = performance.now() + 20_000
    for (let said = ''; !said.includes('NXDOMAIN'); said = await dig(named.port, 'two.example')) {
      assert.ok(performance.now() < until, named.log)
      await sleep(200)
    }
    assert.equal((await dig(named.port, 'one.example', '+short')).trim(), realAddress)
  })

  test('have addresses as BIND itself writes them, and nothing that it complains of', async () => {
    await using up = await authority({})
    await using folder = scratch()
    chmodSync(folder.path, 0o755)
    const bits = (least: number, most: number) => fc.integer({ min: least, max: most })
    const addresses = fc.sample(
      fc.oneof(
        fc.tuple(fc.ipV4(), bits(24, 32)).map(([address, length]) => `${address}/${length}`),
        fc
          .tuple(
            fc.ipV6().filter((text) => !text.includes('.')),
            bits(64, 128),
          )
          .map(([address, length]) => `${address}/${length}`),
        fc
          .array(fc.constantFrom('0', '0', '1', 'abcd'), { minLength: 8, maxLength: 8 })
          .map((words) => `${words.join(':')}/128`),
      ),
      500,
    )
    const { files } = await publish(
      folder.path,
      { addresses, domains: ['bad.example', 'a.bad.example'] },
      { triggers: ['name', 'address', 'nsdname', 'nsip'], comments: true },
    )
    assert.ok(files.get('block.rpz.sundew.zone')!.match(/\.rpz-ip /g)!.length > 100)
    await using named = await resolver(folder.path, up.port)
    assert.match(await dig(named.port, 'bad.example'), /status: NXDOMAIN/)
    assert.doesNotMatch(named.log, /canonical|invalid rpz|bad owner|rpz.*error/i)
  })
})
