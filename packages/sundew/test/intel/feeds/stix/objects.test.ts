import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { stix } from '../../../../src/intel/feeds/stix/bundle.ts'
import { FakeBook, type Page, pull } from '../fake-host.ts'
import { idOf, indicator, relation } from './some-objects.ts'

const url = 'https://stix.example/bundle.json'

async function taken(objects: readonly unknown[], book = new FakeBook()) {
  await pull(stix, { url }, book, () => ({ type: 'bundle', id: idOf('bundle', 1), objects }))
  return book
}

describe('STIX objects', () => {
  test('an indicator is a report with what its pattern says', async () => {
    const { reports, sightings } = await taken([
      { type: 'identity', id: idOf('identity', 1), name: 'CERT Example' },
      { type: 'malware', id: idOf('malware', 1), name: 'Emotet' },
      indicator(1, "[ipv4-addr:value = '198.51.100.1'] OR [url:value = 'http://bad.example/']", {
        name: 'Emotet C2',
        created_by_ref: idOf('identity', 1),
        labels: ['c2'],
        indicator_types: ['malicious-activity'],
        confidence: 85,
        valid_from: '2026-11-01T00:00:00.123456Z',
        valid_until: '2027-01-01T00:00:00Z',
        object_marking_refs: ['marking-definition--f88d31f6-486f-44da-b317-01333bde0b82'],
        external_references: [{ source_name: 'x' }, { url: 'https://cert.example/1' }],
      }),
      relation(1, idOf('indicator', 1), idOf('malware', 1)),
    ])
    const report = reports.get(idOf('indicator', 1))
    assert.deepEqual(report, {
      id: idOf('indicator', 1),
      title: 'Emotet C2',
      author: 'CERT Example',
      tags: ['c2', 'malicious-activity'],
      malware: 'Emotet',
      link: 'https://cert.example/1',
      tlp: 'amber',
      created: Date.parse('2026-10-01T00:00:00Z'),
      modified: Date.parse('2026-11-01T00:00:00Z'),
    })
    assert.deepEqual(
      sightings.map(({ text, type }) => [text, type]),
      [
        ['198.51.100.1', 'address'],
        ['http://bad.example/', 'url'],
      ],
    )
    assert.deepEqual(sightings[0]!.about, {
      first: Date.parse('2026-11-01T00:00:00.123Z'),
      expires: Date.parse('2027-01-01T00:00:00Z'),
      confidence: 85,
    })
  })

  test('a name that somebody registered covers what is below it, one below stands for itself', async () => {
    const { sightings } = await taken([
      indicator(
        1,
        "[domain-name:value IN ('Bad.com', 'a.bad.com', 'evil.github.io', 'a.evil.github.io', 'bad.co.uk')]",
      ),
    ])
    assert.deepEqual(
      sightings.map(({ text, type }) => `${text} ${type}`),
      [
        'Bad.com domain',
        'a.bad.com hostname',
        'evil.github.io domain',
        'a.evil.github.io hostname',
        'bad.co.uk domain',
      ],
    )
  })

  test('of two versions the later counts, whatever their order', async () => {
    const older = indicator(1, "[domain-name:value = 'old.com']", { modified: '2026-10-02T00:00:00Z' })
    const newer = indicator(1, "[domain-name:value = 'new.com']")
    for (const objects of [
      [older, newer],
      [newer, older],
    ])
      assert.deepEqual((await taken(objects)).texts(), ['new.com'])
  })

  test('what is revoked, not valid any more, benign or in another language is left out by its reason', async () => {
    const pattern = "[domain-name:value = 'bad.com']"
    const { sightings, leftOut, bad } = await taken([
      indicator(1, pattern, { revoked: true }),
      indicator(2, pattern, { valid_until: '2026-11-24T23:59:59Z' }),
      indicator(3, pattern, { indicator_types: ['benign'] }),
      indicator(4, 'rule x { condition: true }', { pattern_type: 'yara' }),
      indicator(5, "[domain-name:value = 'a.com'] AND [domain-name:value = 'b.com']"),
      indicator(6, "[mutex:name = 'x']"),
      indicator(7, "[domain-name:value LIKE 'x%']"),
      indicator(8, "[domain-name:value != 'x.com']"),
    ])
    assert.deepEqual(sightings, [])
    assert.deepEqual(bad, [])
    assert.deepEqual(
      [...leftOut],
      [
        ['revoked', 1],
        ['not valid any more', 1],
        ['benign', 1],
        ['a pattern in yara', 1],
        ['a pattern that needs more than one thing', 1],
        ['a pattern of a property that is not matched', 1],
        ['a pattern with another comparison than =, IN and ISSUBSET', 1],
        ['a pattern that says what is not so', 1],
      ],
    )
  })

  test('a victim is told as one, and what else a pattern asks for', async () => {
    const { sightings } = await taken([
      indicator(1, "[network-traffic:dst_ref.value = '198.51.100.1' AND network-traffic:dst_port = 443]", {
        indicator_types: ['compromised'],
        confidence: 5000,
      }),
    ])
    assert.deepEqual(sightings[0]!.about, {
      first: Date.parse('2026-10-01T00:00:00Z'),
      compromised: true,
      title: 'only with network-traffic:dst_port',
    })
  })

  test('what a bundle has no longer is gone', async () => {
    const book = await taken([
      indicator(1, "[domain-name:value = 'a.com']"),
      indicator(2, "[domain-name:value = 'b.com']"),
    ])
    await taken([indicator(2, "[domain-name:value = 'b.com']")], book)
    assert.deepEqual([...book.reports.keys()], [idOf('indicator', 2)])
  })

  for (const page of [
    '',
    '[',
    '<html>',
    '7',
    '"x"',
    'null',
    '{"objects": 7}',
    '{"results": []}',
    '[{"ip": "1.2.3.4"}]',
  ])
    test(`${JSON.stringify(page)} is no bundle, and changes nothing`, async () => {
      const book = await taken([indicator(1, "[domain-name:value = 'a.com']")])
      await assert.rejects(
        pull(stix, { url }, book, () => page),
        { code: 'form' },
      )
      assert.deepEqual(book.texts(), ['a.com'])
    })

  test('whatever objects hold, reading goes on, and good ones are read', async () => {
    const good = indicator(99, "[domain-name:value = 'good.com']")
    const keys = Object.keys(
      indicator(1, '', { name: '', confidence: 1, labels: [], valid_until: '', revoked: false }),
    )
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.record({
        type: fc.constant('indicator'),
        id: fc.constant(idOf('indicator', 1)),
        pattern: fc.string(),
      }),
      fc.dictionary(
        fc.constantFrom(...keys),
        fc.oneof(fc.jsonValue(), fc.constant('indicator'), fc.constant(idOf('indicator', 1))),
      ),
      fc.record({
        type: fc.constant('relationship'),
        source_ref: fc.jsonValue(),
        target_ref: fc.jsonValue(),
        relationship_type: fc.constant('indicates'),
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(odd, { maxLength: 8 }), async (objects) => {
        const book = new FakeBook()
        await pull(stix, { url }, book, () => ({ objects: [...objects, good] }) as Page)
        assert.ok(book.texts(idOf('indicator', 99)).includes('good.com'))
      }),
      { numRuns: 300 },
    )
  })
})
