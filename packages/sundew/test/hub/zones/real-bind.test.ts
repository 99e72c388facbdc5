import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { bindRpz } from '../../../src/intel/publish/bind-rpz.ts'
import { publishedZones } from '../../../src/intel/publish/bind-rpz/named-conf.ts'
import { rpzSettings } from '../../../src/intel/publish/bind-rpz/settings.ts'
import { egressTo } from '../../../src/hub/egress.ts'
import { notifyDestinations, transferSection, type TransferSection } from '../../../src/hub/zones/section.ts'
import { Zones } from '../../../src/hub/zones/zones.ts'
import { fakeBlocklist, type FakeList } from '../../intel/publish/fake-blocklist.ts'
import { renderedBy, scratch, writeFiles } from '../../intel/publish/in-folder.ts'
import type { Rendered } from '../../intel/publish/rendered.ts'
import { dig, freePort, hasNamed, Named } from '../../named.ts'

const zone = 'block.rpz.sundew'
const secret = Buffer.alloc(32, 5).toString('base64')

/** Publications in a folder, and zones served from there. */
class Rig implements AsyncDisposable {
  readonly #folder = scratch()
  readonly section: TransferSection
  readonly said: string[] = []
  #zones: Zones | undefined
  #before: Rendered | undefined
  #made = Date.UTC(2026, 10, 25)

  constructor(section: object) {
    this.section = transferSection.parse(section)
  }

  get path(): string {
    return this.#folder.path
  }

  async publish(told: FakeList): Promise<number> {
    this.#made += 1000
    this.#before = renderedBy(bindRpz, fakeBlocklist({ made: this.#made, ...told }), {}, this.#before)
    await writeFiles(join(this.path, 'rpz'), this.#before)
    await this.#zones?.look()
    return this.#made / 1000
  }

  async open(): Promise<void> {
    const say = (message: string) => void this.said.push(message)
    this.#zones = await Zones.open(this.section, {
      zones: publishedZones(rpzSettings.parse({}), join(this.path, 'rpz')),
      folder: join(this.path, 'state'),
      egress: egressTo(notifyDestinations(this.section)),
      log: { info: say, warn: say, error: (message, cause) => say(`${message} ${String(cause)}`) },
    })
  }

  async close(): Promise<void> {
    await this.#zones?.close()
    this.#zones = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
    await this.#folder[Symbol.asyncDispose]()
  }
}

/** `dig` answers as the zone's file says, sorted. */
const records = (said: string) =>
  said
    .split('\n')
    .filter((line) => /\sCNAME\s/.test(line))
    .map((line) => line.replace(/\s+/g, ' ').replace(`.${zone}. 60 IN`, ''))
    .toSorted()

async function secret_file(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'key')
  await writeFile(path, `key "transfer" {\n\talgorithm hmac-sha256;\n\tsecret "${secret}";\n};\n`)
  return path
}

const few: FakeList = { domains: ['bad.example'], hosts: ['host.example'], addresses: ['203.0.113.0/24'] }
const many = (count: number) => Array.from({ length: count }, (_, i) => `n${i}.listed-for-a-transfer.example`)

describe('a zone transfer to the real BIND', { skip: !hasNamed && 'no BIND here' }, () => {
  test('is told to dig as a whole, and as its serial', async () => {
    const port = await freePort()
    await using rig = new Rig({ port })
    const serial = await rig.publish(few)
    await rig.open()
    assert.match(
      await dig(port, '+short', zone, 'SOA'),
      new RegExp(`^localhost\\. hostmaster\\.localhost\\. ${serial} `),
    )
    const whole = await dig(port, zone, 'AXFR')
    assert.deepEqual(records(whole), [
      '*.bad.example CNAME .',
      '24.0.113.0.203.rpz-ip CNAME .',
      'bad.example CNAME .',
      'host.example CNAME .',
    ])
    assert.match(await dig(port, '+tcp', 'bad.example', 'A'), /status: REFUSED/)
    assert.match(await dig(port, '+edns=3', '+noednsneg', zone, 'SOA'), /status: BADVERS/)
    assert.match(await dig(port, zone, 'TXT'), /status: REFUSED/)
  })

  for (const signed of [false, true])
    test(`is made whole at first, and by differences after one change, ${signed ? 'signed' : 'unsigned'}`, async () => {
      const port = await freePort()
      await using folder = scratch()
      const keys = [{ name: 'transfer', secret_file: await secret_file(folder.path) }]
      const secondaryPort = await freePort()
      await using rig = new Rig({
        port,
        keys: signed ? keys : [],
        notify: [{ address: '127.0.0.1', port: secondaryPort, ...(signed && { key: 'transfer' }) }],
      })
      const names = many(3000)
      await rig.publish({ ...few, hosts: names })
      await rig.open()
      await using secondary = await Named.start(
        () => ({
          options: 'recursion no; notify no; min-refresh-time 1;',
          rest: `${signed ? `key "transfer" { algorithm hmac-sha256; secret "${secret}"; };` : ''}
zone "${zone}" {
  type secondary;
  primaries { 127.0.0.1 port ${port}${signed ? ' key transfer' : ''}; };
  file "copy.db"; masterfile-format text; request-ixfr yes; allow-query { any; };
  ixfr-from-differences no;
};
logging { channel all { stderr; severity debug 1; }; category default { all; }; category xfer-in { all; }; };`,
        }),
        secondaryPort,
      )
      await secondary.says(/Transfer completed: [1-9]\d* messages, 3006 records/)
      const from = secondary.log.length
      const serial = await rig.publish({ ...few, hosts: [...names.slice(1), 'new.example'] })
      await secondary.says(new RegExp(`transferred serial ${serial}`), from)
      assert.ok(rig.said.includes(`IXFR of ${zone} to 127.0.0.1`), rig.said.join('\n'))
      // What BIND says of the transfer itself comes after it has said that it is through.
      await secondary.says(/got incremental response|Transfer completed: 1 messages, 6 records/, from)
      if (signed) assert.match(secondary.log.slice(from), /TSIG 'transfer'/)
      assert.match(await dig(secondary.port, `new.example.${zone}`, 'CNAME'), /status: NOERROR, /)
      assert.match(await dig(secondary.port, `${names[0]}.${zone}`, 'CNAME'), /status: NXDOMAIN/)
      assert.match(await dig(secondary.port, `${names[1]}.${zone}`, 'CNAME'), /status: NOERROR/)
    })

  test('of many messages is signed throughout', async () => {
    const port = await freePort()
    await using folder = scratch()
    for (const algorithm of ['hmac-sha256', 'hmac-sha384', 'hmac-sha512'] as const) {
      await using rig = new Rig({
        port,
        keys: [{ name: 'transfer', algorithm, secret_file: await secret_file(folder.path) }],
      })
      await rig.publish({ hosts: many(5000) })
      await rig.open()
      const said = await dig(port, '-y', `${algorithm}:transfer:${secret}`, zone, 'AXFR')
      assert.equal(records(said).length, 5000)
      const [, messages] = /\(messages (\d+),/.exec(said) ?? []
      assert.ok(Number(messages) > 3)
      // One signature a message, and what dig thinks of them.
      assert.equal(said.match(/^transfer\.\s.*\sTSIG\s.* NOERROR /gm)?.length, Number(messages))
      assert.ok(!/verify|failure|failed|BADSIG/i.test(said))
    }
  })

  test('is refused to who has no key, or a wrong one', async () => {
    const port = await freePort()
    await using folder = scratch()
    await using rig = new Rig({
      port,
      keys: [{ name: 'transfer', secret_file: await secret_file(folder.path) }],
    })
    await rig.publish(few)
    await rig.open()
    const wrong = Buffer.alloc(32, 6).toString('base64')
    for (const key of [[], ['-y', `hmac-sha256:transfer:${wrong}`], ['-y', `hmac-sha256:other:${secret}`]])
      for (const type of ['AXFR', 'IXFR=1']) {
        const said = await dig(port, ...key, zone, type)
        assert.equal(records(said).length, 0)
        assert.match(said, /Transfer failed|REFUSED|NOTAUTH/)
      }
    assert.match(await dig(port, '-y', `hmac-sha256:transfer:${wrong}`, zone, 'SOA'), /NOTAUTH[^]*BADSIG/)
    assert.match(await dig(port, '-y', `hmac-sha256:other:${secret}`, zone, 'SOA'), /NOTAUTH[^]*BADKEY/)
  })

  test('by differences goes on after a restart', async () => {
    const port = await freePort()
    await using rig = new Rig({ port })
    const first = await rig.publish(few)
    await rig.open()
    const second = await rig.publish({ ...few, hosts: ['host.example', 'one.example'] })
    const third = await rig.publish({ ...few, hosts: ['one.example'] })
    await rig.close()
    await rig.open()
    const said = await dig(port, zone, `IXFR=${first}`)
    assert.deepEqual(
      said.match(/(?:SOA\t.*? (\d{10}) |^\S+(?=.*CNAME))/gm)?.map((one) => one.replace(/.* (\d+) $/, '$1')),
      [
        String(third),
        String(first),
        String(second),
        `one.example.${zone}.`,
        String(second),
        `host.example.${zone}.`,
        String(third),
        String(third),
      ],
    )
    assert.equal((await dig(port, zone, `IXFR=${third}`)).match(/\sSOA\s/g)?.length, 1)
    assert.equal(records(await dig(port, zone, 'IXFR=7')).length, 4)
  })
})
