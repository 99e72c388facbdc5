import { ClickHouseError, type ClickHouseClient } from '@clickhouse/client'
import { sqlString } from '../../store/sql.ts'
import { firewallTables, flowTables } from './retention.ts'

export interface FlowRoomOptions {
  readonly store: ClickHouseClient
  readonly quotaBytes: number
  /** On a cluster nothing is dropped: its disks are its owner's business. */
  readonly cluster: string | undefined
}

export interface Dropped {
  readonly table: string
  /** A day (2026-11-25), or a month (202611). */
  readonly partition: string
  /** Whether that is all of it; else only what came first. */
  readonly whole: boolean
}

/** What can be dropped: a partition, or a part of one that is being filled. */
interface Piece {
  readonly what: Dropped
  readonly id: string
  readonly bytes: number
}

/** Part of the quota that flows and firewalls' lines may use together, so that a busy network does not push out what intruders brought. */
export const flowShare = 0.5

/** Tables that give up their oldest together. */
const groups: readonly (readonly string[])[] = [flowTables, firewallTables]

/** Of the pieces of a group, those that are past go first. */
interface Group {
  readonly past: Piece[]
  readonly present: Piece[]
}

/**
 * Keeps flows and firewalls' lines within their part of the quota. Where it is used up, whichever of the two has more gives up
 * its oldest, so that either may use what the other does not need, and neither is left with less than half of the part for the
 * other's sake: a flood of lines takes nothing of the flows' half. Of flows, single ones go before their sums, and what shows who
 * was seen last. What is being filled goes where who has more than half has no past to give, and then piece by piece, what came
 * first before what came last.
 */
export class FlowRoom {
  readonly #options: FlowRoomOptions

  constructor(options: FlowRoomOptions) {
    this.#options = options
  }

  /** Drops what is too much, and says what that was. Rejects where the store is away. */
  async trim(): Promise<readonly Dropped[]> {
    const { quotaBytes, cluster } = this.#options
    if (cluster !== undefined) return []
    const waiting = await this.#groups()
    const most = quotaBytes * flowShare
    const dropped: Dropped[] = []
    for (;;) {
      const sizes = waiting.map(bytesOf)
      if (sizes.reduce((sum, each) => sum + each) <= most) return dropped
      const { what, id } = giving(waiting, sizes, most).shift()!
      // Merged with others meanwhile: the next measurement tells.
      if (!(await this.#drop(what, id))) return dropped
      dropped.push(what)
    }
  }

  /** False where there is no such part any more. */
  async #drop({ table, whole }: Dropped, id: string): Promise<boolean> {
    try {
      await this.#options.store.command({
        query: `ALTER TABLE ${table} DROP ${whole ? 'PARTITION ID' : 'PART'} ${sqlString(id)}`,
        clickhouse_settings: { max_partition_size_to_drop: '0' },
      })
      return true
    } catch (error) {
      if (!whole && error instanceof ClickHouseError && error.type === 'NO_SUCH_DATA_PART') return false
      throw error
    }
  }

  async #groups(): Promise<Group[]> {
    const answer = await this.#options.store.query({
      query: `SELECT table, partition, partition_id, name, toFloat64(bytes_on_disk) AS bytes FROM system.parts
        WHERE database = currentDatabase() AND active AND table IN {tables:Array(String)} ORDER BY partition_id, min_block_number`,
      query_params: { tables: groups.flat() },
      format: 'JSONEachRow',
    })
    const parts = await answer.json<Part>()
    return groups.map((tables) => {
      const perTable = tables.map((table) => piecesOf(parts.filter((part) => part.table === table)))
      return {
        past: perTable.flatMap(({ past }) => past),
        present: perTable.flatMap(({ present }) => present),
      }
    })
  }
}

/** As the store tells of it. */
interface Part {
  readonly table: string
  readonly partition: string
  readonly partition_id: string
  readonly name: string
  readonly bytes: number
}

/** The pieces of a table as they are to go. Ids of days and months are their digits: they sort by time. */
function piecesOf(parts: readonly Part[]): Group {
  const today = new Date().toISOString().slice(0, 10).replaceAll('-', '')
  const byId = Map.groupBy(parts, (part) => part.partition_id)
  // A clock that is ahead writes into days to come: they are not what makes today past.
  const current = [...byId.keys()].findLast((id) => id <= today.slice(0, id.length)) ?? ''
  const past: Piece[] = []
  const present: Piece[] = []
  for (const [id, ofIt] of byId) {
    const [{ table, partition }] = ofIt as [Part, ...Part[]]
    if (id < current) past.push({ what: { table, partition, whole: true }, id, bytes: sumOf(ofIt) })
    else
      for (const part of ofIt)
        present.push({ what: { table, partition, whole: false }, id: part.name, bytes: part.bytes })
  }
  return { past, present }
}

/** Who gives the next piece: of those who have more than half of what both may have, the larger that has a past; else the larger. */
function giving(waiting: readonly Group[], sizes: readonly number[], most: number): Piece[] {
  const bySize = waiting
    .map((group, index) => ({ group, bytes: sizes[index]! }))
    .toSorted((a, b) => b.bytes - a.bytes)
  const withPast = bySize.find(({ group, bytes }) => bytes > most / groups.length && group.past.length > 0)
  if (withPast) return withPast.group.past
  const { past, present } = bySize[0]!.group
  return past.length > 0 ? past : present
}

function bytesOf({ past, present }: Group): number {
  return sumOf(past) + sumOf(present)
}

function sumOf(all: readonly { readonly bytes: number }[]): number {
  return all.reduce((sum, { bytes }) => sum + bytes, 0)
}
