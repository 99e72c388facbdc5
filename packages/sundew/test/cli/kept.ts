import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import type { ApiOptions } from '../../src/hub/api/server.ts'
import { migrate } from '../../src/store/migrate.ts'
import { TestStore } from '../store/running-store.ts'
import { dataFolder, startHub } from './sundew.ts'

export interface Kept extends AsyncDisposable {
  readonly data: string
  readonly writer: ClickHouseClient
  /** Puts one mail into the store. */
  mail(mail: MailToKeep): Promise<void>
  /** Puts one file into the store and the file store; its SHA-256. */
  file(bytes: Buffer, name: string, time?: string): Promise<string>
  /** Where the file store has its bytes. */
  fileOf(sha256: string): string
}

export interface MailToKeep {
  readonly id: string
  readonly raw: Buffer
  readonly time?: string
  readonly from?: Buffer
  readonly to?: readonly string[]
  readonly source?: string
  readonly campaign?: string
}

/** The hub's real interface before a real store. */
export async function startKept(
  options: Pick<ApiOptions, 'networks' | 'listed' | 'intel'> = {},
): Promise<Kept> {
  const folder = await dataFolder()
  const files = join(folder.data, 'files')
  await mkdir(files)
  const store = await TestStore.start()
  await migrate({ url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
  const writer = store.client('sundew', { database: 'sundew' })
  const fileOf = (sha256: string) => join(files, sha256)
  const hub = await startHub(folder.data, {
    ...options,
    store: store.client('reader', { database: 'sundew' }),
    openFile: (sha256) =>
      new Promise((resolve) => {
        const stream = createReadStream(fileOf(sha256))
        stream.once('open', () => resolve(stream))
        stream.once('error', () => resolve(undefined))
      }),
  })
  return {
    data: folder.data,
    writer,
    fileOf,
    async mail({
      id,
      raw,
      time = '2026-11-25T01:08:48.123456789Z',
      from,
      to = ['x@example.org'],
      source = '192.0.2.1',
      campaign = 'c1',
    }) {
      const subject = /^Subject: (.*)\r?$/m.exec(raw.toString('latin1'))?.[1] ?? ''
      await writer.command({
        query: `INSERT INTO mails (id, time, sensor, source_ip, queue_id, helo, mail_from, rcpt_to, raw, raw_size, raw_sha256, stored, subject, campaign)
          SELECT toUUID({id:String}), parseDateTime64BestEffort({time:String}, 9, 'UTC'), 'test', toIPv6({source:String}), '4XyZ1', 'client',
            unhex({from:String}), {to:Array(String)}, unhex({raw:String}), length(unhex({raw:String})), {sha:String}, 'inline', unhex({subject:String}), {campaign:String}`,
        query_params: {
          id,
          time,
          source,
          campaign,
          to,
          from: (from ?? Buffer.from('a@example.net')).toString('hex'),
          raw: raw.toString('hex'),
          subject: Buffer.from(subject, 'latin1').toString('hex'),
          sha: createHash('sha256').update(raw).digest('hex'),
        },
      })
    },
    async file(bytes, name, time = '2026-11-25T01:08:48.123456789Z') {
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      await writeFile(fileOf(sha256), bytes)
      await writer.command({
        query: `INSERT INTO files (time, sha256, size, name, mime_claimed, mime_detected, sensor, source_ip, via)
          SELECT parseDateTime64BestEffort({time:String}, 9, 'UTC'), {sha256:String}, {size:UInt64}, unhex({name:String}), 'text/plain', 'application/x-elf', 'test', toIPv6('192.0.2.1'), 'put'`,
        query_params: { time, sha256, size: bytes.length, name: Buffer.from(name, 'latin1').toString('hex') },
      })
      return sha256
    },
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]()
      await store.stop()
      await folder[Symbol.asyncDispose]()
    },
  }
}
