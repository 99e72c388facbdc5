import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { layout } from '../../src/core/layout.ts'
import { AddressSetBuilder } from '../../src/match/address-set-builder.ts'
import { parseRange } from '../../src/match/parse-address.ts'

/** Puts an address or a prefix on a list that is in force, as the hub leaves it. */
export async function listed(data: string, text: string): Promise<void> {
  const builder = new AddressSetBuilder()
  const { first, last } = parseRange(text)!
  builder.add(first, last, builder.label(builder.source('drop'), 'worm', ''))
  const { intel } = layout(data)
  await mkdir(intel, { recursive: true })
  await writeFile(join(intel, 'set-3.bin'), builder.toBytes())
  await writeFile(join(intel, 'state.json'), JSON.stringify({ version: 3, entries: 1, lists: [] }))
}
