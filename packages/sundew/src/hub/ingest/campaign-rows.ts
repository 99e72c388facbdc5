import type { ClickHouseClient } from '@clickhouse/client'
import { byteString } from '../../event/bytes.ts'
import { NativeBlock } from '../../store/native.ts'
import type { CampaignRow, Campaigns } from '../enrich/campaigns.ts'
import { insertRows } from './insert.ts'

/** Campaigns taken back into memory at start: those seen last. */
const mostLoaded = 20_000

const columns = [
  { name: 'id', type: 'String' },
  { name: 'first_seen', type: "DateTime64(9, 'UTC')" },
  { name: 'last_seen', type: "DateTime64(9, 'UTC')" },
  { name: 'subject', type: 'String' },
  { name: 'signature', type: 'String' },
  { name: 'mails', type: 'UInt64' },
] as const

/** Reads the campaigns that an earlier run saved. */
export async function loadCampaigns(store: ClickHouseClient, campaigns: Campaigns): Promise<void> {
  const answer = await store.query({
    query: `SELECT * FROM (
        SELECT id, base64Encode(argMax(subject, mails)) AS subject_64, argMax(signature, mails) AS signature, max(mails) AS count,
               formatDateTime(min(first_seen), '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS first,
               formatDateTime(max(last_seen), '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS last
        FROM campaigns GROUP BY id ORDER BY last DESC LIMIT ${mostLoaded}) ORDER BY last`,
    format: 'JSONEachRow',
  })
  const rows = await answer.json<{
    id: string
    subject_64: string
    signature: string
    count: string
    first: string
    last: string
  }>()
  campaigns.load(
    rows.map((row): CampaignRow => ({
      id: row.id,
      signature: row.signature,
      firstSeen: row.first,
      lastSeen: row.last,
      subject: byteString(Buffer.from(row.subject_64, 'base64')),
      count: Number(row.count),
    })),
  )
}

/** Saves what changed. A row that is saved twice counts once: the table keeps the one with the most mails. */
export async function saveCampaigns(
  store: ClickHouseClient,
  changed: readonly CampaignRow[],
  token: string,
): Promise<void> {
  const block = new NativeBlock(columns)
  for (const row of changed) {
    block.column('id').pushText(row.id)
    block.column('first_seen').push(row.firstSeen)
    block.column('last_seen').push(row.lastSeen)
    block.column('subject').push(row.subject)
    block.column('signature').pushText(row.signature)
    block.column('mails').push(row.count)
  }
  await insertRows(store, { table: 'campaigns', columns: columns.map(({ name }) => name), block }, token)
}
