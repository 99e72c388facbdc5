import { styleText } from 'node:util'
import type { Command } from 'commander'
import type { Status } from '../hub/api/contract.ts'
import { Hub } from './client.ts'
import { globals } from './globals.ts'
import { print, printJson } from './output.ts'
import { plain } from './plain.ts'
import { pairs, table } from './table.ts'
import { bytesText, countText, durationText, timeText } from './text.ts'
import { syslogText } from './syslog-text.ts'
import { watchText } from './watch-text.ts'

/** Adds `sundew status`. */
export function status(program: Command): void {
  program
    .command('status')
    .description('what runs, what listens where, what waits, how much room is left')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExamples:\n  sundew status\n  sundew status --json | jq .disk\n')
    .action(async (options: { json?: boolean }, command: Command) => {
      const hub = await Hub.find(globals(command).paths)
      const answer = await hub.json<Status>('/status')
      await (options.json ? printJson(answer) : print(statusText(answer, hub.url)))
    })
}

function statusText(status: Status, url: string): string {
  const { journal, disk, store } = status
  const bad = (text: string) => styleText('red', text, { stream: process.stdout })
  const head = pairs([
    ['Sundew', `${status.version}, sensor ${status.sensor}, up since ${timeText(status.started)} UTC`],
    ['console', url],
    ['data', status.dataDirectory],
    ['store', storeText(store)],
    [
      'journal',
      store.starting
        ? 'what is caught waits there until the store has started'
        : journal.waitingBytes === 0
          ? 'everything caught is in the store'
          : `${bytesText(journal.waitingBytes)} wait for the store, the oldest for ${durationText(journal.lagSeconds)}`,
    ],
    [
      'disk',
      `${bytesText(disk.usedBytes)} of ${bytesText(disk.quotaBytes)} used, ${bytesText(disk.freeBytes)} free on the disk`,
    ],
    ...flowsText(status.flows),
    ...watchText(status.flows?.watch),
    ...syslogText(status.flows?.syslog),
    ['stored', ingestedText(status.ingested)],
  ])
  const blocks = [
    head,
    table(
      [
        { title: 'part', value: (part) => part.name },
        { title: 'state', value: (part) => part.state },
        { title: 'pid', value: (part) => part.pid ?? '-' },
        { title: 'restarts', value: (part) => part.restarts },
        { title: 'since (UTC)', value: (part) => timeText(part.since) },
      ],
      status.parts,
    ),
    table(
      [
        { title: 'service', value: (listener) => listener.service },
        { title: 'address', value: (listener) => listener.address },
        { title: 'port', value: (listener) => listener.port },
        { title: 'as', value: (listener) => listener.as },
        { title: 'tls', value: (listener) => (listener.tls ? 'yes' : '') },
        { title: 'transport', value: (listener) => listener.transport ?? 'tcp' },
      ],
      status.listeners,
    ),
  ]
  if (disk.full)
    blocks.push(bad('The disk is full or the quota used up: the decoys say so to whoever comes.\n'))
  if (disk.sourcesOverShare.length > 0) {
    blocks.push(
      table(
        [
          { title: 'used up its share', value: (over) => over.source },
          { title: 'size', value: (over) => bytesText(over.bytes) },
        ],
        disk.sourcesOverShare,
      ),
    )
  }
  if (status.alerts.length > 0) {
    blocks.push(
      status.alerts
        .map((alert) => `${bad(timeText(alert.time))} ${plain(`${alert.code}: ${alert.message}`)}\n`)
        .join(''),
    )
  }
  return blocks.join('\n')
}

function storeText({ starting, reachable, version, url }: Status['store']): string {
  if (starting) return `${url} is starting`
  return reachable ? `${url} (ClickHouse ${version})` : `${url} cannot be reached`
}

function flowsText(flows: Status['flows']): [string, string][] {
  if (!flows) return []
  const { packets, exporters, lost, dropped, refused, waiting, set } = flows
  const drops = flows.sockets.reduce((sum, { kernelDrops }) => sum + kernelDrops, 0)
  const losses = [
    [lost, 'missing by sequence numbers'],
    [drops, 'packets dropped by the kernel'],
    [dropped, 'flows not kept for want of room'],
    [refused, 'packets not decoded whole'],
  ] as const
  return [
    [
      'flows',
      [
        `${countText(flows.flows)} in ${countText(packets)} packets of ${countText(exporters)} exporters since the collectors began`,
        ...losses.filter(([count]) => count > 0).map(([count, what]) => `${countText(count)} ${what}`),
        ...(waiting.bytes > 0 ? [`${bytesText(waiting.bytes)} wait for the store`] : []),
      ].join(', '),
    ],
    [
      'matching',
      set.entries === 0
        ? 'no list of bad addresses is loaded'
        : `against ${countText(set.entries)} entries (version ${set.version} of the lists), ${countText(flows.matches)} matches`,
    ],
  ]
}

function ingestedText(ingested: Status['ingested']): string {
  const kinds = Object.entries(ingested).sort((a, b) => b[1] - a[1])
  if (kinds.length === 0) return 'nothing since the hub began'
  return `${kinds.map(([kind, count]) => `${countText(count)} ${kind}`).join(', ')} since the hub began`
}
