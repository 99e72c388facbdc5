import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findAddresses, findUrls } from '../../../src/hub/enrich/urls.ts'

const urls: [name: string, text: string, found: string[], html?: boolean][] = [
  [
    'a plain URL loses the full stop after it',
    'see http://A.Example/Path?x=1. Bye',
    ['http://a.example/Path?x=1'],
  ],
  ['a URL in brackets', '(https://a.example/b)', ['https://a.example/b']],
  ['www without a scheme', 'go to www.a.example/x now', ['http://www.a.example/x']],
  ['www inside a URL is counted once', 'http://www.a.example/', ['http://www.a.example/']],
  ['defanged', 'hxxps://a[.]example/x and hxxp[:]//b(.)example', ['https://a.example/x', 'http://b.example']],
  ['quoted-printable remains', 'http://a.example/?x=3D1&y=\r\n=3D2', ['http://a.example/?x=1&y=2']],
  ['each once', 'http://a.example http://A.example', ['http://a.example']],
  ['an address of a mail is no URL', 'a@b.example // comment', []],
  [
    'href, src and entities',
    '<a href="//a.example/?a=1&amp;b=2"><img src=http://b.example/i.png>',
    ['http://a.example/?a=1&b=2', 'http://b.example/i.png'],
    true,
  ],
  ['namespaces are no links', '<html xmlns="http://www.w3.org/1999/xhtml">', [], true],
  ['user and port', 'ftp://u:p@Host.example:21/f', ['ftp://u:p@host.example:21/f']],
]
for (const [name, text, found, html] of urls)
  test(`URLs: ${name}`, () => assert.deepEqual(findUrls(text, 100, html), found))

test('addresses are found in running text, each once, with the domain in lower case', () => {
  assert.deepEqual(
    findAddresses(
      'Write to <Bob.X+y@A.Example>, bob [at] b[.]example; not @twitter or a@b. Bob.X+y@a.example',
      9,
    ),
    ['Bob.X+y@a.example', 'bob@b.example'],
  )
})

test('no more than the limit is kept', () => {
  assert.equal(findUrls(Array.from({ length: 50 }, (_, i) => `http://h${i}.example `).join(''), 7).length, 7)
})

test('whatever is written, what is found is short and the search ends', () => {
  const hostile = fc.array(
    fc.constantFrom(
      '://',
      'http',
      'www.',
      '//',
      '@',
      '.',
      '=3D',
      '[.]',
      '"',
      '&#',
      ';',
      'a',
      ' ',
      '[',
      'é',
      '\0',
      '&amp;',
    ),
    { maxLength: 300 },
  )
  fc.assert(
    fc.property(hostile, fc.boolean(), (pieces, html) => {
      const text = pieces.join('')
      for (const url of findUrls(text, 20, html)) assert.ok(url.length < 2100 && url.includes('://'))
      for (const address of findAddresses(text, 20)) assert.match(address, /^[^@]{1,64}@[^@]+\.[^@]+$/)
    }),
  )
})

test('a megabyte of any one of these is read in a walk, not in a square', () => {
  // A quadratic search would take minutes here and the run would be stopped.
  for (const piece of ['://', 'http://', 'www.', '//', '@', 'a@', 'a', '=3D', '[.]', '"//', '&#1'])
    for (const html of [false, true]) {
      const text = piece.repeat(1_000_000 / piece.length)
      findUrls(text, 1000, html)
      findAddresses(text, 1000)
    }
})
