import type { Command } from 'commander'
import { plotDaily } from './daily.ts'
import { plotFireplot } from './fireplot.ts'
import { plotTunnels } from './tunnels.ts'

/** Adds `sundew plot`. */
export function plot(program: Command): void {
  const plots = program.command('plot').description('pictures, to a file')
  for (const add of [plotFireplot, plotDaily, plotTunnels]) add(plots)
}
