import type { Layout } from '../core/layout.ts'
import type { ListenerStatus } from '../core/status.ts'
import type { Supervisor } from '../core/supervisor.ts'
import { version } from '../version.ts'

/** Services that take both, which is told where others take TCP alone. */
const collected: ReadonlySet<string> = new Set(['flow', 'syslog'])

/** What `sundew up` prints once everything runs: what listens where, where to look, how to stop. */
export function banner(file: string | undefined, paths: Layout, supervisor: Supervisor): string {
  const { listeners } = supervisor.status
  const rows: [string, string][] = [
    ...byService(listeners),
    ['console', supervisor.url('hub') ?? 'not there'],
    ['data', paths.data],
    ['settings', file ?? 'none; every key has its default (sundew config show)'],
    ['stop', 'Ctrl-C'],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)
  const notices = supervisor.notices.map((notice) => `  ! ${notice}`)
  return [
    `Sundew ${version} is up.`,
    '',
    ...lines,
    ...(notices.length > 0 ? ['', ...notices] : []),
    '',
    '',
  ].join('\n')
}

function byService(listeners: readonly ListenerStatus[]): [string, string][] {
  const services = new Map<string, Set<string>>()
  for (const { service, port, as, tls, transport = 'tcp' } of listeners) {
    let ports = services.get(service)
    if (!ports) services.set(service, (ports = new Set()))
    const about = [
      ...(as === port ? [] : [`as ${as}`]),
      ...(collected.has(service) && transport === 'udp' ? ['UDP'] : []),
      ...(collected.has(service) && transport === 'tcp' && !tls ? ['TCP'] : []),
      ...(tls ? ['TLS'] : []),
    ]
    ports.add(about.length === 0 ? String(port) : `${port} (${about.join(', ')})`)
  }
  return [...services].map(([service, ports]) => [service, [...ports].join(', ')])
}
