import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { collectionsOf } from '../../../src/hub/taxii/collections.ts'
import { taxii as feed } from '../../../src/intel/feeds/taxii/taxii.ts'
import { taxii } from '../../../src/intel/publish/taxii.ts'
import { Puller } from '../../intel/feeds/puller.ts'
import { fakeBlocklist } from '../../intel/publish/fake-blocklist.ts'
import { onlyFile, rendered } from '../../intel/publish/rendered.ts'
import { startTestApi } from '../api/host.ts'

test("another Sundew's feed reads our collections over TAXII: pages, what is new, and what is taken back", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-taxii-'))
  const collections = collectionsOf(
    [{ name: 'feed', target: 'taxii', path: join(folder, 'feed.jsonl') }],
    folder,
  )
  await using api = await startTestApi({ collections })
  const key = (await readFile(join(api.folder, 'state', 'cli-token'), 'utf8')).trim()
  let files: ReadonlyMap<string, string> | undefined
  const publish = async (domains: readonly string[], made: number) => {
    files = rendered(taxii, fakeBlocklist({ domains, made }), taxii.config.parse({}), files).files
    await writeFile(collections[0]!.path, onlyFile(files))
  }
  const headers = { accept: 'application/taxii+json;version=2.1', authorization: `Bearer ${key}` }
  const told = (await api.ask('/taxii2/sundew/collections/', { headers })).json() as {
    collections: readonly { id: string }[]
  }
  const url = `${api.api.url}/taxii2/sundew/collections/${told.collections[0]!.id}/`
  const many = Array.from({ length: 250 }, (_, index) => `bad${index}.com`)
  await publish(many, Date.UTC(2026, 11, 1))
  using source = new Puller(feed, { url, key, page: 100 })
  assert.equal(await source.pull(), undefined)
  assert.deepEqual(source.indicators, many.map((name) => `domain ${name}`).toSorted())
  await publish([...many.slice(1), 'new.com'], Date.UTC(2026, 11, 2))
  assert.equal(await source.pull(), undefined)
  assert.equal(source.indicators.length, 250)
  assert.ok(source.indicators.includes('domain new.com') && !source.indicators.includes('domain bad0.com'))
  // The same without a change, and with a wrong token.
  assert.equal(await source.pull(), undefined)
  assert.equal(source.indicators.length, 250)
  source.configure({ url, key: 'wrong' })
  assert.equal((await source.pull())?.code, 'key')
  await rm(folder, { recursive: true })
})
