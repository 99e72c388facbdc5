import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { ToCollectors } from '../../../src/core/collector-messages.ts'
import { explain } from '../../../src/core/log.ts'
import { Intelligence } from '../../../src/hub/intel/intelligence.ts'
import type { ListSection } from '../../../src/hub/intel/list-section.ts'
import { AddressSet } from '../../../src/match/address-set.ts'
import { parseAddress } from '../../../src/match/parse-address.ts'
import { intelSettings } from './intel-settings.ts'

const pollMs = 20

/** A folder with lists, and hubs that read them one after the other. */
async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'sundew-intel-'))
  return {
    path,
    file: (name: string) => join(path, name),
    put: (name: string, text: string) => writeFile(join(path, name), text),
    run: (files: readonly ListSection[]) => run(path, files),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  }
}

function run(path: string, files: readonly ListSection[]) {
  const told: ToCollectors[] = []
  const troubles: string[] = []
  const events: string[] = []
  const lists = new Intelligence({
    settings: intelSettings(join(path, 'intel'), { files, pollMs }),
    tell: (message) => told.push(message),
    trouble: (code, message, cause) =>
      troubles.push(`${code}: ${message}${cause === undefined ? '' : ` ${explain(cause)}`}`),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    event: (kind) => events.push(kind),
    fetch: () => Promise.reject(new Error('there are no feeds')),
    attackers: () => Promise.resolve([]),
  })
  const stop = new AbortController()
  const running = lists.run(stop.signal)
  return {
    lists,
    told,
    troubles,
    /** Waits for a set that is newer than this version. */
    newer: async (version: number) => {
      await lists.newerThan(version, AbortSignal.timeout(20_000))
      assert.ok(lists.version > version, `no set after ${version}: ${troubles.join()}`)
      return lists.version
    },
    /** Waits for what the owner is told next. */
    trouble: async () => {
      for (let tries = 0; tries < 500 && troubles.length === 0; tries++) await wait(pollMs)
      return troubles.splice(0).join()
    },
    names: (address: string) => {
      const { set } = lists
      const node = set?.find(parseAddress(address)!) ?? -1
      return node < 0
        ? []
        : set!.entries(node).map(({ source, indicator }) => `${set!.sources[source]!.name} ${indicator}`)
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}

const plain = (path: string, more: Partial<ListSection> = {}): ListSection => ({
  path,
  format: 'auto',
  ...more,
})

describe('lists of the configuration', () => {
  test('become the set in force, which the collectors are told of and can read', async () => {
    await using t = await folder()
    await t.put('drop.txt', '192.0.2.0/24 ; SBL1\n2001:db8::/32\n')
    await t.put('own.csv', 'ip,comment\n192.0.2.7,seen here\n')
    await using hub = t.run([plain(t.file('drop.txt'), { name: 'drop' }), plain(t.file('own.csv'))])
    await hub.newer(0)
    assert.deepEqual(hub.names('192.0.2.7'), ['own.csv 192.0.2.7', 'drop 192.0.2.0/24'])
    const [message] = hub.told
    assert.equal(message?.entries, 3)
    assert.equal(AddressSet.from(await readFile(message.path)).size, 3)
    assert.deepEqual(hub.troubles, [])
    hub.lists.tellAgain()
    assert.deepEqual(hub.told[1], message)
  })

  test('are read again when a file changes', async () => {
    await using t = await folder()
    await t.put('list', '192.0.2.1\n')
    await using hub = t.run([plain(t.file('list'))])
    let version = await hub.newer(0)
    for (const host of [2, 3, 4]) {
      await t.put('list', `192.0.2.${host}\n`)
      version = await hub.newer(version)
      assert.deepEqual(hub.names(`192.0.2.${host}`), [`list 192.0.2.${host}`])
    }
    assert.deepEqual(hub.names('192.0.2.1'), [])
  })

  test('are in force again at once after a restart, without being read', async () => {
    await using t = await folder()
    await t.put('list', '192.0.2.1\n')
    {
      await using hub = t.run([plain(t.file('list'))])
      await hub.newer(0)
    }
    await using hub = t.run([plain(t.file('list'))])
    await hub.newer(0)
    await wait(pollMs * 5)
    assert.equal(hub.lists.version, 1)
    assert.equal(hub.told.length, 1)
    assert.deepEqual(hub.names('192.0.2.1'), ['list 192.0.2.1'])
  })

  test('that turn empty, unreadable or half as long stay as they were, and the owner is told', async () => {
    await using t = await folder()
    const many = Array.from({ length: 200 }, (_, index) => `192.0.2.${index}\n`)
    await t.put('list', many.join(''))
    await t.put('other', '198.51.100.1\n')
    await using hub = t.run([plain(t.file('list')), plain(t.file('other'))])
    let version = await hub.newer(0)
    for (const text of ['', '<html>503 Service Unavailable</html>\n', many.slice(0, 50).join('')]) {
      await t.put('list', text)
      assert.match(await hub.trouble(), /^SUNDEW_INTEL_LIST: .*list.*its last good copy stays in force$/)
      assert.deepEqual(hub.names('192.0.2.150'), ['list 192.0.2.150'], text)
    }
    await rm(t.file('list'))
    assert.match(await hub.trouble(), /ENOENT/)
    assert.deepEqual([hub.names('192.0.2.150'), hub.lists.version], [['list 192.0.2.150'], version])
    // The other one goes on.
    await t.put('other', '198.51.100.2\n')
    version = await hub.newer(version)
    assert.deepEqual([hub.names('198.51.100.2').length, hub.names('192.0.2.150').length], [1, 1])
    // Better again.
    await t.put('list', many.slice(0, 150).join(''))
    await hub.newer(version)
    assert.deepEqual([hub.names('192.0.2.149').length, hub.names('192.0.2.150').length], [1, 0])
    assert.deepEqual(hub.troubles, [])
  })

  test('that have stayed short for a day are believed', async () => {
    await using t = await folder()
    const many = Array.from({ length: 200 }, (_, index) => `192.0.2.${index}\n`)
    await t.put('list', many.join(''))
    await using hub = t.run([plain(t.file('list'))])
    const version = await hub.newer(0)
    const before = Date.now() / 1000 - 25 * 3600
    await t.put('list', '192.0.2.1\n')
    await utimes(t.file('list'), before, before)
    await hub.newer(version)
    assert.equal(hub.lists.set?.size, 1)
  })

  test('that are taken out of the configuration are out of the set', async () => {
    await using t = await folder()
    await t.put('list', '192.0.2.1\n')
    {
      await using hub = t.run([plain(t.file('list'))])
      await hub.newer(0)
    }
    await using hub = t.run([])
    await hub.newer(1)
    assert.equal(hub.lists.set?.size, 0)
  })

  test('a set file that was damaged is made anew', async () => {
    await using t = await folder()
    await t.put('list', '192.0.2.1\n')
    {
      await using hub = t.run([plain(t.file('list'))])
      await hub.newer(0)
    }
    await writeFile(join(t.path, 'intel', 'set-1.bin'), 'SNDWSET and no more')
    await using hub = t.run([plain(t.file('list'))])
    await hub.newer(1)
    assert.deepEqual(hub.names('192.0.2.1'), ['list 192.0.2.1'])
  })

  test('where there are none, nothing is built', async () => {
    await using t = await folder()
    await using hub = t.run([])
    await wait(pollMs * 3)
    assert.equal(hub.lists.set, undefined)
    assert.deepEqual(hub.told, [])
  })
})
