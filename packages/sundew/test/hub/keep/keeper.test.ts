import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { JournalWriter } from '../../../src/core/journal/writer.ts'
import { logFor } from '../../../src/core/log.ts'
import { Alerts } from '../../../src/hub/alerts.ts'
import { FileStore } from '../../../src/hub/enrich/file-store.ts'
import { FlowRoom } from '../../../src/hub/keep/flow-room.ts'
import { Keeper } from '../../../src/hub/keep/keeper.ts'
import { Quota } from '../../../src/hub/keep/quota.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { TestStore } from '../../store/running-store.ts'

test('an old file is removed only when nothing is on its way that could have brought it again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-keeper-'))
  const running = await TestStore.start()
  const journal = await JournalWriter.open(join(folder, 'journal'))
  try {
    await migrate({ url: running.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
    const store = running.client('sundew', { database: 'sundew' })
    const files = await FileStore.open(join(folder, 'files'))
    let waiting = 1
    const flowDays = { flows: 1, flows_1m: 1, flows_5m: 1, flows_1h: 1, addresses_1h: 1 }
    const waitingBytes = () => Promise.resolve(waiting)
    const keep = { eventsDays: 30, mailsDays: 30, filesDays: 30, flowDays, firewallDays: 30 }
    const keeper = new Keeper({
      store,
      cluster: undefined,
      files,
      keep,
      quota: new Quota({
        store,
        quotaBytes: 1e9,
        sourceShare: 1,
        fileBytes: () => Promise.resolve(0),
        waitingBytes,
      }),
      flowRoom: new FlowRoom({ store, quotaBytes: 1e9, cluster: undefined }),
      alerts: new Alerts({ sensor: 'test', journal, log: logFor('test') }),
      waitingBytes,
      tell: () => {},
    })
    const { sha256 } = await files.put(Buffer.from('long ago'))
    const seen = (when: string) =>
      store.command({ query: `INSERT INTO files (time, sha256, size) VALUES (${when}, '${sha256}', 8)` })
    await seen('now64(9) - toIntervalDay(31)')

    // It came again: it is in the file store, its row still in the journal.
    await files.put(Buffer.from('long ago'))
    assert.equal(await keeper.sweep(), false)
    assert.equal(files.size().files, 1)
    await seen('now64(9)')
    waiting = 0
    assert.equal(await keeper.sweep(), true)
    assert.equal(files.size().files, 1)

    await store.command({ query: 'TRUNCATE TABLE files' })
    await seen('now64(9) - toIntervalDay(31)')
    const swept = keeper.sweep()
    await keeper.quiet()
    assert.equal(files.size().files, 0, 'a file may be put while others are being removed')
    assert.equal(await swept, true)
  } finally {
    await journal.close()
    await running.stop()
    await rm(folder, { recursive: true })
  }
})
