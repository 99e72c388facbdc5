import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { countOf, secondsOf, textOf, textsOf, timeOf, webLink } from '../../../src/intel/feeds/json-fields.ts'

describe('fields of JSON that somebody else wrote', () => {
  const times: readonly (readonly [string, string])[] = [
    ['2015-09-02T09:22:22', '2015-09-02T09:22:22.000Z'],
    ['2015-09-02T09:22:22.976', '2015-09-02T09:22:22.976Z'],
    ['2015-09-02T09:22:22.976000', '2015-09-02T09:22:22.976Z'],
    ['2015-09-02T09:22:22.976999Z', '2015-09-02T09:22:22.976Z'],
    ['2015-09-02T09:22:22+02:00', '2015-09-02T07:22:22.000Z'],
    ['2015-09-02T09:22:22.5+0200', '2015-09-02T07:22:22.500Z'],
    ['2015-09-02 09:22:22', '2015-09-02T09:22:22.000Z'],
    ['2015-09-02 09:22', '2015-09-02T09:22:00.000Z'],
    ['2015-09-02', '2015-09-02T00:00:00.000Z'],
  ]
  for (const [text, time] of times)
    test(`${text} is ${time}`, () => {
      assert.equal(new Date(timeOf(text)!).toISOString(), time)
    })

  for (const text of [
    '',
    'None',
    '2015-13-02',
    '2015-02-30T99:00:00',
    '1015-09-02',
    '0',
    'yesterday',
    7,
    null,
  ])
    test(`${JSON.stringify(text)} is no time`, () => {
      assert.equal(timeOf(text), undefined)
    })

  test('any time that is written is read back, to the millisecond', () => {
    const date = fc.date({ min: new Date('1990-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(date, (one) => {
        const text = one.toISOString()
        assert.equal(timeOf(text), one.getTime())
        assert.equal(timeOf(text.replace('Z', '000')), one.getTime())
      }),
    )
  })

  test('seconds since 1970 may be text', () => {
    assert.equal(secondsOf('1472638251'), 1_472_638_251_000)
    assert.equal(secondsOf(1_472_638_251), 1_472_638_251_000)
    assert.equal(secondsOf('-5'), undefined)
    assert.equal(secondsOf('14726382510000000000'), undefined)
    assert.equal(countOf('007'), 7)
    assert.equal(countOf(1.5), undefined)
  })

  test('a text is on one line and no longer than it may be', () => {
    assert.equal(textOf(' a\tb\r\n\u2028c\u0000 '), 'a b c')
    assert.equal(textOf('x'.repeat(10_000)).length, 500)
    assert.equal(textOf(7), '')
    assert.deepEqual(textsOf(['a', 'a', '', 7, 'b']), ['a', 'b'])
    assert.equal(textsOf(Array.from({ length: 1000 }, (_, index) => `${index}`)).length, 64)
  })

  test('a link leads to the web', () => {
    assert.equal(webLink('https://otx.example/pulse/1'), 'https://otx.example/pulse/1')
    for (const link of [
      'javascript:alert(1)',
      'https://a.example/"x',
      'https://a.example/ b',
      `https://${'a'.repeat(600)}`,
    ])
      assert.equal(webLink(link), '')
  })
})
