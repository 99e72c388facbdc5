import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { FeedError, type FeedHost } from '../../../src/intel/feeds/feed.ts'
import { dayMs, fakeFeed, minuteMs, temporaryEngine, whole } from './temporary-engine.ts'

describe('the engine of threat intelligence', () => {
  test('pulls feeds, and puts what they tell into the sets in force', async () => {
    using t = temporaryEngine()
    const feed = fakeFeed(
      'abuse',
      whole('203.0.113.7', '203.0.113.0/24', 'bad.example.org', 'https://example.org/x'),
    )
    await using run = t.begin({ feeds: [feed] })
    await run.until(() => run.lists('www.bad.example.org').length > 0)
    assert.deepEqual(run.lists('203.0.113.7'), ['abuse 203.0.113.7 block', 'abuse 203.0.113.0/24 block'])
    assert.deepEqual(run.lists('www.bad.example.org'), ['abuse bad.example.org block'])
    assert.equal(run.told.at(-1)?.entries, 4)
    const [pulled] = run.events
    assert.equal(pulled?.kind, 'intel.pulled')
    assert.deepEqual([pulled.fields['outcome'], pulled.fields['added']], ['taken', 4])
    assert.deepEqual(run.troubles, [])
  })

  test('waits for the first pulls before anything is in force, and reads what they fetched whatever ends meanwhile', async () => {
    using t = temporaryEngine()
    const slow = Promise.withResolvers<void>()
    let text = ''
    const feeds = [
      fakeFeed('slow', async (host) => {
        const answer = await host.fetch({ url: 'https://slow.feeds.example.net/list' })
        await slow.promise
        assert.ok(answer.status === 'whole')
        text = answer.text()
        whole('slow.example.org')(host)
      }),
      fakeFeed('quick', whole('quick.example.org')),
    ]
    const fetch = () => () => {
      const path = join(t.folder, 'fetched-1')
      writeFileSync(path, 'a list')
      return Promise.resolve({ status: 'whole' as const, path, headers: {}, bytes: 6, sha256: '' })
    }
    await using run = t.begin({ feeds, more: { fetch } })
    await run.until(() => run.events.length === 1)
    assert.deepEqual(run.told, [])
    // Not for ever.
    t.pass(31_000)
    await run.until(() => run.told.length === 1)
    assert.equal(run.lists('quick.example.org').length, 1)
    slow.resolve()
    await run.until(() => run.lists('slow.example.org').length === 1)
    assert.equal(text, 'a list')
    assert.equal(existsSync(join(t.folder, 'fetched-1')), false)
  })

  test('pulls again when it is due, not before, and tells only of changes', async () => {
    using t = temporaryEngine()
    let pulls = 0
    const feed = fakeFeed('abuse', (host) => {
      pulls++
      whole('bad.example.org')(host)
    })
    await using run = t.begin({ feeds: [feed] })
    await run.until(() => run.told.length === 1)
    t.pass(56 * minuteMs)
    await assert.rejects(run.until(() => pulls > 1))
    t.pass(8 * minuteMs)
    await run.until(() => pulls === 2)
    assert.equal(run.events.length, 1)
    assert.equal(run.told.length, 1)
  })

  test('takes out what is no longer told, and keeps what a failing feed told', async () => {
    using t = temporaryEngine()
    let list: (host: FeedHost) => void = whole('a.example.org', 'b.example.org')
    await using run = t.begin({ feeds: [fakeFeed('abuse', (host) => list(host))] })
    await run.until(() => run.lists('a.example.org').length > 0)
    list = whole('b.example.org')
    t.pass(70 * minuteMs)
    await run.until(() => run.lists('a.example.org').length === 0)
    list = () => {
      throw new FeedError('key', 'it does not take the key')
    }
    t.pass(70 * minuteMs)
    await run.until(() => run.troubles.length > 0)
    assert.match(
      run.troubles[0]!,
      /^SUNDEW_INTEL_LIST: .*abuse \(abuse\): it does not take the key; its last good copy stays in force$/,
    )
    assert.deepEqual(run.lists('b.example.org'), ['abuse b.example.org block'])
    const [answer] = await run.engine.sources()
    assert.equal(answer?.trouble, 'it does not take the key')
  })

  test('a server that is not there is told only when it has been away for long', async () => {
    using t = temporaryEngine()
    let pulls = 0
    const feed = fakeFeed('abuse', () => {
      pulls++
      throw new FeedError('reach', 'nobody is there')
    })
    await using run = t.begin({ feeds: [feed] })
    await run.until(() => pulls === 1)
    assert.deepEqual(run.troubles, [])
    t.pass(10 * minuteMs)
    await run.until(() => pulls === 2)
    t.pass(180 * minuteMs)
    await run.until(() => run.troubles.length > 0)
    assert.match(run.troubles.join(), /abuse \(abuse\): it was never pulled: nobody is there/)
  })

  test('a list that its publisher left is told as stale', async () => {
    using t = temporaryEngine()
    const feed = fakeFeed('abuse', (host) => {
      host.intake.made(t.now - 30 * dayMs)
      whole('a.example.org')(host)
    })
    await using run = t.begin({ feeds: [feed] })
    await run.until(() => run.troubles.length > 0)
    assert.match(run.troubles.join(), /its publisher last changed it at 2026-10-26/)
  })

  test('one that tells half of it all at once is refused, and what it told stays', async () => {
    using t = temporaryEngine()
    const names = Array.from({ length: 200 }, (_, index) => `host-${index}.example.org`)
    let list = whole(...names)
    await using run = t.begin({ feeds: [fakeFeed('abuse', (host) => list(host))] })
    await run.until(() => run.told.length === 1)
    list = whole(...names.slice(0, 50))
    t.pass(70 * minuteMs)
    await run.until(() => run.troubles.length > 0)
    assert.match(run.troubles.join(), /it has 50 entries and had 200; its last good copy stays in force/)
    assert.equal(run.events.at(-1)?.fields['outcome'], 'refused')
    assert.equal(run.lists('host-199.example.org').length, 1)
  })

  test('pulls at once where its owner asks, as often as the publisher allows', async () => {
    using t = temporaryEngine()
    let list = whole('a.example.org')
    await using run = t.begin({ feeds: [fakeFeed('abuse', (host) => list(host))] })
    await run.until(() => run.told.length === 1)
    const [early] = await run.engine.pull(['abuse'])
    assert.equal(early?.outcome, 'unchanged')
    assert.match(early.trouble ?? '', /^it may be asked again at 2026-11-25T00:10:00/)
    t.pass(11 * minuteMs)
    list = whole('a.example.org', 'b.example.org')
    const [answer] = await run.engine.pull(['abuse'])
    assert.deepEqual([answer?.outcome, answer?.added, answer?.in_force], ['taken', 1, 2])
    await run.until(() => run.lists('b.example.org').length > 0)
    const [unknown] = await run.engine.pull(['nobody'])
    assert.equal(unknown?.trouble, 'there is no source of that name')
  })

  test('after a restart, nothing is made anew where nothing has changed', async () => {
    using t = temporaryEngine()
    const feed = fakeFeed('abuse', whole('a.example.org'))
    {
      await using run = t.begin({ feeds: [feed] })
      await run.until(() => run.told.length === 1)
    }
    await using run = t.begin({ feeds: [feed] })
    await run.until(() => run.told.length === 1)
    await assert.rejects(run.until(() => run.told.length > 1))
    assert.equal(run.told[0]?.version, 1)
    const { by_type: types } = await run.engine.stats()
    assert.equal(types.find(({ type }) => type === 'domain')?.block, 1)
  })

  test('a feed that is disabled or taken out of the configuration no longer counts, and its history stays', async () => {
    using t = temporaryEngine()
    const feeds = [fakeFeed('one', whole('a.example.org')), fakeFeed('two', whole('b.example.org'))]
    {
      await using run = t.begin({ feeds })
      await run.until(() => run.lists('a.example.org').length + run.lists('b.example.org').length === 2)
    }
    await using run = t.begin({ feeds, sections: [{ type: 'two', enabled: false }] })
    await run.until(
      () => run.told.at(-1)?.version === 2 || (run.told.length > 0 && run.told.at(-1)!.entries === 0),
    )
    assert.deepEqual([run.lists('a.example.org'), run.lists('b.example.org')], [[], []])
    const { sightings } = await run.engine.why('a.example.org')
    assert.equal(sightings[0]?.source, 'one')
    assert.equal(sightings[0].in_force, false)
    assert.notEqual(sightings[0].gone, null)
  })

  test('what has lived its time is taken out, and counts again when it is told again', async () => {
    using t = temporaryEngine()
    let down = false
    const feed = fakeFeed(
      'abuse',
      (host) => {
        if (down) throw new FeedError('server', 'it answered 503')
        whole('a.example.org')(host)
      },
      { lifetimeDays: { domain: 2 } },
    )
    await using run = t.begin({ feeds: [feed] })
    await run.until(() => run.lists('a.example.org').length === 1)
    down = true
    t.pass(2 * dayMs + 1)
    await run.until(() => run.lists('a.example.org').length === 0)
    down = false
    t.pass(dayMs)
    await run.until(() => run.lists('a.example.org').length === 1)
  })

  test('what is allowed is in no set: own networks whoever lists them, and what the owner says', async () => {
    using t = temporaryEngine()
    const feed = fakeFeed(
      'abuse',
      whole('198.51.100.7', '203.0.113.0/24', 'good.example.org', 'bad.example.org'),
    )
    await using run = t.begin({ feeds: [feed] })
    await run.until(() => run.lists('bad.example.org').length > 0)
    assert.deepEqual(run.lists('198.51.100.7'), [])
    for (const value of ['good.example.org', '203.0.113.9'])
      await run.engine.allow({ value, reason: 'a partner', action: 'exclude', by: 'test' })
    await run.until(() => run.lists('good.example.org').length === 0 && run.lists('203.0.113.9').length === 0)
    assert.deepEqual(run.lists('203.0.113.8'), ['abuse 203.0.113.0-203.0.113.8 block'])
    const { verdicts } = await run.engine.why('good.example.org')
    assert.equal(verdicts[0]?.verdict.action, 'none')
    assert.match(verdicts[0].allowed[0]?.reason ?? '', /a partner/)
    const { verdict } = await run.engine.disallow('good.example.org')
    assert.equal(verdict?.action, 'block')
    await run.until(() => run.lists('good.example.org').length === 1)
  })

  test('an allowance ends when it says so', async () => {
    using t = temporaryEngine()
    await using run = t.begin({ feeds: [fakeFeed('abuse', whole('a.example.org'))] })
    await run.engine.allow({
      value: 'a.example.org',
      reason: 'a test',
      action: 'exclude',
      by: 'test',
      until: t.now + dayMs,
    })
    await run.until(async () => (await run.engine.why('a.example.org')).sightings.length > 0)
    assert.deepEqual(run.lists('a.example.org'), [])
    t.pass(dayMs + 1)
    await run.until(() => run.lists('a.example.org').length === 1)
  })

  test('an allowance that ends while nothing runs has ended when it runs again', async () => {
    using t = temporaryEngine()
    const feeds = [fakeFeed('abuse', whole('a.example.org', 'b.example.org'))]
    {
      await using run = t.begin({ feeds })
      await run.until(() => run.lists('a.example.org').length === 1)
      const until = t.now + dayMs
      await run.engine.allow({
        value: 'a.example.org',
        reason: 'a test',
        action: 'exclude',
        by: 'test',
        until,
      })
      await run.until(() => run.lists('a.example.org').length === 0)
    }
    t.pass(2 * dayMs)
    await using run = t.begin({ feeds })
    await run.until(() => run.lists('a.example.org').length === 1)
  })

  test('what a second look allows is gathered, and is not taken for the owner’s wish', async () => {
    using t = temporaryEngine()
    const feeds = [fakeFeed('abuse', whole('a.example.org', 'b.example.org'))]
    await using run = t.begin({ feeds })
    await run.until(() => run.lists('a.example.org').length === 1)
    const version = run.told.at(-1)!.version
    const look = {
      value: 'a.example.org',
      reason: 'OTX knows it',
      action: 'downgrade',
      by: 'second-look',
    } as const
    await run.engine.allow(look)
    await assert.rejects(run.until(() => run.told.at(-1)!.version > version))
    t.pass(6 * minuteMs)
    await run.until(() => run.told.at(-1)!.version > version)
    assert.deepEqual(run.lists('a.example.org'), ['abuse a.example.org alert'])
    assert.equal(run.engine.agreed, 0)
  })

  test('what is listed by hand is in force at once, has its end, and can be taken back', async () => {
    using t = temporaryEngine()
    await using run = t.begin({})
    const added = await run.engine.add({
      value: 'hxxp://evil[.]example[.]org/x',
      reason: 'phishing',
      by: 'me',
    })
    assert.deepEqual(added.indicator, { type: 'url', value: 'http://evil.example.org/x' })
    assert.equal(added.verdict?.action, 'block')
    await run.engine.add({ value: 'b.example.org', reason: 'for a day', by: 'me', until: t.now + dayMs })
    await run.until(() => run.lists('b.example.org').length === 1)
    assert.equal(run.engine.agreed, 'all')
    t.pass(dayMs)
    await run.until(() => run.lists('b.example.org').length === 0)
    assert.equal((await run.engine.remove('nothing.example.org')).verdict, null)
    assert.equal((await run.engine.remove('http://evil.example.org/x')).refused, null)
    assert.equal((await run.engine.why('http://evil.example.org/x')).sightings[0]?.in_force, false)
    assert.match(
      (await run.engine.add({ value: '10.0.0.300', reason: 'no', by: 'me' })).refused ?? '',
      /no address/,
    )
  })

  test('what block lists say of what was met is matched, never blocked by them alone', async () => {
    using t = temporaryEngine()
    await using run = t.begin({})
    const note = { source: 'dnsbl/zen', weight: 90, value: '203.0.113.5', title: 'SBL', until: t.now + dayMs }
    assert.equal((await run.engine.note(note)).verdict?.action, 'alert')
    await run.until(() => run.lists('203.0.113.5').length === 1)
    assert.deepEqual(
      (await run.engine.sources()).map(({ name, weight }) => [name, weight]),
      [['dnsbl/zen', 90]],
    )
  })

  test('why tells of all that names a value, what it comes to, and of what it is no indicator', async () => {
    using t = temporaryEngine()
    const pulse = (host: FeedHost) => {
      host.intake.report({
        id: 'p1',
        title: 'A campaign',
        author: 'someone',
        tags: ['apt'],
        link: 'https://example.net/p1',
      })
      host.intake.take('example.org')
      host.intake.take('203.0.113.0/24')
      host.intake.commit()
    }
    await using run = t.begin({
      feeds: [fakeFeed('otx', pulse), fakeFeed('abuse', whole('www.example.org'))],
    })
    await run.until(() => run.lists('www.example.org').length === 2)
    const { indicator, sightings, verdicts } = await run.engine.why('www[.]Example.org')
    assert.deepEqual(indicator, { type: 'domain', value: 'www.example.org' })
    assert.deepEqual(
      sightings.map(({ source, indicator: { value }, title }) => [source, value, title]),
      [
        ['abuse', 'www.example.org', ''],
        ['otx', 'example.org', 'A campaign'],
      ],
    )
    assert.deepEqual(
      verdicts.map(({ indicator: { value }, verdict: { action } }) => [value, action]),
      [
        ['www.example.org', 'block'],
        ['example.org', 'alert'],
      ],
    )
    assert.ok(verdicts.every(({ verdict }) => verdict.reasons.length > 0))
    const around = await run.engine.why('203.0.113.77')
    assert.deepEqual(
      around.sightings.map(({ link, tags }) => [link, tags]),
      [['https://example.net/p1', ['apt']]],
    )
    assert.match((await run.engine.why('not an indicator')).refused ?? '', /./)
    const unknown = await run.engine.why('unknown.example.net')
    assert.deepEqual(unknown.verdicts[0]?.verdict.reasons, ['No source lists it now'])
  })

  test('search finds by value, title, tag and author, of one type or source', async () => {
    using t = temporaryEngine()
    const pulse = (host: FeedHost) => {
      host.intake.report({ id: 'p1', title: 'Mirai again', author: 'someone', tags: ['botnet'] })
      for (const value of ['a.example.org', '203.0.113.1']) host.intake.take(value)
      host.intake.commit()
    }
    await using run = t.begin({ feeds: [fakeFeed('otx', pulse), fakeFeed('abuse', whole('b.example.org'))] })
    await run.until(() => run.lists('b.example.org').length === 1 && run.lists('a.example.org').length === 1)
    const find = async (query: object) => {
      const { found, more } = await run.engine.search({ gone: false, limit: 10, ...query })
      return [...found.map(({ indicator }) => indicator.value).toSorted(), ...(more ? ['more'] : [])]
    }
    assert.deepEqual(await find({ text: 'mirai' }), ['203.0.113.1', 'a.example.org'])
    assert.deepEqual(await find({ text: 'BOTNET', type: 'domain' }), ['a.example.org'])
    assert.deepEqual(await find({ text: 'example' }), ['a.example.org', 'b.example.org'])
    assert.deepEqual(await find({ source: 'abuse' }), ['b.example.org'])
    assert.deepEqual(await find({ source: 'nobody' }), [])
    assert.deepEqual((await find({ limit: 1 })).length, 2)
  })

  test('what is gone and its source told of it can be found for long', async () => {
    using t = temporaryEngine()
    let list = whole('a.example.org', 'b.example.org')
    await using run = t.begin({ feeds: [fakeFeed('abuse', (host) => list(host))] })
    await run.until(() => run.told.length === 1)
    const first = new Date(t.now).toISOString()
    list = whole('b.example.org')
    t.pass(2 * dayMs)
    await run.until(() => run.told.length === 2)
    const { found } = await run.engine.search({ text: 'a.example', gone: true, limit: 10 })
    assert.deepEqual([found[0]?.first_seen, found[0]?.gone], [first, new Date(t.now).toISOString()])
    assert.deepEqual((await run.engine.search({ text: 'a.example', gone: false, limit: 10 })).found, [])
    assert.ok(existsSync(run.told.at(-1)!.path))
  })
})
