import type { Command } from 'commander'
import { change } from './change.ts'
import { publish } from './publish.ts'
import { pull } from './pull.ts'
import { search } from './search.ts'
import { sources } from './sources.ts'
import { stats } from './stats.ts'
import { why } from './why.ts'

/** Adds `sundew intel`. */
export function intel(program: Command): void {
  const command = program
    .command('intel')
    .description('threat intelligence: what is listed and why, where from, where to')
  for (const add of [why, search, stats, sources, pull, change, publish]) add(command)
}
