import { mkdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { quotaBytes, type Config } from '../config.ts'
import { loadConfig } from '../config-file.ts'
import { layout, type Layout } from '../core/layout.ts'
import { logFor } from '../core/log.ts'
import { machineSecret, storePasswords } from '../core/secrets.ts'
import { Supervisor, type PartSpec } from '../core/supervisor.ts'
import type { CollectorsStart } from '../processes/collectors.ts'
import type { DecoysStart } from '../processes/decoys.ts'
import type { HubStart } from '../processes/hub.ts'
import type { MachinesStart } from '../processes/machines.ts'
import type { StoreStart } from '../processes/store.ts'
import { THREADS } from '../store/threads.ts'
import { banner } from './banner.ts'
import { claim } from './claim.ts'
import { collectorsConfinement, confinement, machinesConfinement } from './confinement.ts'
import { exitCode, Failure } from './failure.ts'
import { withFreePorts } from './free-ports.ts'

/** What comes in lives for one answer: in a young generation of this size (Node's own begins with half a one) it is gone before it is copied. */
const youngMegabytes = '--min-semi-space-size=16'
const processes = join(import.meta.dirname, '..', 'processes')

/** Adds `sundew up`: everything, in the foreground, until Ctrl-C. */
export function up(command: Command): void {
  command
    .command('up')
    .description('start the decoys, the collectors, the store, the hub and the page, until Ctrl-C')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew up\n  sundew up --data /srv/sundew --config /etc/sundew.yaml\n',
    )
    .action(async () => {
      const options = command.optsWithGlobals<{ data?: string; config?: string }>()
      const { config, file, dataDirectory } = await loadConfig({
        configFile: options.config,
        dataDirectory: options.data,
      })
      const paths = layout(dataDirectory)
      await claim(
        paths.pidFile,
        (pid) =>
          new Failure(
            'SUNDEW_ALREADY_RUNNING',
            exitCode.unavailable,
            `process ${pid} already runs on ${paths.data}. Stop it first (kill ${pid}), or give this one another directory with --data.`,
          ),
        () => run(config, file, paths),
      )
    })
}

async function run(config: Config, file: string | undefined, paths: Layout): Promise<void> {
  const log = logFor('sundew')
  const supervisor = new Supervisor(await parts(await withFreePorts(config), paths), log)
  const stop = new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal))
  })
  supervisor.start()
  const first = await Promise.race([supervisor.running(), stop])
  if (first === undefined) {
    process.stdout.write(banner(file, paths, supervisor))
    await stop
  }
  await supervisor.stop()
}

async function parts(config: Config, paths: Layout): Promise<PartSpec[]> {
  const { blocks, bsize } = await statfs(paths.data)
  const quota = quotaBytes(config, blocks * bsize)
  const passwords = await storePasswords(paths.storePasswords)
  const folders = [
    paths.localJournal,
    paths.decoyState,
    paths.collectorJournal,
    paths.collectorState,
    paths.flows,
    paths.firewall,
    paths.intel,
    paths.files,
    paths.hub,
    paths.store,
  ]
  for (const folder of folders) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  }
  const decoys: DecoysStart = {
    config,
    journalDirectory: paths.localJournal,
    stateDirectory: paths.decoyState,
    quotaBytes: quota,
  }
  const { sensor, listen, networks, collectors } = config
  const collecting: CollectorsStart = {
    config: { sensor, listen, networks, collectors },
    journalDirectory: paths.collectorJournal,
    stateDirectory: paths.collectorState,
    flowsDirectory: paths.flows,
    firewallDirectory: paths.firewall,
    receiver: process.env['SUNDEW_RECEIVER'],
  }
  const machines: MachinesStart = {
    machines: config.machines,
    secret: await machineSecret(paths.machineSecret),
  }
  const store: StoreStart = {
    directory: paths.store,
    host: config.store.address,
    port: config.store.port,
    passwords,
    memoryBytes: config.store.memory_mb * 1024 * 1024,
  }
  const hub: HubStart = { config, paths, quotaBytes: quota, passwords }
  const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=SecurityWarning']
  // Stopped in this order: who accepts, who keeps, where it is kept.
  return [
    {
      name: 'decoys',
      file: join(processes, 'decoys.ts'),
      nodeOptions: [...quiet, youngMegabytes, ...confinement(config, paths)],
      start: decoys,
      turn: 'first',
      loopApart: true,
    },
    // After the decoys: what their last sessions left is told to them.
    {
      name: 'machines',
      file: join(processes, 'machines.ts'),
      nodeOptions: [...quiet, ...machinesConfinement()],
      start: machines,
      turn: 'first',
      loopApart: true,
    },
    ...(collectors.flow.enabled ||
    collectors.syslog.enabled ||
    collectors.tail.length > 0 ||
    collectors.dnstap
      ? [
          {
            name: 'collectors',
            file: join(processes, 'collectors.ts'),
            nodeOptions: [...quiet, ...collectorsConfinement(config, paths)],
            start: collecting,
            turn: 'first',
          } as const,
        ]
      : []),
    { name: 'hub', file: join(processes, 'hub.ts'), nodeOptions: quiet, start: hub, turn: 'behind' },
    ...(config.store.url === undefined
      ? [
          {
            name: 'store',
            file: join(processes, 'store.ts'),
            nodeOptions: quiet,
            env: { UV_THREADPOOL_SIZE: String(THREADS) },
            start: store,
            turn: 'behind',
          } as const,
        ]
      : []),
  ]
}
