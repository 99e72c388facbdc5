import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { IntelDesk } from '../../src/hub/intel/desk.ts'
import type { ToldSighting, WhyAnswer } from '../../src/intel/answers.ts'
import { keepFlows, keepForever } from '../hub/flows/kept-flows.ts'
import { startKept, type Kept } from './kept.ts'
import { sundew, type Ended } from './sundew.ts'

const hostile = 'evil\u001b]52;c;eA==\u0007\u202egnp'
const sighting: ToldSighting = {
  indicator: { type: 'address', value: '203.0.113.0/24' },
  source: 'otx',
  report: '5f1',
  title: `Pulse ${hostile}`,
  author: 'somebody',
  tags: ['worm'],
  malware: 'Mirai',
  link: 'https://otx.alienvault.com/pulse/5f1',
  tlp: 'white',
  confidence: 70,
  compromised: false,
  published_first: null,
  published_last: null,
  first_seen: '2026-11-01T00:00:00.000Z',
  last_seen: '2026-11-25T00:00:00.000Z',
  expires: null,
  gone: null,
  in_force: true,
}

/** Every call of it, and what it was told. */
const calls: (readonly [string, unknown])[] = []
const desk: IntelDesk = {
  why: (value) => {
    const listed = value === '203.0.113.9'
    return Promise.resolve({
      asked: value,
      indicator: value === 'nonsense' ? null : { type: 'address', value },
      refused: value === 'nonsense' ? 'it is neither an address nor a name' : null,
      sightings: listed ? [sighting] : [],
      verdicts: listed
        ? [
            {
              indicator: sighting.indicator,
              verdict: { action: 'block', confidence: 70, reasons: ['otx lists it'] },
              allowed: [
                {
                  action: 'annotate',
                  list: 'cloud',
                  entry: '203.0.113.0/24',
                  reason: 'a CDN',
                  until_time: null,
                },
              ],
            },
          ]
        : [],
      published: listed
        ? [{ name: 'bind', target: 'bind-rpz', path: '/var/lib/rpz', published: '2026-11-25T01:00:00Z' }]
        : [],
    })
  },
  search: (query) => {
    calls.push(['search', query])
    return Promise.resolve({ found: [sighting], more: true })
  },
  stats: () =>
    Promise.resolve({
      version: 7,
      made: '2026-11-25T01:00:00Z',
      by_type: [{ type: 'address', in_force: 3, block: 2, alert: 1, none: 0 }],
      by_source: [],
      allowed: [{ list: 'owner', action: 'exclude', entries: 1, decided: 0 }],
      publications: [],
    }),
  sources: () =>
    Promise.resolve([
      {
        name: 'otx',
        type: 'otx',
        enabled: true,
        weight: 60,
        ceiling: 'block',
        reports: 2,
        in_force: 95,
        bad: 1,
        examples: ['page 1: a.b..c'],
        left_out: { 'no type we know': 2 },
        last_try: '2026-11-25T02:00:00Z',
        last_good: '2026-11-25T01:00:00Z',
        next: '2026-11-25T03:00:00Z',
        trouble: 'it does not take our key (403)',
      },
    ]),
  pull: (names) => {
    calls.push(['pull', names])
    const outcome = names?.includes('broken') ? ('failed' as const) : ('taken' as const)
    return Promise.resolve([
      { source: 'otx', outcome, added: 95, removed: 0, in_force: 95, bad: 1, trouble: null, ms: 1200 },
    ])
  },
  publish: (names) => {
    calls.push(['publish', names])
    return Promise.resolve([
      {
        publication: 'bind',
        target: 'bind-rpz',
        path: '/var/lib/rpz',
        version: 7,
        outcome: 'held',
        entries: 3,
        added: 0,
        removed: 200,
        examples: ['-evil.example.net'],
        leftOut: { 'a name too long for the zone': 1 },
        trouble: 'it would lose 200 of 203 entries',
        checked: 'named-checkzone',
        ms: 30,
      },
    ])
  },
  add: (entry) => changed('add', entry),
  remove: (value) => changed('remove', value),
  allow: (entry) => changed('allow', entry),
  disallow: (value) => changed('disallow', value),
}

function changed(what: string, told: unknown) {
  calls.push([what, told])
  const refused = JSON.stringify(told).includes('unknown') ? 'it is not on our own list' : null
  return Promise.resolve({
    indicator: { type: 'address' as const, value: '203.0.113.9' },
    refused,
    verdict: { action: 'alert' as const, confidence: 40, reasons: [] },
  })
}

let kept: Kept
const run = (...args: string[]): Promise<Ended> => sundew(['intel', ...args, '--data', kept.data])

before(async () => {
  kept = await startKept({ networks: ['10.0.0.0/8'], intel: desk })
  await keepForever(kept.writer)
  await keepFlows(kept.writer, [
    { time: Date.UTC(2026, 10, 25, 10), source: '10.0.0.5', destination: '203.0.113.9', flags: 2 },
  ])
  await kept.writer.command({
    query: `INSERT INTO events (id, time, kind, source_ip, destination_ip, indicator, matched_ip, list, fields)
      SELECT generateUUIDv7(), parseDateTime64BestEffort('2026-11-25T10:00:00Z', 9, 'UTC'), 'intel.match', toIPv6('10.0.0.5'), toIPv6('203.0.113.9'),
        '203.0.113.0/24', '203.0.113.9', 'otx', '{"direction":"outbound","summary":false,"severity":"high"}'`,
  })
})

after(() => kept[Symbol.asyncDispose]())

describe('sundew intel', () => {
  test('why tells sightings, decisions, who met it and where it is published', async () => {
    const { code, stdout } = await run('why', '203.0.113.9')
    assert.equal(code, 0)
    assert.match(stdout, /^203\.0\.113\.0\/24 is blocked: published and matched \(confidence 70\)$/m)
    assert.match(stdout, /^ {2}- otx lists it$/m)
    assert.match(stdout, /^ {2}- allowed \(annotate\) by cloud: 203\.0\.113\.0\/24, a CDN$/m)
    assert.match(stdout, /^otx +203\.0\.113\.0\/24 +in force +2026-11-01 00:00:00 /m)
    assert.match(stdout, /https:\/\/otx\.alienvault\.com\/pulse\/5f1$/m)
    assert.match(stdout, /^10\.0\.0\.5 +1 +high +outbound .* matches$/m)
    assert.match(stdout, /^10\.0\.0\.5 +1 +outbound .* flows$/m)
    assert.match(stdout, /^bind +bind-rpz +2026-11-25 01:00:00 +\/var\/lib\/rpz$/m)
    assert.doesNotMatch(stdout, /\u001b\]|\u202e/)
  })

  test('why as JSON has who met it as well', async () => {
    const { stdout } = await run('why', '203.0.113.9', '--json')
    const { met } = JSON.parse(stdout) as WhyAnswer
    assert.deepEqual(
      met.map(({ host, times, from }) => ({ host, times, from })),
      [
        { host: '10.0.0.5', times: 1, from: 'matches' },
        { host: '10.0.0.5', times: 1, from: 'flows' },
      ],
    )
  })

  test('why ends with 1 where nobody lists it, and says why something is no indicator', async () => {
    const clean = await run('why', '198.51.100.1')
    assert.equal(clean.code, 1)
    assert.match(clean.stdout, /^No source lists it\.$/m)
    const nonsense = await run('why', 'nonsense')
    assert.equal(nonsense.code, 1)
    assert.equal(nonsense.stdout, 'nonsense is no indicator: it is neither an address nor a name\n')
  })

  test('search asks by text, type and source, and says that there is more', async () => {
    const { code, stdout, stderr } = await run('search', 'mirai', '-t', 'address', '-s', 'otx', '--gone')
    assert.equal(code, 0)
    assert.deepEqual(calls.at(-1), [
      'search',
      { text: 'mirai', type: 'address', source: 'otx', gone: true, limit: 100 },
    ])
    assert.match(stdout, /^203\.0\.113\.0\/24 +address +otx +somebody +Mirai /m)
    assert.match(stderr, /There is more/)
  })

  test('sources tells what is wrong with one, and ends with 1', async () => {
    const { code, stdout } = await run('sources')
    assert.equal(code, 1)
    assert.match(stdout, /^ {2}2026-11-25 02:00:00: it does not take our key \(403\)$/m)
    assert.match(stdout, /^ {2}1 could not be read \(page 1: a\.b\.\.c\)$/m)
  })

  test('stats, pull and publish say what there is, what came and what went', async () => {
    const stats = await run('stats')
    assert.match(stats.stdout, /^Set 7, made 2026-11-25 01:00:00 \(UTC\)$/m)
    assert.match(stats.stdout, /^address +3 +2 +1 +0$/m)
    const pulled = await run('pull', 'otx')
    assert.equal(pulled.code, 0)
    assert.deepEqual(calls.at(-1), ['pull', ['otx']])
    assert.equal((await run('pull', 'broken')).code, 1)
    const published = await run('publish')
    assert.equal(published.code, 1)
    assert.deepEqual(calls.at(-1), ['publish', undefined])
    assert.match(published.stdout, /^ {2}it would lose 200 of 203 entries$/m)
  })

  test('add, remove and allow tell what was said, by whom and until when', async () => {
    const { stderr } = await run('add', '203.0.113.9', '--reason', 'scans us', '--until', '2030-01-01')
    assert.equal(stderr, '203.0.113.9 comes to alert (confidence 40).\n')
    assert.deepEqual(calls.at(-1), [
      'add',
      { value: '203.0.113.9', reason: 'scans us', until: Date.UTC(2030, 0, 1), by: 'command-line' },
    ])
    await run('allow', 'ocsp.example.org', '--reason', 'needed', '--action', 'downgrade')
    assert.deepEqual(calls.at(-1), [
      'allow',
      { value: 'ocsp.example.org', reason: 'needed', action: 'downgrade', by: 'command-line' },
    ])
    await run('allow', 'ocsp.example.org', '--remove')
    assert.deepEqual(calls.at(-1), ['disallow', 'ocsp.example.org'])
    const unknown = await run('remove', 'unknown.example.org')
    assert.equal(unknown.code, 1)
    assert.equal(unknown.stderr, 'Nothing was changed: it is not on our own list\n')
  })

  test('a change without a reason, or with an end that is past, is a wrong command line', async () => {
    assert.equal((await run('add', '203.0.113.9')).code, 2)
    assert.equal((await run('allow', '203.0.113.9')).code, 2)
    assert.equal((await run('add', '203.0.113.9', '-r', 'x', '-u', '2020-01-01')).code, 2)
  })
})
