import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { NameSet } from '../../src/match/name-set.ts'
import { NameSetBuilder } from '../../src/match/name-set-builder.ts'
import { type NameChange, patchedNames } from '../../src/match/name-set-patch.ts'
import type { TextKind } from '../../src/match/named.ts'
import { sortTexts } from '../../src/match/sort-texts.ts'

interface Listed {
  readonly kind: TextKind
  readonly text: string
  readonly list: string
}

const bytesOf = (text: string) => new TextEncoder().encode(text)

function builderOf(listed: readonly (Listed | string)[]): NameSetBuilder {
  const builder = new NameSetBuilder()
  for (const one of listed) {
    const { kind, text, list } =
      typeof one === 'string' ? { kind: 'domain' as const, text: one, list: 'list' } : one
    assert.ok(
      builder.add(kind, text, builder.label(builder.source(list), `${list} on ${text}`, '', 'block', 50)),
    )
  }
  return builder
}

function setOf(listed: readonly (Listed | string)[]): NameSet {
  return NameSet.from(builderOf(listed).toBytes())
}

/** Indicators that name the host name, the innermost first; asked as a piece of a longer text. */
function named(set: NameSet, name: string): string[] {
  const bytes = bytesOf(`query: ${name}, and more`)
  const node = set.findName(bytes, 7, bytes.length - 10)
  assert.equal(set.find('hostname', name), node)
  return node < 0 ? [] : set.entries(node, Infinity).map(({ indicator }) => indicator)
}

const label = fc.constantFrom('a', 'b', 'aa', 'michigan', 'igan', 'org', 'com', 'x-y', '_z', '0')
const name = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'))
const web = fc
  .tuple(
    fc.constantFrom('http://', 'https://', 'ftp://'),
    name,
    fc.constantFrom('/', '/a', '/A?b', '/a/b.php?c=d&e'),
  )
  .map((parts) => parts.join(''))
const hex = fc.constantFrom('d41d8cd98f00b204e9800998ecf8427e', 'd41d8cd98f00b204e9800998ecf8427f')
const of = (kind: TextKind, text: fc.Arbitrary<string>) =>
  fc.record({ kind: fc.constant(kind), text, list: fc.constantFrom('a', 'b') })
const listed = fc.array(
  fc.oneof(
    of('domain', name),
    of('hostname', name),
    of('url', web),
    of('email', fc.constantFrom('a@b.com', 'b@a.com')),
    of('hash', hex),
    of('ja3', hex),
    of('file_name', fc.constantFrom('Invoice.exe', 'invoice.exe', 'Rechnung für Sie.exe')),
    of('as', fc.constantFrom('AS64496', 'AS64497')),
    of('cve', fc.constantFrom('CVE-2024-3094')),
  ),
  { maxLength: 40 },
)

/** `kind text list`, by looking through all. */
function oracle(entries: readonly Listed[], asked: string): string[] {
  const lower = asked.toLowerCase().replace(/\.$/, '')
  const covers = ({ kind, text }: Listed) =>
    (kind === 'domain' && (lower === text || lower.endsWith(`.${text}`))) ||
    (kind === 'hostname' && lower === text)
  return [
    ...new Set(entries.filter(covers).map(({ kind, text, list }) => `${kind} ${text} ${list}`)),
  ].toSorted()
}

function told(set: NameSet, node: number): string[] {
  if (node < 0) return []
  return set
    .entries(node, Infinity)
    .map(({ type, indicator, source }) => `${type} ${indicator} ${set.sources[source]!.name}`)
    .toSorted()
}

/** All that a set tells of each of its texts. */
function walked(set: NameSet) {
  return Array.from({ length: set.nodes }, (_, node) => ({
    text: set.text(node),
    parent: set.parent(node),
    own: set.own(node).map(({ source, ...rest }) => ({ ...rest, source: set.sources[source]!.name })),
  }))
}

describe('a name set', () => {
  test('names what a look through every entry names', () => {
    fc.assert(
      fc.property(listed, fc.array(name, { minLength: 20 }), fc.boolean(), (entries, asked, shout) => {
        const set = setOf(entries)
        const names = entries.filter(({ kind }) => kind === 'domain' || kind === 'hostname')
        for (const one of [
          ...asked,
          ...names.flatMap(({ text }) => [text, `a.${text}`, `a${text}`, `${text}.`]),
        ]) {
          const as = shout ? one.toUpperCase() : one
          assert.deepEqual(told(set, set.find('hostname', as)), oracle(entries, as), as)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('the innermost comes first', () => {
    const set = setOf([
      'evil.example',
      'cc.evil.example',
      { kind: 'hostname', text: 'a.cc.evil.example', list: 'b' },
    ])
    assert.deepEqual(named(set, 'a.cc.evil.example'), [
      'a.cc.evil.example',
      'cc.evil.example',
      'evil.example',
    ])
    assert.deepEqual(named(set, 'b.a.cc.evil.example'), ['cc.evil.example', 'evil.example'])
    assert.deepEqual(named(set, 'EVIL.example.'), ['evil.example'])
  })

  test('higan.org does not name michigan.org, nor a host name what is below it', () => {
    const set = setOf(['higan.org', { kind: 'hostname', text: 'www.evil.example', list: 'list' }])
    assert.deepEqual(named(set, 'michigan.org'), [])
    assert.deepEqual(named(set, 'x.higan.org'), ['higan.org'])
    assert.deepEqual(named(set, 'higan.org.example'), [])
    assert.deepEqual(named(set, 'a.www.evil.example'), [])
    assert.deepEqual(named(set, 'www.evil.example'), ['www.evil.example'])
    assert.deepEqual(named(set, 'evil.example'), [])
  })

  test('a name that no resolver takes names nothing', () => {
    const set = setOf(['com'])
    assert.deepEqual(named(set, `${'a'.repeat(249)}.com`), ['com'])
    for (const text of ['', '.', '..', `${'a'.repeat(250)}.com`]) assert.deepEqual(named(set, text), [])
  })

  test('a domain and a host name of the same name are both told', () => {
    const set = setOf([
      { kind: 'hostname', text: 'evil.example', list: 'b' },
      { kind: 'domain', text: 'evil.example', list: 'a' },
    ])
    assert.deepEqual(told(set, set.find('domain', 'evil.example')), [
      'domain evil.example a',
      'hostname evil.example b',
    ])
    assert.deepEqual(told(set, set.find('domain', 'www.evil.example')), ['domain evil.example a'])
    const bytes = bytesOf('evil.example')
    assert.equal(set.kind(set.findText('domain', bytes, 0, bytes.length)), 'domain')
    assert.equal(set.kind(set.findText('hostname', bytes, 0, bytes.length)), 'hostname')
  })

  test('an allowed name is not named by a listed domain above it', () => {
    const builder = builderOf(['evil.example', 'bad.ok.evil.example', 'exact.example'])
    builder.hole('ok.evil.example', 'all')
    builder.hole('exact.example', 'itself')
    const set = NameSet.from(builder.toBytes())
    assert.deepEqual(named(set, 'www.evil.example'), ['evil.example'])
    assert.deepEqual(named(set, 'ok.evil.example'), [])
    assert.deepEqual(named(set, 'www.ok.evil.example'), [])
    assert.deepEqual(named(set, 'bad.ok.evil.example'), ['bad.ok.evil.example'])
    assert.deepEqual(named(set, 'exact.example'), [])
    assert.deepEqual(named(set, 'www.exact.example'), ['exact.example'])
    const bytes = bytesOf('ok.evil.example')
    assert.equal(set.findText('domain', bytes, 0, bytes.length), -1)
    assert.equal(set.size, 3)
  })

  test('a name that is listed and allowed is listed: who builds the set decides', () => {
    const builder = builderOf(['evil.example'])
    builder.hole('evil.example', 'all')
    assert.deepEqual(named(builder.build(), 'evil.example'), ['evil.example'])
  })

  test('a URL is found as logs have it, by http and https alike', () => {
    const set = setOf([
      { kind: 'url', text: 'http://evil.example/Gate.php?id=1', list: 'a' },
      { kind: 'url', text: 'https://evil.example/Gate.php?id=1', list: 'b' },
      { kind: 'url', text: 'http://evil.example:8080/', list: 'a' },
      { kind: 'url', text: 'ftp://evil.example/x', list: 'a' },
      { kind: 'url', text: 'http://[2001:db8::1]/x', list: 'a' },
    ])
    const both = ['url http://evil.example/Gate.php?id=1 a', 'url https://evil.example/Gate.php?id=1 b']
    for (const text of [
      'evil.example/Gate.php?id=1',
      'HTTP://Evil.Example/Gate.php?id=1',
      'https://evil.example:443/Gate.php?id=1#top',
      'evil.example.:80/Gate.php?id=1',
    ])
      assert.deepEqual(told(set, set.find('url', text)), both, text)
    assert.deepEqual(told(set, set.find('url', 'evil.example/gate.php?id=1')), [])
    assert.deepEqual(told(set, set.find('url', 'EVIL.example:8080')), ['url http://evil.example:8080/ a'])
    assert.deepEqual(told(set, set.find('url', 'evil.example/')), [])
    assert.deepEqual(told(set, set.find('url', 'evil.example/x')), [])
    assert.deepEqual(told(set, set.find('url', 'ftp://evil.example/x')), ['url ftp://evil.example/x a'])
    assert.deepEqual(told(set, set.find('url', '[2001:db8::1]:80/x')), ['url http://[2001:db8::1]/x a'])
    for (const text of ['', '/', 'http://', '#', `evil.example/${'a'.repeat(5000)}`])
      assert.equal(set.find('url', text), -1)
    const exact = bytesOf('https://evil.example/Gate.php?id=1')
    assert.deepEqual(told(set, set.findText('url', exact, 0, exact.length)), both)
  })

  test('other texts are found by kind, in any case but file names', () => {
    const md5 = 'd41d8cd98f00b204e9800998ecf8427e'
    const set = setOf([
      { kind: 'ja3', text: md5, list: 'a' },
      { kind: 'email', text: 'someone@evil.example', list: 'a' },
      { kind: 'as', text: 'AS64496', list: 'a' },
      { kind: 'file_name', text: 'Rechnung für Sie.exe', list: 'a' },
    ])
    assert.deepEqual(told(set, set.find('ja3', md5.toUpperCase())), [`ja3 ${md5} a`])
    assert.deepEqual(told(set, set.find('hash', md5)), [])
    assert.deepEqual(told(set, set.find('email', 'Someone@Evil.example')), ['email someone@evil.example a'])
    assert.deepEqual(told(set, set.find('as', 'as64496')), ['as AS64496 a'])
    assert.deepEqual(told(set, set.find('file_name', 'Rechnung für Sie.exe')), [
      'file_name Rechnung für Sie.exe a',
    ])
    assert.deepEqual(told(set, set.find('file_name', 'rechnung für sie.exe')), [])
    assert.deepEqual(told(set, set.find('cve', 'CVE-2024-3094')), [])
  })

  test('is walked through by kind, a parent before its children and they right after it', () => {
    fc.assert(
      fc.property(listed, (entries) => {
        const set = setOf(entries)
        const walked: string[] = []
        for (const kind of [
          'domain',
          'url',
          'email',
          'hash',
          'ja3',
          'ja4',
          'file_name',
          'as',
          'cve',
        ] as const) {
          const { from, to } = set.range(kind)
          for (let node = from; node < to; node++) {
            walked.push(`${set.kind(node)} ${set.text(node)}`)
            assert.equal(set.action(node), 'block')
            assert.deepEqual(
              set.own(node).map(({ title }) => title.replace(/^. on /, '')),
              set.own(node).map(() => set.text(node)),
            )
          }
        }
        assert.equal(walked.length, set.nodes)
        assert.deepEqual(
          walked.toSorted(),
          [...new Set(entries.map(({ kind, text }) => `${kind} ${text}`))].toSorted(),
        )
        const { from, to } = set.range('hostname')
        const reversed = Array.from({ length: to - from }, (_, index) =>
          set
            .text(from + index)
            .split('.')
            .toReversed()
            .join('\u0001'),
        )
        assert.deepEqual(reversed, reversed.toSorted())
        for (let node = from; node < to; node++) {
          const above = oracle(entries, set.text(node)).filter(
            (one) => one.startsWith('domain ') && one.split(' ')[1] !== set.text(node),
          )
          if (set.parent(node) < 0) assert.deepEqual(above, [])
        }
      }),
      { numRuns: 300 },
    )
  })

  test('the same entries make the same file, in whatever order they come', () => {
    fc.assert(
      fc.property(listed, fc.infiniteStream(fc.nat()), (entries, order) => {
        const shuffled = entries
          .map((entry) => ({ entry, key: order.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ entry }) => entry)
        assert.deepEqual(builderOf([...shuffled, ...entries]).toBytes(), builderOf(entries).toBytes())
      }),
      { numRuns: 200 },
    )
  })

  test('a set that is changed is as one that is built anew', () => {
    const change = fc.record({
      entry: listed.filter((some) => some.length > 0),
      what: fc.constantFrom('add', 'remove', 'hole'),
    })
    fc.assert(
      fc.property(listed, fc.array(change, { maxLength: 8 }), (entries, changes) => {
        const key = ({ kind, text }: Listed) => `${kind} ${text}`
        const all = new Map<string, Listed[] | 'hole'>()
        for (const entry of entries) {
          const those = all.get(key(entry)) ?? []
          all.set(key(entry), [...(those === 'hole' ? [] : those), entry])
        }
        const patches = changes.map(({ entry: [one], what }): NameChange => {
          const { kind, text } = one!
          const names = kind === 'domain' || kind === 'hostname'
          const entriesNow =
            what === 'add'
              ? [
                  { source: 'new', title: 'π', link: '', action: 'alert' as const, confidence: 7 },
                  {
                    source: one!.list,
                    title: `${one!.list} on ${text}`,
                    link: '',
                    action: 'block' as const,
                    confidence: 50,
                  },
                ]
              : []
          all.delete(key(one!))
          if (what === 'hole' && names) all.set(key(one!), 'hole')
          if (what === 'add') all.set(key(one!), [one!, { ...one!, list: 'new' }])
          return { kind, indicator: text, entries: entriesNow, hole: what === 'hole' }
        })
        const builder = new NameSetBuilder()
        for (const those of all.values())
          for (const { kind, text, list } of those === 'hole' ? [] : those) {
            const source = builder.source(list)
            const label =
              list === 'new'
                ? builder.label(source, 'π', '', 'alert', 7)
                : builder.label(source, `${list} on ${text}`, '', 'block', 50)
            builder.add(kind, text, label)
          }
        for (const [name_, those] of all) {
          const [kind, text] = name_.split(' ') as [string, string]
          if (those === 'hole') builder.hole(text, kind === 'domain' ? 'all' : 'itself')
        }
        const patched = NameSet.from(patchedNames(setOf(entries), patches)!)
        const anew = builder.build()
        assert.deepEqual(walked(patched), walked(anew))
        for (let node = 0; node < anew.nodes; node++)
          assert.equal(
            patched.find(anew.kind(node), anew.text(node)),
            anew.find(anew.kind(node), anew.text(node)),
          )
        for (const asked of [...entries, ...changes.flatMap(({ entry }) => entry)])
          for (const text of [asked.text, `x.${asked.text}`])
            assert.equal(patched.find(asked.kind, text), anew.find(asked.kind, text), text)
        // And once more, over what a patch made.
        const back = NameSet.from(patchedNames(patched, patches)!)
        assert.deepEqual(walked(back), walked(anew))
      }),
      { numRuns: 500 },
    )
  })

  test('a set that is changed again and again finds what is listed, and nothing that is gone', () => {
    let set = setOf(Array.from({ length: 200 }, (_, index) => `d${index}.example`))
    for (let round = 0; round < 300; round++) {
      const indicator = `d${round}.example`
      const other = `x.d${(round * 7) % 250}.example`
      const entries = [{ source: 'list', title: '', link: '', action: 'alert' as const, confidence: 1 }]
      set = NameSet.from(
        patchedNames(set, [
          { kind: 'domain', indicator, entries: [] },
          { kind: 'hostname', indicator: other, entries },
        ])!,
      )
      assert.deepEqual(named(set, indicator), [])
      assert.equal(named(set, other)[0], other)
    }
    const listedNow = Array.from({ length: set.nodes }, (_, node) => set.text(node))
    assert.deepEqual(
      new Set(listedNow),
      new Set(Array.from({ length: 250 }, (_, index) => `x.d${index}.example`)),
    )
    for (const name_ of listedNow) assert.deepEqual(named(set, name_), [name_])
    for (let index = 0; index < 200; index++) assert.deepEqual(named(set, `d${index}.example`), [])
  })

  test('lists, titles and links are told with each entry, and what may come of it', () => {
    const builder = new NameSetBuilder()
    const [otx, drop] = [builder.source('otx'), builder.source('drop')]
    builder.add(
      'domain',
      'evil.example',
      builder.label(otx, 'Gootkit · π', 'https://otx.example/1', 'alert', 85),
    )
    builder.add('domain', 'evil.example', builder.label(drop, '', '', 'block', 100))
    const set = builder.build()
    assert.deepEqual(set.sources, [{ name: 'drop' }, { name: 'otx' }])
    assert.equal(set.action(0), 'block')
    assert.deepEqual(set.entries(set.find('hostname', 'www.evil.example')), [
      {
        type: 'domain',
        indicator: 'evil.example',
        source: 0,
        title: '',
        link: '',
        action: 'block',
        confidence: 100,
      },
      {
        type: 'domain',
        indicator: 'evil.example',
        source: 1,
        title: 'Gootkit · π',
        link: 'https://otx.example/1',
        action: 'alert',
        confidence: 85,
      },
    ])
    assert.equal(set.entries(0, 1).length, 1)
  })

  test('what no indicator is like is refused, and the set stays as it was', () => {
    const builder = builderOf(['evil.example'])
    for (const text of ['', 'a\nb.example', 'a b.example', 'é.example', 'a'.repeat(254)])
      assert.throws(() => builder.add('domain', text, 0), RangeError)
    assert.throws(() => builder.add('file_name', 'a\u0001b', 0), RangeError)
    assert.throws(() => builder.add('domain', 'x.example', 7), RangeError)
    assert.throws(() => builder.label(0, '', '', 'block', 101), RangeError)
    assert.throws(() => builder.label(7, '', '', 'block', 1), RangeError)
    assert.deepEqual(builder.toBytes(), builderOf(['evil.example']).toBytes())
  })

  test('an empty set names nothing', () => {
    const set = setOf([])
    assert.equal(set.size, 0)
    assert.deepEqual(
      [set.find('hostname', 'a.b'), set.find('url', 'a.b/'), set.find('as', 'AS1')],
      [-1, -1, -1],
    )
    assert.deepEqual(set.range('domain'), { from: 0, to: 0 })
  })

  test('many texts are all found, and others are not', () => {
    const texts = Array.from({ length: 50_000 }, (_, index) => `h${index % 7}.d${index}.example`)
    const set = setOf(texts)
    for (const text of texts) {
      assert.deepEqual(named(set, text), [text])
      assert.deepEqual(named(set, text.slice(1)), [])
    }
  })

  test('a file that is cut, or of which a bit is turned, is refused or still answers', () => {
    const whole = builderOf([
      'evil.example',
      'a.evil.example',
      { kind: 'hostname', text: 'evil.example', list: 'b' },
      { kind: 'url', text: 'http://evil.example/', list: 'a' },
      { kind: 'url', text: 'https://evil.example/', list: 'a' },
    ]).toBytes()
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        assert.throws(() => NameSet.from(whole.slice(0, length)), RangeError)
      }),
    )
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(7), (at, bit) => {
        const changed = whole.slice()
        changed[at]! ^= 1 << bit
        let set: NameSet
        try {
          set = NameSet.from(changed)
        } catch (error) {
          assert.ok(error instanceof RangeError, String(error))
          return
        }
        for (const text of ['evil.example', 'x.a.evil.example']) {
          const node = set.find('hostname', text)
          if (node >= 0) set.entries(node)
        }
        for (let node = 0; node < set.nodes; node++) set.own(node)
        set.find('url', 'evil.example/')
        set.range('url')
      }),
      { numRuns: 3_000 },
    )
  })
})

test('texts are sorted as by comparing them, however much they share', () => {
  const alphabet = fc.constantFrom('a', 'b', '\u0001')
  const text = fc.array(alphabet, { maxLength: 14 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.array(text, { maxLength: 400 }), (texts) => {
      const pieces = texts.map((one) => `aaaaaaab${one}`)
      const from = new Uint32Array(pieces.length + 1)
      for (const [index, piece] of pieces.entries()) from[index + 1] = from[index]! + piece.length
      const order = sortTexts(bytesOf(pieces.join('')), from)
      assert.deepEqual(
        Array.from(order),
        pieces
          .map((_, index) => index)
          .toSorted((a, b) => (pieces[a]! < pieces[b]! ? -1 : pieces[a]! > pieces[b]! ? 1 : a - b)),
      )
    }),
    { numRuns: 300 },
  )
})

test('a URL with the usual port of the other scheme is found as it is listed, and with its own port left out', () => {
  const listed = ['http://c2.example.com:443/a', 'https://c2.example.com:80/b', 'https://c2.example.com/c']
  const set = setOf(listed.map((text) => ({ kind: 'url', text, list: 'list' })))
  for (const asked of [
    ...listed,
    'https://c2.example.com:443/c',
    'http://C2.example.com:80/c',
    'c2.example.com/c',
  ])
    assert.ok(set.find('url', asked) >= 0, asked)
  assert.equal(set.find('url', 'http://c2.example.com:8080/a'), -1)
})
