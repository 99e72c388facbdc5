import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { folderOf } from '../collectors/tail/patterns.ts'
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

/**
 * For the process that exporters and firewalls talk to: no programs, no threads of JavaScript, no files but its own and the logs that it
 * follows, to read, with what else is in their folders. Of add-ons it loads the receiver.
 */
export function collectorsConfinement(config: Config, paths: Layout): string[] {
  const own = [paths.collectorJournal, paths.collectorState, paths.flows, paths.firewall]
  const { flow, syslog, tail, dnstap } = config.collectors
  const logs = tail.map(({ path }) => folderOf(resolve(path)))
  const socket = dnstap ? [resolve(dnstap.socket)] : []
  const reads = [
    join(program, 'packages'),
    join(program, 'node_modules'),
    join(program, 'package.json'),
    paths.intel,
    ...udpTables,
    ...own,
    ...[flow.tls, syslog.tls].flatMap((tls) => (tls ? [tls.certificate, tls.key, tls.ca] : [])),
  ]
  return [
    '--permission',
    '--allow-net', // given up once the ports are bound
    '--allow-addons',
    ...reads
      .filter((path) => path !== undefined)
      .filter((path) => existsSync(path))
      .map((path) => `--allow-fs-read=${path}`),
    // Folders that are not there yet too.
    ...new Set(
      logs.flatMap((folder) => [`--allow-fs-read=${folder}`, `--allow-fs-read=${join(folder, '*')}`]),
    ),
    ...socket.map((path) => `--allow-fs-read=${path}`),
    ...[...own, ...socket].map((path) => `--allow-fs-write=${path}`),
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
