import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { configSchema } from '../../src/config.ts'
import { dataFolder, sundew } from './sundew.ts'

describe('sundew config', () => {
  test('check tells every mistake with its line, column and nearest key, and ends with 78', async () => {
    await using folder = await dataFolder()
    const file = join(folder.data, 'sundew.yaml')
    await writeFile(file, 'keep:\n  quota_gb: -5\n  mail_days: 3\nconsole:\n  port: eighty\nlisen: []\n')
    const { code, stdout, stderr } = await sundew(['config', 'check', '--data', folder.data])
    assert.deepEqual([code, stdout], [78, ''])
    assert.match(stderr, /^SUNDEW_CONFIG_INVALID: /)
    for (const says of [
      /sundew\.yaml:2:13 keep\.quota_gb: /,
      /keep\.mail_days: unknown key; did you mean mails_days\?/,
      /sundew\.yaml:5:9 console\.port: /,
      /lisen: unknown key; did you mean listen\?/,
    ]) {
      assert.match(stderr, says)
    }
  })

  test('check takes what is right, and no file at all', async () => {
    await using folder = await dataFolder()
    const none = await sundew(['config', 'check', '--data', folder.data])
    assert.equal(none.code, 0)
    assert.match(none.stdout, /no sundew\.yaml/)
    const file = join(folder.data, 'other.yaml')
    await writeFile(file, 'keep: {mails_days: 3}\n')
    const right = await sundew(['config', 'check', '--config', file, '--data', folder.data])
    assert.deepEqual([right.code, right.stdout], [0, `${file}: no mistakes.\n`])
  })

  test('console.hostnames takes host names, and nothing that a Host header cannot be', () => {
    const hostnames = (names: readonly string[]) => configSchema.safeParse({ console: { hostnames: names } })
    assert.deepEqual(hostnames(['Sundew.home.example', 'pi']).data?.console.hostnames, [
      'Sundew.home.example',
      'pi',
    ])
    assert.deepEqual(configSchema.parse({}).console.hostnames, [])
    for (const name of ['*', '*.example', 'a b', 'sundew:8686', 'http://sundew.example', '']) {
      assert.equal(hostnames([name]).success, false, name)
    }
  })

  test('takes no lifetime that ends after the store’s times do: such rows would be gone at once', () => {
    const last = Date.UTC(2106, 1, 7)
    for (const key of ['events_days', 'mails_days', 'files_days']) {
      assert.equal(configSchema.safeParse({ keep: { [key]: 36_500 } }).success, false)
      assert.ok(configSchema.safeParse({ keep: { [key]: 10_000 } }).success)
    }
    assert.ok(Date.now() + 10_000 * 86_400_000 < last)
  })

  test('check of a file that is not there names it', async () => {
    const { code, stderr } = await sundew(['config', 'check', '--config', '/nowhere/sundew.yaml'])
    assert.equal(code, 78)
    assert.match(stderr, /^SUNDEW_CONFIG_MISSING: \/nowhere\/sundew\.yaml/)
  })

  test('show prints a file that holds what is held now', async () => {
    await using folder = await dataFolder()
    await writeFile(join(folder.data, 'sundew.yaml'), 'sensor: here\nkeep: {mails_days: 3}\n')
    const yaml = await sundew(['config', 'show', '--data', folder.data])
    assert.equal(yaml.code, 0)
    const shown: unknown = parse(yaml.stdout)
    assert.deepEqual(configSchema.parse(shown), shown)
    const json = await sundew(['config', 'show', '--json', '--data', folder.data])
    assert.deepEqual(JSON.parse(json.stdout), shown)
    assert.equal((shown as { keep: { mails_days: number } }).keep.mails_days, 3)
  })

  test('schema is a JSON Schema that takes what Sundew takes, with nothing of this machine in it', async () => {
    const { code, stdout } = await sundew(['config', 'schema'])
    assert.equal(code, 0)
    const schema = z.fromJSONSchema(JSON.parse(stdout) as z.core.JSONSchema.JSONSchema)
    assert.ok(schema.safeParse({ keep: { mails_days: 3 } }).success)
    assert.ok(!schema.safeParse({ keep: { mail_days: 3 } }).success)
    const { properties } = JSON.parse(stdout) as { properties: Record<string, { default?: unknown }> }
    assert.deepEqual([properties['sensor']?.default, properties['hostname']?.default], [undefined, undefined])
  })
})
