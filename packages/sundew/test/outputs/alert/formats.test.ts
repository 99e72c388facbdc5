import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { ByteString } from '../../../src/event/bytes.ts'
import type { SundewEvent } from '../../../src/event/event.ts'
import { formats, formatted } from '../../../src/outputs/alert/choice.ts'
import { cefLine } from '../../../src/outputs/alert/cef-line.ts'
import { jsonLine } from '../../../src/outputs/alert/json.ts'
import { keyValueLine } from '../../../src/outputs/alert/key-value.ts'
import { whole } from '../../../src/outputs/alert/value.ts'
import { anyEvent, eventOf, matchOf } from '../events.ts'

const bytes = (text: string) => text as ByteString

/** What a reader of `name="value"` pairs gets. */
function pairsOf(line: string): Record<string, string> {
  return Object.fromEntries([...line.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]))
}

describe('an event as one line', () => {
  test('of pairs has what decoders read first, always in one order', () => {
    const line = keyValueLine(matchOf(), 4096)
    assert.ok(
      line.startsWith(
        'kind="intel.match" severity="high" src_ip="10.0.0.5" src_port="51514" dst_ip="203.0.113.7" dst_port="443" transport="tcp" ' +
          'indicator="203.0.113.0/24" list="botnet" matched="destination" matched_ip="203.0.113.7" direction="outbound" ' +
          'service_name="https" bytes="1234" flows="1" summary="false" retro="false" ',
      ),
      line,
    )
    const pairs = pairsOf(line)
    assert.equal(pairs['titles'], 'Emotet \\x22epoch 5\\x22')
    assert.equal(pairs['links'], 'https://otx.alienvault.com/pulse/1')
    assert.equal(pairs['exporter'], '192.0.2.1:2055')
    assert.equal(line.match(/severity=/g)!.length, 1)
  })

  test('of an alert of ours says its code and its words', () => {
    const alert = eventOf('alert.raised', { code: 'SUNDEW_STORE_AWAY', message: 'the store: "gone"' })
    const pairs = pairsOf(keyValueLine(alert, 4096))
    assert.deepEqual(
      [pairs['kind'], pairs['severity'], pairs['code'], pairs['message']],
      ['alert.raised', 'medium', 'SUNDEW_STORE_AWAY', 'the store: \\x22gone\\x22'],
    )
  })

  test('shows bytes that are no text, quotes and line ends as what they are, and forges no pair', () => {
    const command = bytes('x" severity="high\n\x00\xff\x1b[2J \\')
    const line = keyValueLine(eventOf('command.run', { command }), 4096)
    assert.equal(pairsOf(line)['command'], 'x\\x22 severity=\\x22high\\x0a\\x00\\xff\\x1b[2J \\\\')
    assert.equal(pairsOf(line)['severity'], 'low')
  })

  test('neutralises what others call their lists', () => {
    const titles = ['a\u202egnp.exe\u0007\ud800', 'Süßes\u2028']
    const pairs = pairsOf(keyValueLine(matchOf({ titles }), 4096))
    assert.equal(pairs['titles'], 'a\\xe2\\x80\\xaegnp.exe\\x07\ufffd, Süßes\\xe2\\x80\\xa8')
  })

  test('of CEF has addresses by their version, and what the match is about', () => {
    const line = cefLine(matchOf({ titles: ['a=b|c'] }), '1.0', 4096)
    assert.ok(line.startsWith('CEF:0|Sundew|Sundew|1.0|intel.match|Something on a list was seen|9|rt='))
    for (const part of [
      ' src=10.0.0.5 spt=51514 dst=203.0.113.7 dpt=443 proto=TCP ',
      ' cs1=203.0.113.0/24 cs1Label=indicator cs2=botnet cs2Label=list cs3=a\\=b|c cs3Label=title ',
      ' cnt=1 ',
      ' deviceDirection=1 ',
    ])
      assert.ok(line.includes(part), `${line} has no ${part}`)
    const six = cefLine(matchOf({}, { source_ip: '2001:db8::1', destination_ip: '::' }), '1.0', 4096)
    assert.ok(six.includes(' c6a2=2001:db8::1 c6a2Label=Source IPv6 Address '))
    assert.ok(!/ (dst|c6a3)=/.test(six))
  })

  test('of JSON is the event with its fields readable, and whole where it should be', () => {
    const command = bytes('a"\\\xff'.repeat(200))
    const event = eventOf('command.run', { command }, { source_ip: '::ffff:192.0.2.7' })
    const read = (text: string) => JSON.parse(text) as { source_ip: string; fields: { command: string } }
    assert.equal(read(jsonLine(event)).source_ip, '192.0.2.7')
    assert.equal(read(jsonLine(event)).fields.command.length, 257)
    assert.equal(read(jsonLine(event, Infinity, whole)).fields.command, 'a"\\\\\\xff'.repeat(200))
  })

  test('is one line, no longer than it may be, and holds its severity, whatever the event is', () => {
    const kinds = fc.oneof(
      anyEvent,
      fc
        .record({ titles: fc.array(fc.string({ unit: 'binary' })), indicator: fc.string({ unit: 'binary' }) })
        .map((fields): SundewEvent => matchOf(fields)),
      fc.constant({ ...matchOf(), kind: 'a.new_kind', fields: { x: 1 } } as unknown as SundewEvent),
    )
    fc.assert(
      fc.property(
        kinds,
        fc.constantFrom(...formats),
        fc.integer({ min: 700, max: 4096 }),
        (event, format, most) => {
          const line = formatted(event, format, { version: '1.0', maxBytes: most })
          assert.doesNotMatch(line, /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]/)
          assert.ok(line.isWellFormed())
          assert.ok(Buffer.byteLength(line) <= most, `${Buffer.byteLength(line)} > ${most}: ${line}`)
          if (format === 'json')
            assert.match((JSON.parse(line) as { severity: string }).severity, /^(low|medium|high)$/)
          if (format === 'kv') {
            assert.match(line, /^kind="[^"]+" severity="(low|medium|high)" src_ip="/)
            assert.doesNotMatch(line.replaceAll(/ ?\w+="[^"]*"/g, ''), /./)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})
