import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { postfix } from '../../../src/intel/publish/postfix.ts'
import { conforms } from './conformance.ts'
import { fakeBlocklist } from './fake-blocklist.ts'
import { entryLines, rendered } from './rendered.ts'

conforms(postfix, {
  configs: [{}, { action: '554 5.7.1 Listed; see https://intel.example/' }],
  read(files, { action }) {
    const keys = (name: string) =>
      entryLines(files.get(name), /^#/).map((line) => {
        const at = line.indexOf(' ')
        const [key, does] = [line.slice(0, at), line.slice(at + 1)]
        assert.match(key, /^[!-~]+$/)
        assert.ok(does === action || does === 'DUNNO', line)
        return { key, blocks: does === action }
      })
    const names = keys('names')
    const blocked = names.filter(({ blocks }) => blocks).map(({ key }) => key)
    return {
      addresses: keys('client.cidr').map(({ key }) => key),
      names: blocked.filter((key) => !/^\.|@/.test(key)),
      covering: blocked.filter((key) => key.startsWith('.')).map((key) => key.slice(1)),
      holes: names.filter(({ key, blocks }) => !blocks && !key.startsWith('.')).map(({ key }) => key),
      texts: blocked.filter((key) => key.includes('@')).map((key) => `email ${key}`),
    }
  },
  leaves: (kind, value) => kind === 'text' && value.includes('"'),
})

test('an address that differs in case is one key', () => {
  const list = fakeBlocklist({
    texts: [
      { type: 'email', value: 'Info@bad.example' },
      { type: 'email', value: 'info@bad.example' },
      { type: 'email', value: 'a b@bad.example' },
    ],
  })
  const { files, leftOut } = rendered(postfix, list, postfix.config.parse({}))
  assert.deepEqual(entryLines(files.get('names')), ['info@bad.example REJECT'])
  assert.deepEqual(leftOut, { 'an address that is no key': 1 })
})

test('postmap finds what is listed, what lies below it, and not what is allowed there', async (t) => {
  const list = fakeBlocklist({
    addresses: ['203.0.113.0/24', '2001:db8::/32'],
    allowedAddresses: ['203.0.113.7'],
    domains: ['bad.example'],
    allowedDomains: ['good.bad.example'],
  })
  const folder = await mkdtemp(join(tmpdir(), 'sundew-postfix-'))
  const ask = (key: string, map: string) =>
    promisify(execFile)('postmap', ['-q', key, map], { cwd: folder }).then(
      ({ stdout }) => stdout.trim(),
      (error: { code?: unknown }) => error.code,
    )
  try {
    for (const [name, text] of rendered(postfix, list, postfix.config.parse({})).files)
      await writeFile(join(folder, name), text)
    const clients = `cidr:${join(folder, 'client.cidr')}`
    if ((await ask('203.0.113.8', clients)) === 'ENOENT') return t.skip('postmap is not here')
    assert.equal(await ask('203.0.113.8', clients), 'REJECT')
    assert.equal(await ask('203.0.113.7', clients), 1)
    assert.equal(await ask('2001:db8:5::1', clients), 'REJECT')
    const names = `texthash:${join(folder, 'names')}`
    assert.equal(await ask('bad.example', names), 'REJECT')
    assert.equal(await ask('.bad.example', names), 'REJECT')
    assert.equal(await ask('good.bad.example', names), 'DUNNO')
    assert.equal(await ask('other.example', names), 1)
  } finally {
    await rm(folder, { recursive: true })
  }
})
