import fc from 'fast-check'
import type { Why } from '../../../src/intel/publish/blocklist.ts'
import { formatAddress } from '../../../src/match/parse-address.ts'
import { words4 } from '../../../src/match/words.ts'
import type { FakeList, Told } from './fake-blocklist.ts'

/** What breaks out of lines, cells, strings, comments and scripts. */
export const hostileTexts: readonly string[] = [
  'new\nline 203.0.113.99',
  'return\r\nevil.example CNAME .',
  'tab\tin\tbetween',
  `=cmd|'/c calc'!A0`,
  '+1-2',
  '@SUM(1)',
  '-2+3',
  '"; } ; table inet evil { set x { type ipv4_addr; } } #',
  "'; DROP TABLE x; --",
  '$(touch /tmp/owned) `id` ${IFS}',
  '\\" ] ; :log info "owned" ; #',
  '[/system reboot]',
  '<script>alert(1)</script>&amp;',
  '*/ alert tcp any any -> any any (sid:1;) /*',
  '); alert ip any any -> any any (msg:"x"; sid:1;) #',
  'txt.exe‮gpj.‏hidden​',
  'line\u2028separator\u2029paragraph\u0085next',
  'nul\u0000escape\u001b[31mred\u007f',
  '\ud800lone surrogate',
  'é漢字🐸',
  'x'.repeat(300),
  '漢'.repeat(300),
  ',;|:= "quoted"',
  '#comment',
  '%{danger} %s %n %0a',
  '',
  ' ',
  '\\',
  ' leading and trailing ',
  "{{7*7}} <%= x %> ' OR 1=1",
]

const confidence = fc.integer({ min: 0, max: 100 })

/** Why something is listed, in the words of somebody who means harm as often as not. */
export const anyWhy: fc.Arbitrary<Why> = fc.record({
  sources: fc.uniqueArray(fc.constantFrom('otx', 'urlhaus', 'own.list-2', 'x'), {
    minLength: 1,
    maxLength: 3,
  }),
  title: fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary', maxLength: 80 })),
  link: fc.oneof(
    fc.constantFrom('', 'https://otx.alienvault.com/pulse/5f1?a=1&b=2#c', ...hostileTexts),
    fc.webUrl(),
  ),
  confidence,
})

/** Few labels, that names often lie under one another. */
const label = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'www', 'bad', 'x-1', '_dmarc') },
  { weight: 1, arbitrary: fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/) },
)
export const anyName: fc.Arbitrary<string> = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 4 }), fc.constantFrom('example', 'test', 'xn--p1ai'))
  .map(([labels, last]) => [...labels, last].join('.'))
  .filter((name) => name.length <= 253)

/** In few networks, that ranges often meet. */
const v4 = fc.integer({ min: 0xcb00_7000, max: 0xcb00_71ff })
const v6 = fc.integer({ min: 0, max: 0x3ff })
export const anyRange: fc.Arbitrary<string> = fc.oneof(
  v4.map((address) => formatAddress(words4(address))),
  fc
    .tuple(v4, fc.integer({ min: 20, max: 31 }))
    .map(([address, bits]) => `${formatAddress(words4(address))}/${bits}`),
  fc
    .tuple(v4, v4)
    .map(([a, b]) => `${formatAddress(words4(Math.min(a, b)))}-${formatAddress(words4(Math.max(a, b)))}`),
  v6.map((low) => formatAddress([0x2001_0db8, 0, 0, low])),
  fc
    .tuple(v6, fc.integer({ min: 116, max: 127 }))
    .map(([low, bits]) => `${formatAddress([0x2001_0db8, 0, 0, low])}/${bits}`),
  fc
    .tuple(v6, v6)
    .map(
      ([a, b]) =>
        `${formatAddress([0x2001_0db8, 0, 0, Math.min(a, b)])}-${formatAddress([0x2001_0db8, 0, 0, Math.max(a, b)])}`,
    ),
  fc.constantFrom('0.0.0.0/1', '128.0.0.0/9', '2001::/16', '255.255.255.255', '0.0.0.0', '::1'),
)

const hex = (length: number) =>
  fc.string({
    unit: fc.constantFrom(...Array.from('0123456789abcdef')),
    minLength: length,
    maxLength: length,
  })
const hash = fc.constantFrom(32, 40, 64, 96, 128).chain(hex)
const url = fc
  .tuple(
    fc.constantFrom('http', 'https', 'ftp'),
    fc.oneof(anyName, fc.constantFrom('203.0.113.7', '[2001:db8::7]')),
    fc.constantFrom('', ':8080'),
    fc.constantFrom(
      '/',
      '/a',
      `/=cmd|'$(x)'`,
      '/x;y}{"z',
      '/gate.php?id=1&q=[2]',
      '/%0a%22%3E',
      `/${'p'.repeat(400)}`,
    ),
  )
  .map(([scheme, host, port, path]) => new URL(`${scheme}://${host}${port}${path}`).href)
const localPart = fc.constantFrom('info', 'a.b+c', "o'neil", '=cmd', '+x', '"q"', 'x!y%z', '-v')
const fileName = fc.oneof(
  fc.constantFrom(
    'invoice.exe',
    `=cmd|'/c calc'!A0`,
    'a b;c}.scr',
    '$(id).sh',
    '‮gpj.exe',
    '"x", "y"',
    '漢字.doc',
  ),
  fc.string({ maxLength: 40 }).filter((text) => text.trim() !== ''),
)

const anyText = fc.oneof(
  url.map((value) => ({ type: 'url' as const, value })),
  hash.map((value) => ({ type: 'hash' as const, value })),
  fc
    .tuple(localPart, anyName)
    .map(([local, name]) => ({ type: 'email' as const, value: `${local}@${name}` })),
  hex(32).map((value) => ({ type: 'ja3' as const, value })),
  hex(12).map((value) => ({ type: 'ja4' as const, value: `t13d1516h2_${value}_${value}` })),
  fileName.map((value) => ({ type: 'file_name' as const, value })),
  fc.integer({ min: 1, max: 2 ** 32 - 1 }).map((number) => ({ type: 'as' as const, value: `AS${number}` })),
)

/** The value, or the value and why. */
function told(value: fc.Arbitrary<string>): fc.Arbitrary<Told> {
  return fc.oneof(value, fc.record({ value, why: anyWhy }))
}

const valueOf = (one: Told) => (typeof one === 'string' ? one : one.value)

/** Lists of all that can be listed, with what is allowed in and around it. */
export const anyList: fc.Arbitrary<FakeList> = fc.record({
  hosts: fc.uniqueArray(told(anyName), { maxLength: 12, selector: valueOf }),
  domains: fc.uniqueArray(told(anyName), { maxLength: 12, selector: valueOf }),
  addresses: fc.uniqueArray(told(anyRange), { maxLength: 12, selector: valueOf }),
  texts: fc.uniqueArray(
    fc.tuple(anyText, anyWhy).map(([text, why]) => ({ ...text, why })),
    { maxLength: 16, selector: ({ type, value }) => `${type} ${value}` },
  ),
  allowedHosts: fc.uniqueArray(anyName, { maxLength: 3 }),
  allowedDomains: fc.uniqueArray(anyName, { maxLength: 3 }),
  allowedAddresses: fc.uniqueArray(anyRange, { maxLength: 3 }),
  version: fc.integer({ min: 1, max: 1000 }),
  made: fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }),
})

/** Every hostile text as the title, source's link and so on of something of each kind. */
export const hostileList: FakeList = {
  domains: hostileTexts.map((title, at) => ({ value: `d${at}.example`, why: { title, link: title } })),
  hosts: hostileTexts.map((title, at) => ({ value: `h${at}.example`, why: { title, link: title } })),
  addresses: hostileTexts.flatMap((title, at) => [
    { value: `203.0.113.${at * 2}`, why: { title, link: title } },
    { value: `2001:db8:${at}::/48`, why: { title, link: title } },
  ]),
  texts: hostileTexts.flatMap((title, at) => {
    const why = { title, link: title }
    const digits = at.toString(16).padStart(2, '0')
    return [
      { type: 'hash', value: digits.repeat(16), why },
      { type: 'hash', value: digits.repeat(20), why },
      { type: 'hash', value: digits.repeat(32), why },
      { type: 'url', value: `http://u${at}.example/x`, why },
      { type: 'email', value: `e${at}@mail.example`, why },
      { type: 'ja3', value: digits.repeat(16), why },
      {
        type: 'file_name',
        value: title.trim() === '' ? `x${at}` : title.toWellFormed().replace(/\p{Cc}/gu, '.'),
        why,
      },
      { type: 'as', value: `AS${at + 1}`, why },
    ] as const
  }),
  allowedAddresses: ['203.0.113.4', '2001:db8:1::5'],
  allowedDomains: ['good.d3.example'],
  allowedHosts: ['www.d4.example'],
}
