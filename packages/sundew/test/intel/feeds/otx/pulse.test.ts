import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pulseReport, takePulse } from '../../../../src/intel/feeds/otx/pulse.ts'
import { FakeBook } from '../fake-host.ts'

const samples = join(import.meta.dirname, '../../../../../../testdata/intel')

function taken(pulse: Record<string, unknown>) {
  const book = new FakeBook()
  const intake = book.intake()
  takePulse(intake, pulseReport('p1', pulse), pulse['indicators'] as unknown[])
  intake.commit()
  return book
}

const one = (indicator: Record<string, unknown>) => taken({ indicators: [indicator] })

describe('a pulse', () => {
  test('real ones of 2015 are read', () => {
    const pulses = JSON.parse(readFileSync(join(samples, 'otx_pulses_2015_real.json'), 'utf8')) as Record<
      string,
      unknown
    >[]
    const counts = new Map<string, number>()
    for (const pulse of pulses)
      for (const { type } of taken(pulse).sightings) counts.set(type!, (counts.get(type!) ?? 0) + 1)
    const told = pulses.flatMap(({ indicators }) => indicators as { type: string }[])
    const of = (...types: string[]) => told.filter(({ type }) => types.includes(type)).length
    assert.equal(counts.get('address'), of('IPv4', 'IPv6', 'CIDR'))
    assert.equal(counts.get('hash'), of('FileHash-MD5', 'FileHash-SHA1', 'FileHash-SHA256'))
    assert.ok(counts.get('address')! > 0 && counts.get('hash')! > 0)
    const report = pulseReport('x', pulses[0]!)
    assert.equal(report.author, 'AlienVault')
    assert.equal(report.modified, Date.parse('2015-09-02T09:22:22.976Z'))
    assert.ok(report.tags?.includes('rocket kitten'))
  })

  test('an indicator of 2023 has its dates', () => {
    const lines = readFileSync(join(samples, 'otx_indicator_2023_elastic.ndjson'), 'utf8').trim().split('\n')
    const indicators = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const { sightings } = taken({ indicators })
    const address = sightings.find(({ type }) => type === 'address')
    assert.deepEqual(address?.about, {
      first: Date.parse('2023-08-09T05:05:15Z'),
      expires: Date.parse('2023-09-07T00:00:00Z'),
    })
    assert.equal(sightings.find(({ type }) => type === 'url')?.about.expires, undefined)
  })

  const types: readonly (readonly [string, string, string | undefined])[] = [
    ['IPv4', '198.51.100.1', 'address'],
    ['IPv6', '2001:db8::1', 'address'],
    ['CIDR', '198.51.100.0/24', 'address'],
    ['domain', 'bad.example', 'domain'],
    ['domain', 'http://bad.example/x', 'url'],
    ['hostname', 'a.bad.example', 'hostname'],
    ['URL', 'http://bad.example/', 'url'],
    ['URI', 'http://bad.example/', 'url'],
    ['URI', '/gate.php', undefined],
    ['email', 'a@bad.example', 'email'],
    ['FileHash-SHA256', 'ab'.repeat(32), 'hash'],
    ['FileHash-IMPHASH', 'ab'.repeat(16), undefined],
    ['FileHash-PEHASH', 'ab'.repeat(20), undefined],
    ['SSLCertFingerprint', 'ab'.repeat(20), 'hash'],
    ['JA3', 'ab'.repeat(16), 'ja3'],
    ['CVE', 'CVE-2026-1234', 'cve'],
    ['FilePath', 'C:\\x', undefined],
    ['Mutex', 'Global\\x', undefined],
    ['YARA', 'rule x {}', undefined],
    ['BitcoinAddress', '1abc', undefined],
    ['constructor', 'x', undefined],
  ]
  for (const [type, indicator, as] of types)
    test(`${type} ${indicator} is ${as ?? 'left out'}`, () => {
      const { sightings, leftOut, bad } = one({ type, indicator })
      assert.deepEqual(
        sightings.map((sighting) => sighting.type),
        as === undefined ? [] : [as],
      )
      assert.equal(leftOut.size, as === undefined ? 1 : 0)
      assert.deepEqual(bad, [])
    })

  test('what is not active any more is left out', () => {
    for (const is_active of [0, false]) {
      const { sightings, leftOut } = one({ type: 'IPv4', indicator: '198.51.100.1', is_active })
      assert.equal(sightings.length, 0)
      assert.deepEqual([...leftOut], [['not active any more', 1]])
    }
    assert.equal(one({ type: 'IPv4', indicator: '198.51.100.1', is_active: 1 }).sightings.length, 1)
  })

  test('an indicator with a title of its own shows it behind the name of the pulse', () => {
    const indicators = [
      { type: 'IPv4', indicator: '198.51.100.1', description: 'C2' },
      { type: 'IPv4', indicator: '198.51.100.2', title: 'A pulse' },
      { type: 'IPv4', indicator: '198.51.100.3', title: '', description: null, role: 'bruteforce' },
    ]
    assert.deepEqual(
      taken({ name: 'A pulse', indicators }).sightings.map(({ about }) => [about.title, about.tags]),
      [
        ['A pulse: C2', undefined],
        [undefined, undefined],
        [undefined, ['bruteforce']],
      ],
    )
  })

  test('malware, adversary and TLP are told', () => {
    const report = pulseReport('p', {
      malware_families: ['Emotet', { id: 'TrickBot', display_name: 'TrickBot' }, null],
      adversary: 'APT 0',
      tags: ['bank', 'bank', 5],
      TLP: 'GREEN',
      revision: 3,
    })
    assert.equal(report.malware, 'Emotet, TrickBot')
    assert.deepEqual(report.tags, ['APT 0', 'bank'])
    assert.equal(report.tlp, 'green')
    assert.equal(report.revision, 3)
  })
})
