import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type IndicatorType, indicatorTypes } from '../../../src/intel/indicator/indicator.ts'
import { formatIndicator, parseIndicator, readingsOf } from '../../../src/intel/indicator/parse.ts'
import { isDefanged, refang } from '../../../src/intel/indicator/refang.ts'
import { refusals } from '../../../src/intel/indicator/refusal.ts'

const samples = join(import.meta.dirname, '../../../../../testdata/intel')

/** `type value`, or `refused reason`. */
function read(text: string, hint?: IndicatorType): string {
  const parsed = parseIndicator(text, hint)
  return parsed.type === 'refused' ? `refused ${parsed.reason}` : `${parsed.type} ${parsed.value}`
}

describe('an indicator', () => {
  const byForm: readonly (readonly [string, string])[] = [
    ['192.0.2.1', 'address 192.0.2.1'],
    [' 192[.]0[.]2[.]1 ', 'address 192.0.2.1'],
    ['192.0.2.1:8080', 'address 192.0.2.1'],
    ['[2001:DB8::1]:443', 'address 2001:db8::1'],
    ['2001:db8:0:0::/32', 'address 2001:db8::/32'],
    ['192.0.2.5 - 192.0.2.9', 'address 192.0.2.5-192.0.2.9'],
    ['::ffff:192.0.2.1', 'address 192.0.2.1'],
    ['192.0.2.77/24', 'address 192.0.2.0/24'],
    ['192.0.2.010', 'refused address'],
    ['192.0.2', 'refused address'],
    ['0300.0.2.1', 'refused address'],
    ['192.0.2.0/33', 'refused address'],
    ['192.0.2.1/evil.sh', 'url http://192.0.2.1/evil.sh'],
    ['evil.example', 'domain evil.example'],
    ['EVIL.Example.', 'domain evil.example'],
    ['evil[.]example', 'domain evil.example'],
    ['evil(dot)example', 'domain evil.example'],
    ['evil[.example', 'domain evil.example'],
    ['evil\\.example', 'domain evil.example'],
    ['*.evil.example', 'domain evil.example'],
    ['.evil.example', 'domain evil.example'],
    ['evil.example:8443', 'domain evil.example'],
    ['"evil.example"', 'domain evil.example'],
    ['_dmarc.evil.example', 'domain _dmarc.evil.example'],
    ['münchen.example', 'domain xn--mnchen-3ya.example'],
    ['faß.example', 'domain xn--fa-hia.example'],
    ['evil。example', 'domain evil.example'],
    ['１９２.０.２.１', 'refused idna'],
    ['evil.123', 'refused tld'],
    ['evil.exe_', 'refused tld'],
    ['-evil.example', 'refused label'],
    ['evil..example', 'refused label'],
    ['..evil.example', 'refused label'],
    ['evil example.com', 'refused label'],
    ['=cmd|evil.example', 'refused label'],
    [`${'a'.repeat(63)}.example`, `domain ${'a'.repeat(63)}.example`],
    [`${'a'.repeat(64)}.example`, 'refused label'],
    [`${'a.'.repeat(125)}com`, `domain ${'a.'.repeat(125)}com`],
    [`${'a.'.repeat(126)}com`, 'refused name-length'],
    ['localhost', 'refused single-label'],
    ['co.uk', 'refused public-suffix'],
    ['github.io', 'refused public-suffix'],
    ['someone.github.io', 'domain someone.github.io'],
    ['evil.comhttp://good.example', 'refused glued'],
    ['evil.example,good.example', 'refused label'],
    ['http://evil.example', 'url http://evil.example/'],
    ['hxxps[:]//evil[.]example[/]a[.]php', 'url https://evil.example/a.php'],
    ['hxxp[://]evil[.]example/x', 'url http://evil.example/x'],
    ['evil.example/x?y#z', 'url http://evil.example/x?y'],
    ['HTTP://user:pw@Evil.Example:80/A/../B?c=D', 'url http://evil.example/B?c=D'],
    ['https://evil.example:443/', 'url https://evil.example/'],
    ['https://evil.example:080/', 'url https://evil.example:80/'],
    ['https://evil.example:0/', 'refused port'],
    ['https://evil.example:65536/', 'refused port'],
    ['http://0177.0.0.1/', 'refused address'],
    ['http://[2001:DB8::1]:8080/', 'url http://[2001:db8::1]:8080/'],
    ['http://[::1/', 'refused address'],
    ['http://evil.example/a b', 'url http://evil.example/a%20b'],
    ['http://x::1]/', 'refused port'],
    ['http:///nowhere', 'refused host'],
    ['javascript://evil.example/', 'refused scheme'],
    ['/gate.php', 'refused path-only'],
    ['Someone@Evil.Example', 'email someone@evil.example'],
    ['someone[at]evil[.]example', 'email someone@evil.example'],
    ['mailto:someone@evil.example', 'email someone@evil.example'],
    ['a b@evil.example', 'refused email'],
    ['D41D8CD98F00B204E9800998ECF8427E', 'hash d41d8cd98f00b204e9800998ecf8427e'],
    ['d41d8cd98f00b204e9800998ecf8427', 'refused single-label'],
    ['cve-2024-3094', 'cve CVE-2024-3094'],
    ['as64496', 'as AS64496'],
    ['AS4294967296', 'refused single-label'],
    ['t13d1516h2_8daaf6152771_02713d6af862', 'ja4 t13d1516h2_8daaf6152771_02713d6af862'],
    ['', 'refused empty'],
    ['  \n', 'refused empty'],
    ['evil\n.example', 'refused control'],
    ['evil\u0000.example', 'refused control'],
    ['evil\u202e.example/x', 'refused control'],
    ['<html>', 'refused single-label'],
    ['x'.repeat(5000), 'refused too-long'],
  ]
  for (const [text, expected] of byForm) {
    test(`${JSON.stringify(text.slice(0, 60))} is ${expected.slice(0, 60)}`, () => {
      assert.equal(read(text), expected)
    })
  }

  const byHint: readonly (readonly [string, IndicatorType, string])[] = [
    ['evil.example', 'hostname', 'hostname evil.example'],
    ['*.evil.example', 'hostname', 'domain evil.example'],
    ['http://evil.example/x', 'domain', 'url http://evil.example/x'],
    ['evil.example/', 'domain', 'domain evil.example'],
    ['192.0.2.1', 'domain', 'address 192.0.2.1'],
    ['github.io', 'hostname', 'refused public-suffix'],
    ['evil.example', 'url', 'url http://evil.example/'],
    ['/gate.php', 'url', 'refused path-only'],
    ['evil.example', 'address', 'refused address'],
    ['192.0.2.1:443', 'address', 'address 192.0.2.1'],
    ['64496', 'as', 'as AS64496'],
    ['d41d8cd98f00b204e9800998ecf8427e', 'ja3', 'ja3 d41d8cd98f00b204e9800998ecf8427e'],
    ['da39a3ee5e6b4b0d3255bfef95601890afd80709', 'ja3', 'refused ja3'],
    ['3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C', 'hash', 'refused hash'],
    ['C:\\Windows\\Temp\\Invoice 7.exe', 'file_name', 'file_name Invoice 7.exe'],
    ['/tmp/x', 'file_name', 'file_name x'],
    ['..', 'file_name', 'refused file-name'],
    ['invoice\u202efdp.exe', 'file_name', 'refused control'],
    ['x', 'cve', 'refused cve'],
  ]
  for (const [text, hint, expected] of byHint) {
    test(`${JSON.stringify(text)} that is said to be ${hint} is ${expected}`, () => {
      assert.equal(read(text, hint), expected)
    })
  }

  test('a text may mean several, and all of them are told', () => {
    assert.deepEqual(
      readingsOf('evil.example').map(({ type }) => type),
      ['domain', 'hostname', 'file_name'],
    )
    assert.deepEqual(
      readingsOf('d41d8cd98f00b204e9800998ecf8427e').map(({ type }) => type),
      ['hash', 'ja3', 'file_name'],
    )
    assert.deepEqual(
      readingsOf('192.0.2.1').map(({ type }) => type),
      ['address', 'file_name'],
    )
  })
})

/** Pieces that indicators and their disguises are made of, in any order. */
const words = [
  '. .. [.] (dot) {.} [:] :// [://] [/] / /./ /../ %2e ? # @ [at] * *. :80 - _ \\ AS CVE-2024-1234 =cmd| ` ( ) [ ] < >',
  'hxxp http https h**ps evil example com co.uk 192 0 255 :: [2001:db8::1] /24 é ß 。 １ \u212a \u202e \u0000 " \'',
].flatMap((line) => line.split(' '))
const pieces = fc
  .array(fc.oneof(fc.constantFrom(...words, ' ', '\t', '\n'), fc.string({ maxLength: 4, unit: 'binary' })), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''))

const hints = fc.option(fc.constantFrom(...indicatorTypes), { nil: undefined })

/** Every value has the form of its type: nothing else can reach a zone, a rule or a script. */
const forms: Readonly<Record<IndicatorType, RegExp>> = {
  address: /^[\da-f.:]+(?:\/\d{1,3}|-[\da-f.:]+)?$/,
  as: /^AS\d{1,10}$/,
  domain: /^(?=.{3,253}$)(?:[a-z\d_][a-z\d_-]{0,62}\.)+[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/,
  hostname: /^(?=.{3,253}$)(?:[a-z\d_][a-z\d_-]{0,62}\.)+[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/,
  url: /^[a-z]+:\/\/(?:[a-z\d._-]+|\[[\da-f:]+\])(?::\d{1,5})?\/[!-~]*$/,
  email: /^[!-~]{1,64}@[a-z\d._-]+$/,
  hash: /^[\da-f]{32,128}$/,
  cve: /^CVE-\d{4}-\d{4,}$/,
  ja3: /^[\da-f]{32}$/,
  ja4: /^[a-z\d_]{36}$/,
  file_name: /^[^\p{Cc}/\\]+$/u,
}

function holds(text: string, hint: IndicatorType | undefined): void {
  const parsed = parseIndicator(text, hint)
  if (parsed.type === 'refused') {
    assert.ok(parsed.reason in refusals)
    return
  }
  assert.match(parsed.value, forms[parsed.type])
  assert.deepEqual(parseIndicator(formatIndicator(parsed), parsed.type), parsed, JSON.stringify(text))
}

describe('whatever stands in a text', () => {
  test('it is refused, or has the form of its type and is read again as the same', () => {
    fc.assert(fc.property(pieces, hints, holds), { numRuns: 20_000 })
  })

  test('undoing a disguise twice is as doing it once', () => {
    fc.assert(
      fc.property(pieces, (text) => {
        assert.equal(refang(refang(text)), refang(text))
        if (!isDefanged(text)) assert.equal(refang(text), text)
      }),
      { numRuns: 20_000 },
    )
  })

  test('brackets in brackets without end cost no time', () => {
    const deep = `${'['.repeat(2000)}.${']'.repeat(2000)}`
    const began = performance.now()
    for (let count = 0; count < 100; count++) parseIndicator(deep)
    assert.ok(performance.now() - began < 1000)
  })

  test('lines of every sample are read or refused, also cut and changed', () => {
    const files = readdirSync(samples, { withFileTypes: true }).filter((entry) => entry.isFile())
    const texts = files.flatMap(({ name }) =>
      readFileSync(join(samples, name), 'latin1').split('\n').slice(0, 200),
    )
    for (const line of texts) {
      for (const text of [line, ...line.split(/[\s,;"|]+/, 20)]) {
        holds(text, undefined)
        holds(text.slice(0, text.length >> 1), 'url')
        holds(`${text}\u0007${text}`, 'domain')
      }
    }
  })
})
