import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { udpTables } from '../collectors/flow/kernel-drops.ts'
import type { Config } from '../config.ts'
import type { Layout } from '../core/layout.ts'

/** The program itself and its libraries: all that the decoys may read beside their own folders. */
const program = join(import.meta.dirname, '..', '..', '..', '..')

/** Node's permission model for the process that intruders talk to: no programs, no add-ons, no files but its own. */
export function confinement(config: Config, paths: Layout): string[] {
  const own = [paths.localJournal, paths.decoyState]
  const served = Object.values(config.decoys as Record<string, { reads?: unknown }>).flatMap((section) =>
    Array.isArray(section.reads) ? section.reads.filter((path) => typeof path === 'string') : [],
  )
  return [
    '--permission',
    '--allow-net', // given up once the ports are bound
    ...[
      join(program, 'packages'),
      join(program, 'node_modules'),
      join(program, 'package.json'),
      ...own,
      ...served,
    ]
      .filter((path) => existsSync(path))
      .map((path) => `--allow-fs-read=${path}`),
    ...own.map((path) => `--allow-fs-write=${path}`),
  ]
}

/** For the process that exporters talk to: no programs, no threads of JavaScript, no files but its own. Of add-ons it loads the receiver. */
export function collectorsConfinement(config: Config, paths: Layout): string[] {
  const own = [paths.collectorJournal, paths.collectorState, paths.flows]
  const { tls } = config.collectors.flow
  const reads = [
    join(program, 'packages'),
    join(program, 'node_modules'),
    join(program, 'package.json'),
    paths.intel,
    ...udpTables,
    ...own,
    ...(tls ? [tls.certificate, tls.key, tls.ca] : []),
  ]
  return [
    '--permission',
    '--allow-net', // given up once the ports are bound
    '--allow-addons',
    ...reads
      .filter((path) => path !== undefined)
      .filter((path) => existsSync(path))
      .map((path) => `--allow-fs-read=${path}`),
    ...own.map((path) => `--allow-fs-write=${path}`),
  ]
}

/** For the process of the make-believe machines: threads, and the program to read. No network, no files, no programs. */
export function machinesConfinement(): string[] {
  return [
    '--permission',
    // A thread may no more than its process.
    '--allow-worker',
    ...['packages', 'node_modules', 'package.json']
      .map((name) => join(program, name))
      .filter((path) => existsSync(path))
      .map((path) => `--allow-fs-read=${path}`),
  ]
}
