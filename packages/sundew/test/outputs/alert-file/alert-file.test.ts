import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { alertFile } from '../../../src/outputs/alert-file/alert-file.ts'
import { conforms, outputHost } from '../conformance.ts'
import { eventOf, matchOf } from '../events.ts'

conforms(alertFile, {
  broken: async (folder) => {
    await mkdir(join(folder, 'taken'))
    return { path: 'taken' }
  },
})

const configured = (given: object) => alertFile.config.parse(given)

describe('warnings in a file', () => {
  test('begin as rsyslog begins its lines', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sundew-alert-'))
    try {
      await alertFile.open(configured({}), outputHost(folder)).send([matchOf(), matchOf()])
      const lines = (await readFile(join(folder, 'alerts.log'), 'utf8')).split('\n')
      assert.equal(lines.length, 3)
      assert.ok(
        lines[0]!.startsWith(
          '2026-11-25T01:08:48.000123+00:00 pot sundew: kind="intel.match" severity="high" ',
        ),
      )
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('go to the standard output where the path is -', async () => {
    const printed: string[] = []
    await alertFile
      .open(configured({ path: '-', format: 'json' }), outputHost('/nowhere', { printed }))
      .send([matchOf()])
    assert.equal((JSON.parse(printed.join('')) as { kind: string }).kind, 'intel.match')
  })

  test('are of the kinds and the severity asked for', () => {
    const usual = alertFile.open(configured({}), outputHost('/nowhere'))
    const alert = eventOf('alert.raised', { code: 'SUNDEW_X', message: 'x' })
    const closed = eventOf('connection.open', { decoy_port: 22 })
    assert.deepEqual(
      [matchOf(), alert, closed].map((event) => usual.wants!(event)),
      [true, true, false],
    )
    assert.equal(usual.perMinute, 60)
    const choosy = alertFile.open(
      configured({ severity: 'high', per_minute: 0, kinds: ['intel.match', 'connection.open'] }),
      outputHost('/nowhere'),
    )
    const events = [matchOf(), matchOf({ severity: 'low' }), alert, closed]
    assert.deepEqual(
      events.map((event) => choosy.wants!(event)),
      [true, false, false, false],
    )
    assert.equal(choosy.perMinute, undefined)
  })
})
