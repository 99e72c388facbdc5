import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { byteStringOf } from '../../../src/event/bytes.ts'
import { Campaigns, type CampaignRow } from '../../../src/hub/enrich/campaigns.ts'
import { featureLimits, features } from '../../../src/hub/enrich/features.ts'
import { copy, random, templates } from './spam.ts'

const facts = (subject: string, text: string) => ({
  subject: byteStringOf(subject),
  subjectText: subject,
  text,
  attachments: [],
})
const at = (n: number) => new Date(1_780_000_000_000 + n * 1000).toISOString()

/** 200 copies each of 30 templates, shuffled together, grouped. */
function grouped(seed: number) {
  const r = random(seed)
  const all = templates(seed, 30)
  const mails = all.flatMap((template, index) =>
    Array.from({ length: 200 }, () => ({ index, mail: copy(template, r) })),
  )
  for (let i = mails.length - 1; i > 0; i--) {
    const j = r(i + 1)
    ;[mails[i], mails[j]] = [mails[j]!, mails[i]!]
  }
  const campaigns = new Campaigns()
  const members = new Map<string, number[]>()
  mails.forEach(({ index, mail }, n) => {
    const { campaign } = campaigns.assign(facts(mail.subject, mail.text), at(n))
    const counts = members.get(campaign) ?? Array.from({ length: 30 }, () => 0)
    counts[index]!++
    members.set(campaign, counts)
  })
  const inMajority = [...members.values()].reduce((sum, counts) => sum + Math.max(...counts), 0)
  return {
    purity: inMajority / mails.length,
    perTemplate: members.size / 30,
    ids: [...members.keys()],
    campaigns,
  }
}

for (const seed of [1, 22, 333])
  test(`copies find their campaign and no other: generated spam ${seed}`, (t) => {
    const { purity, perTemplate } = grouped(seed)
    t.diagnostic(`purity ${purity.toFixed(4)}, campaigns per template ${perTemplate.toFixed(3)}`)
    assert.ok(purity >= 0.98, `purity ${purity}`)
    assert.ok(perTemplate <= 1.2, `campaigns per template ${perTemplate}`)
  })

test('the same mails in the same order give the same campaigns', () => {
  assert.deepEqual(grouped(7).ids, grouped(7).ids)
})

test('a campaign goes on after a restart', () => {
  const letter = (name: string, token: string) => ({
    subject: `Your parcel ${token} is waiting`,
    text: `Dear ${name},\r\nwe tried to bring you a parcel today but nobody was home\r\nhttp://${token}.example/${token}`,
  })
  const before = new Campaigns()
  const first = letter('Olga', 'a8f3')
  const { campaign, isNew } = before.assign(facts(first.subject, first.text), at(1))
  assert.equal(isNew, true)
  assert.match(campaign, /^[0-9a-f]{16}$/)
  const stored = JSON.parse(JSON.stringify(before.changedRows())) as CampaignRow[]
  assert.deepEqual(before.changedRows(), [])
  const after = new Campaigns()
  assert.deepEqual(after.load(stored), { loaded: 1, refused: 0 })
  const second = letter('Wei', '77d1')
  assert.deepEqual(after.assign(facts(second.subject, second.text), at(9)), { campaign, isNew: false })
  assert.deepEqual(
    after
      .changedRows()
      .map(({ id, count, firstSeen, lastSeen, subject }) => ({ id, count, firstSeen, lastSeen, subject })),
    [{ id: campaign, count: 2, firstSeen: at(1), lastSeen: at(9), subject: byteStringOf(first.subject) }],
  )
})

test('a stored row of another kind of signature is refused', () => {
  const row = {
    id: 'a',
    signature: 'AAAA',
    firstSeen: at(1),
    lastSeen: at(1),
    subject: byteStringOf(''),
    count: 1,
  }
  assert.deepEqual(new Campaigns().load([row]), { loaded: 0, refused: 1 })
})

test('whatever a stored row holds, it is loaded whole or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const signature = Buffer.from(bytes).toString('base64')
      const row = {
        id: 'a',
        signature,
        firstSeen: at(1),
        lastSeen: at(1),
        subject: byteStringOf(''),
        count: 1,
      }
      const campaigns = new Campaigns()
      const { loaded, refused } = campaigns.load([row])
      assert.equal(loaded + refused, 1)
      assert.equal(campaigns.size, loaded)
    }),
  )
})

test('the campaign unseen for longest is forgotten first', () => {
  const campaigns = new Campaigns({ most: 2 })
  const [a, b, c] = ['alpha beta gamma delta', 'one fish two fish red fish', 'lorem ipsum dolor sit amet']
  const first = campaigns.assign(facts('', a!), at(1))
  campaigns.assign(facts('', b!), at(2))
  campaigns.assign(facts('', a!), at(3))
  campaigns.assign(facts('', c!), at(4))
  assert.equal(campaigns.size, 2)
  assert.equal(campaigns.changedRows().length, 3)
  assert.deepEqual(campaigns.assign(facts('', a!), at(5)), { campaign: first.campaign, isNew: false })
  assert.equal(campaigns.assign(facts('', b!), at(6)).isNew, true)
})

test('options out of range are refused with their value', () => {
  assert.throws(() => new Campaigns({ most: 0 }), /most must be 1 or more; got 0/)
  assert.throws(() => new Campaigns({ threshold: 2 }), /threshold must be in \(0, 1\]; got 2/)
})

test('what changes from copy to copy is masked: only the words between count', () => {
  const a = features(
    facts('Invoice 88123', 'Hi Mary,\npay 12.50 EUR at http://a1.example/x to b@c.example now'),
  )
  const b = features(
    facts('Invoice 9', 'Hi Wei!\npay 9.99 EUR at https://zz.example/?u=7 to dd@e.example now'),
  )
  assert.deepEqual(a, b)
  assert.notDeepEqual(
    a,
    features(facts('Invoice 9', 'Hi Wei!\ngive 9.99 EUR at https://zz.example/?u=7 to dd@e.example now')),
  )
})

test('whatever the text, features are few and a mail finds itself again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), fc.string(), (text, subject) => {
      assert.ok(features(facts(subject, text)).length <= featureLimits.features)
      const campaigns = new Campaigns()
      const { campaign } = campaigns.assign(facts(subject, text), at(1))
      assert.deepEqual(campaigns.assign(facts(subject, text), at(2)), { campaign, isNew: false })
    }),
  )
})

test('a megabyte of one letter, of words, of marks is read in bounded time', () => {
  for (const piece of ['a', 'a ', '! ', '\n', '-', 'dear ', '://', 'ß9'])
    assert.ok(features(facts('', piece.repeat(500_000))).length <= featureLimits.features)
})
