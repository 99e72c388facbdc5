import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isHash, isName, isRange } from './forms.ts'
import { plain } from '../../../src/intel/publish/plain.ts'
import { conforms } from './conformance.ts'
import { fakeBlocklist } from './fake-blocklist.ts'
import { entryLines, onlyFile, rendered } from './rendered.ts'

conforms(plain, {
  configs: [
    {},
    { form: 'ranges' },
    { kinds: ['name'] },
    { kinds: ['url'] },
    { kinds: ['file_name', 'hash'] },
  ],
  redundant: true,
  read(files, { kinds }) {
    const lines = entryLines(onlyFile(files), /^#/)
    if (kinds[0] === 'address') return { addresses: lines }
    if (kinds[0] === 'name') return { names: lines }
    return {
      texts: lines.map(
        (line) => `${kinds[0] === 'url' ? 'url' : isHash(line) ? 'hash' : 'file_name'} ${line}`,
      ),
    }
  },
  leaves: (_, text) => /^file_name (?:[#;\s]|.*[\p{Cc}\p{Zl}\p{Zp}]|.*\s$)/u.test(text),
})

test('a plain list marks names that stand for all below them, but not over an allowed one', () => {
  const list = fakeBlocklist({
    domains: ['bad.example', 'part.example', 'x.part.example'],
    hosts: ['one.example', 'a.bad.example'],
    allowedHosts: ['good.part.example'],
  })
  const { files, leftOut } = rendered(plain, list, plain.config.parse({ kinds: ['name'], wildcards: 'star' }))
  assert.deepEqual(entryLines(onlyFile(files)), [
    '*.bad.example',
    'one.example',
    'part.example',
    '*.x.part.example',
  ])
  assert.deepEqual(leftOut, { 'what is below a name of which some is allowed': 1 })
})

test('a plain list of several kinds has one after the other', () => {
  const list = fakeBlocklist({
    domains: ['bad.example'],
    addresses: ['203.0.113.0/24', '203.0.113.7', '2001:db8::1'],
    texts: [{ type: 'hash', value: 'a'.repeat(32) }],
  })
  const { files } = rendered(plain, list, plain.config.parse({ kinds: ['address', 'name', 'hash'] }))
  const lines = entryLines(onlyFile(files))
  assert.deepEqual(
    [isRange, isRange, isName, isHash].map((is, at) => is(lines[at]!)),
    [true, true, true, true],
  )
})
