import { join } from 'node:path'
import type { Command } from 'commander'
import type { DailyPicture } from '../../hub/api/contract.ts'
import { Hub } from '../client.ts'
import { globals } from '../globals.ts'
import { print } from '../output.ts'

/** Adds `sundew plot daily`. */
export function plotDaily(plots: Command): void {
  plots
    .command('daily')
    .description('yesterday’s fireplot, written now to the folder that the configuration names (plots.daily)')
    .option('-d, --day <day>', 'another day, as 2026-11-25')
    .action(async ({ day }: { readonly day?: string }, own: Command) => {
      const hub = await Hub.find(globals(own).paths)
      const body = day === undefined ? {} : { day }
      const { folder, files } = await hub.json<DailyPicture>('/plots/daily', { method: 'POST', body })
      for (const file of files) await print(`${join(folder, file)}\n`)
    })
}
