import type { ClickHouseClient } from '@clickhouse/client'
import type { SundewEvent } from '../../event/event.ts'
import { EventsBlock, eventInsertSettings } from '../../store/events-table.ts'
import { insertRows } from './insert.ts'

/** Tries that a lack of memory in the store may last before those are blamed who need much. */
const patience = 8
/** An event of less JSON than this, characters, is not what fills a store's memory. */
const muchMemory = 1024 * 1024
/** Takes rows as `events` does, and forgets them. */
const trialTable = 'events_tried'

/**
 * ClickHouse's codes for rows that it cannot read or convert: the same rows will be refused again, unlike where it has no room, no
 * connection or no time. 6, 26, 27, 38, 41 and 72 cannot parse, 33 cannot read all, 53 and 70 types, 69 and 321 out of bounds, 117 incorrect
 * data, 128 and 131 too large an array or string, 130 an array, 190 sizes, 306 too deep, 467 cannot parse a boolean.
 */
const dataCodes: ReadonlySet<string> = new Set(
  [6, 26, 27, 33, 38, 41, 53, 69, 70, 72, 117, 128, 130, 131, 190, 306, 321, 467].map(String),
)
const memoryCode = '241'

/** Whether an error is about what one entry holds: making its row again would not mend it, as it might where a disk is full. */
export function isOfEntry(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError
}

/** Says of each failed insert of one batch whether trying again is in vain. */
export function givenUp(): (error: unknown) => boolean {
  let short = 0
  return (error) => {
    const code = codeOf(error)
    return dataCodes.has(code) || (code === memoryCode && ++short >= patience)
  }
}

/**
 * Those of the events that the store refuses, found by trying halves of them where nothing is kept.
 *
 * @throws where the store cannot say now.
 */
export async function refusedOf(
  store: ClickHouseClient,
  events: readonly SundewEvent[],
  error: unknown,
): Promise<Set<SundewEvent>> {
  if (codeOf(error) === memoryCode)
    return new Set(events.filter((event) => JSON.stringify(event).length >= muchMemory))
  const refused = new Set<SundewEvent>()
  const halve = async (some: readonly SundewEvent[]): Promise<void> => {
    if (await takes(store, some)) return
    if (some.length === 1) {
      refused.add(some[0]!)
      return
    }
    const middle = some.length >> 1
    await halve(some.slice(0, middle))
    await halve(some.slice(middle))
  }
  await store.command({ query: `CREATE TABLE IF NOT EXISTS ${trialTable} AS events ENGINE = Null` })
  try {
    if (events.length > 0) await halve(events)
  } finally {
    await store.command({ query: `DROP TABLE IF EXISTS ${trialTable}` })
  }
  return refused
}

async function takes(store: ClickHouseClient, events: readonly SundewEvent[]): Promise<boolean> {
  const block = new EventsBlock()
  for (const event of events) block.push(event)
  const table = {
    table: trialTable,
    columns: EventsBlock.columns,
    block,
    settings: { ...eventInsertSettings },
  }
  try {
    await insertRows(store, table, '')
    return true
  } catch (error) {
    if (dataCodes.has(codeOf(error))) return false
    throw error
  }
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : ''
}
