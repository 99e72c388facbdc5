import type { Command } from 'commander'
import { feedLogstalgia } from './logstalgia.ts'

/** Adds `sundew feed`. */
export function feed(program: Command): void {
  const feeds = program.command('feed').description('what happens line by line, for programs that draw it')
  for (const add of [feedLogstalgia]) add(feeds)
}
