import { hostname } from 'node:os'
import { z } from 'zod'
import type { Decoy } from './core/decoy.ts'
import { decoys } from './decoys/index.ts'
import { offsetsOf } from './collectors/syslog/offsets.ts'
import { firewallParsers } from './collectors/syslog/parsers/index.ts'
import { patternProblem } from './collectors/syslog/parsers/pattern.ts'
import { lineParsers } from './collectors/tail/index.ts'
import { address, hostName } from './config-values.ts'
import { intelSection } from './config-intel.ts'
import { plotsSection } from './hub/plots/section.ts'
import { scansSection } from './hub/scans/section.ts'
import { outputs } from './outputs/index.ts'
import type { Output } from './outputs/output.ts'

const gigabyte = 1_000_000_000

/** The store's times end in 2106 and begin again: what lives past that would be gone at once. */
const days = z.int().min(1).max(10_000).default(365)
const port = z.int().min(0).max(65535)
const limits = (defaults: Decoy<never>['limits']) =>
  z
    .strictObject({
      connections: z
        .int()
        .min(1)
        .max(100_000)
        .default(defaults.connections)
        .describe('Connections at once, in all.'),
      connections_per_source: z
        .int()
        .min(1)
        .max(100_000)
        .default(defaults.connectionsPerSource)
        .describe('Connections at once from one source: an IPv4 address or an IPv6 /64.'),
      rate_per_source: z
        .int()
        .min(1)
        .default(defaults.ratePerSource)
        .describe('New connections a minute from one source.'),
      idle_seconds: z
        .number()
        .min(1)
        .default(defaults.idleMs / 1000)
        .describe('Seconds without a byte from the peer.'),
      total_seconds: z
        .number()
        .min(1)
        .default(defaults.totalMs / 1000)
        .describe('Seconds a connection may last.'),
    })
    .prefault({})

/** The section of one decoy: the keys all decoys have, and its own. */
function decoySection(decoy: Decoy<never>) {
  const own = decoy.config as unknown as z.ZodObject
  return z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether it is offered.'),
      addresses: z.array(address).min(1).optional().describe('Where it listens; `listen` where not given.'),
      ports: z
        .array(
          z.strictObject({
            port: port.describe('The port bound.'),
            as: port.describe('The well-known port it stands for.'),
            tls: z.boolean().default(false).describe('TLS from the first byte.'),
          }),
        )
        .default(decoy.ports.map((spec) => ({ ...spec })))
        .describe('Ports it listens on.'),
      limits: limits(decoy.limits),
      ...own.shape,
    })
    .prefault({})
    .describe(decoy.summary)
}

/** The section of one output. */
function outputSection(output: Output<never>) {
  const own = output.config as unknown as z.ZodObject
  return z
    .strictObject({
      enabled: z.boolean().default(false).describe('Whether it is written.'),
      ...own.shape,
    })
    .prefault({})
    .describe(output.summary)
}

/** An address or a prefix: 192.0.2.1, 192.0.2.0/24, 2001:db8::/32. */
const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])

/** Everything in sundew.yaml. Every key is optional. */
export const configSchema = z.strictObject({
  sensor: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/)
    .default(() =>
      hostname()
        .slice(0, 64)
        .replace(/[^A-Za-z0-9._-]/g, '-'),
    )
    .describe('Name of this sensor in every event.'),
  hostname: hostName
    .default(() => (/^[A-Za-z0-9.-]+$/.test(hostname()) ? hostname() : 'localhost'))
    .describe('The name the decoys give themselves.'),
  listen: z.array(address).min(1).default(['::']).describe('Addresses the decoys listen on.'),
  decoys: z
    .strictObject(Object.fromEntries(decoys.map((decoy) => [decoy.name, decoySection(decoy)])))
    .prefault({})
    .describe('One section for each decoy.'),
  networks: z
    .array(network)
    .max(10_000)
    .default(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'])
    .describe('Addresses that are yours, public ones too: they say which end of a flow is your own.'),
  collectors: z
    .strictObject({
      flow: z
        .strictObject({
          enabled: z.boolean().default(true).describe('Whether flows are collected.'),
          addresses: z
            .array(address)
            .min(1)
            .optional()
            .describe('Where it listens; `listen` where not given.'),
          ports: z
            .array(
              z.strictObject({
                port: port.describe('The port bound.'),
                transport: z
                  .enum(['udp', 'tcp', 'tls'])
                  .default('udp')
                  .describe('udp for NetFlow, IPFIX and sFlow; tcp and tls for IPFIX.'),
              }),
            )
            .default([
              { port: 2055, transport: 'udp' },
              { port: 4739, transport: 'udp' },
              { port: 6343, transport: 'udp' },
              { port: 4739, transport: 'tcp' },
            ])
            .describe('Ports it listens on. Any protocol is taken on any udp port.'),
          tls: z
            .strictObject({
              certificate: z.string(),
              key: z.string(),
              ca: z.string().optional().describe('Exporters must show a certificate of this authority.'),
            })
            .optional()
            .describe('PEM files for IPFIX over TLS.'),
          exporters: z
            .array(network)
            .max(10_000)
            .default([])
            .describe('Exporters that are listened to; all where the list is empty.'),
          receive_buffer_mb: z
            .number()
            .min(0.2)
            .max(1024)
            .default(32)
            .describe('Receive buffer asked for each UDP port, MiB.'),
          waiting_mb: z
            .int()
            .min(16)
            .default(2048)
            .describe('What may wait on disk for the store, MB; more is dropped and counted.'),
          sampling: z
            .array(
              z.strictObject({
                exporter: network.describe('Which exporters.'),
                rate: z.int().min(1).max(1_000_000).describe('One packet in so many is looked at.'),
                override: z.boolean().default(false).describe('Also where the exporter says something else.'),
              }),
            )
            .max(1_000)
            .default([])
            .describe('Sampling of exporters that do not tell it.'),
          keep_unknown: z
            .boolean()
            .default(false)
            .describe('Keep elements that have no column, in the column `extra`.'),
          match_next_hop: z.boolean().default(false).describe('Match next hops too.'),
          window_seconds: z
            .int()
            .min(1)
            .max(86_400)
            .default(300)
            .describe('Matches of the same pair within this time are one.'),
          geo: z.boolean().default(true).describe('Look up country and autonomous system of both ends.'),
        })
        .prefault({})
        .describe('NetFlow v1, v5, v7, v9, IPFIX and sFlow v5.'),
      syslog: z
        .strictObject({
          enabled: z.boolean().default(true).describe('Whether syslog is received.'),
          addresses: z
            .array(address)
            .min(1)
            .optional()
            .describe('Where it listens; `listen` where not given.'),
          ports: z
            .array(
              z.strictObject({
                port: port.describe('The port bound.'),
                transport: z.enum(['udp', 'tcp', 'tls']).default('udp').describe('udp, tcp or tls.'),
              }),
            )
            .default([
              { port: 5514, transport: 'udp' },
              { port: 5514, transport: 'tcp' },
            ])
            .describe('Ports it listens on.'),
          tls: z
            .strictObject({
              certificate: z.string(),
              key: z.string(),
              ca: z.string().optional().describe('Senders must show a certificate of this authority.'),
            })
            .optional()
            .describe('PEM files for syslog over TLS.'),
          senders: z
            .array(network)
            .max(10_000)
            .default([])
            .describe('Senders that are listened to; all where the list is empty.'),
          receive_buffer_mb: z
            .number()
            .min(0.2)
            .max(1024)
            .default(32)
            .describe('Receive buffer asked for each UDP port, MiB.'),
          time_zone: z
            .string()
            .max(64)
            .refine(isZone, 'it should be a time zone, as Europe/Oslo')
            .optional()
            .describe(
              "Zone of senders and files that tell none, as Europe/Oslo; where not given it is guessed from when a sender's lines come, and files are in this machine's.",
            ),
          ignore: z
            .strictObject({
              inside: z.boolean().default(true).describe('Leave out what comes from `networks` of yours.'),
              answers: z
                .boolean()
                .default(true)
                .describe('Leave out TCP with RST, or with FIN and ACK: answers, not probes.'),
            })
            .prefault({})
            .describe('Noise that is counted and not kept.'),
          patterns: z
            .array(
              z.strictObject({
                name: z.string().regex(/^[a-z0-9-]{1,32}$/),
                pattern: z
                  .string()
                  .min(1)
                  .max(2_000)
                  .superRefine((pattern, context) => {
                    const problem = patternProblem(pattern)
                    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
                  })
                  .describe(
                    'A regular expression (RE2) with named groups: source, destination, source_port, destination_port, protocol, action, rule, in_interface, out_interface, length, state.',
                  ),
                block: z
                  .array(z.string())
                  .max(32)
                  .default(['block', 'deny', 'drop', 'reject'])
                  .describe('Words of `action` that mean blocked; without such a group every line is.'),
                allow: z
                  .array(z.string())
                  .max(32)
                  .default(['accept', 'allow', 'pass', 'permit'])
                  .describe('Words of `action` that mean let through.'),
              }),
            )
            .max(32)
            .default([])
            .describe('Firewalls that are not known by themselves.'),
          waiting_mb: z
            .int()
            .min(128)
            .default(512)
            .describe('What may wait on disk for the store, MB; more is dropped and counted.'),
        })
        .prefault({})
        .describe('Syslog of firewalls.'),
      tail: z
        .array(
          z.strictObject({
            path: z
              .string()
              .min(1)
              .describe('The file, followed over rotation; `*` stands for any part of a name.'),
            format: z
              .enum([
                'auto',
                ...lineParsers.map(({ format }) => format),
                'firewall',
                ...firewallParsers.map(({ format }) => format),
              ])
              .default('auto')
              .describe(
                'Which log it is; told by its first lines where not given (docs/watch.md, docs/firewalls.md). `firewall` is whichever.',
              ),
            from: z
              .enum(['end', 'beginning'])
              .default('end')
              .describe('Where to begin in a file that was never read.'),
          }),
        )
        .max(1_000)
        .default([])
        .describe('Logs of name servers and Zeek that are matched line by line, and of firewalls.'),
      dnstap: z
        .strictObject({
          socket: z.string().min(1).describe('Path of the unix socket that name servers connect to.'),
          mode: z
            .string()
            .regex(/^0?[0-7]{3}$/)
            .default('660')
            .describe('Its permissions, octal.'),
        })
        .optional()
        .describe('DNS queries and answers by dnstap.'),
    })
    .prefault({})
    .describe('What other machines tell.'),
  intel: intelSection,
  machines: z
    .strictObject({
      kept_hours: z
        .number()
        .min(0)
        .max(24 * 365)
        .default(24)
        .describe(
          'Hours that a make-believe machine is kept for who may come back after the last session on it.',
        ),
      sessions: z.int().min(1).max(10_000).default(200).describe('Sessions on machines at once, in all.'),
      sessions_per_source: z
        .int()
        .min(1)
        .max(10_000)
        .default(20)
        .describe('Sessions at once from one source: an IPv4 address or an IPv6 /64.'),
      workers: z.int().min(1).max(64).default(2).describe('Threads that the machines share.'),
      memory_mb: z
        .int()
        .min(16)
        .default(512)
        .describe('Memory that the files of all machines may take; the one unused longest goes.'),
      source_memory_mb: z
        .int()
        .min(1)
        .default(64)
        .describe('Memory that the files of one machine may take; its disk is full then.'),
    })
    .prefault({})
    .describe('The make-believe machines that intruders are let into.'),
  console: z
    .strictObject({
      address: address.default('127.0.0.1').describe('Where the page and the API listen.'),
      port: port.default(8686),
      hostnames: z
        .array(hostName)
        .max(100)
        .default([])
        .describe('Further names under which you open the page, as through a proxy or a name of your own.'),
      tls: z
        .strictObject({ certificate: z.string(), key: z.string() })
        .optional()
        .describe('PEM files of a certificate and its key.'),
      allow_plain: z
        .boolean()
        .default(false)
        .describe(
          'Allow an address other than loopback without TLS; the password then crosses the network in the clear.',
        ),
    })
    .prefault({}),
  store: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe('A ClickHouse server or cluster to use instead of the built-in store.'),
      user: z.string().default('default').describe('User there.'),
      password_file: z.string().optional().describe('File holding its password.'),
      database: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
        .default('sundew'),
      cluster: z.string().optional().describe('Name of the cluster, for ON CLUSTER and Distributed tables.'),
      address: address.default('127.0.0.1').describe('Where the built-in store listens.'),
      port: port.default(8124),
      memory_mb: z.int().min(256).default(2048).describe('Memory the built-in store may use.'),
    })
    .prefault({}),
  keep: z
    .strictObject({
      events_days: days,
      mails_days: days,
      files_days: days,
      flows_days: days.default(14).describe('Days that single flows are kept.'),
      firewall_days: days.default(365).describe("Days that firewalls' lines are kept."),
      flows_1m_days: days.default(14).describe('Days that sums by the minute are kept.'),
      flows_5m_days: days.default(90).describe('Days that sums by five minutes are kept.'),
      flows_1h_days: days.default(1825).describe('Days that sums by the hour are kept.'),
      addresses_days: days.default(1825).describe('Days that it is kept who was seen in which hour.'),
      quota_gb: z
        .number()
        .positive()
        .optional()
        .describe(
          'Disk that everything kept may use, in GB (10^9 bytes). Default: 20 GB or 20 % of the disk, the smaller.',
        ),
      source_share: z
        .number()
        .min(0.001)
        .max(1)
        .default(0.05)
        .describe('Share of the quota that one source may use.'),
      reserve_mb: z
        .int()
        .min(8)
        .default(256)
        .describe(
          'Free disk below which the decoys say that they are full, so that what was accepted can still be stored.',
        ),
    })
    .prefault({}),
  scans: scansSection,
  plots: plotsSection,
  outputs: z
    .strictObject(Object.fromEntries(outputs.map((output) => [output.name, outputSection(output)])))
    .prefault({})
    .describe('One section for each output: events for other programs (docs/outputs.md).'),
})

export type Config = z.output<typeof configSchema>
export type DecoySection = {
  readonly enabled: boolean
  readonly addresses?: readonly string[]
  readonly ports: readonly { readonly port: number; readonly as: number; readonly tls: boolean }[]
  readonly limits: {
    readonly connections: number
    readonly connections_per_source: number
    readonly rate_per_source: number
    readonly idle_seconds: number
    readonly total_seconds: number
  }
}

/** The quota in bytes for a disk of this size. */
export function quotaBytes(config: Config, diskBytes: number): number {
  return config.keep.quota_gb === undefined
    ? Math.min(20 * gigabyte, Math.floor(diskBytes * 0.2))
    : Math.floor(config.keep.quota_gb * gigabyte)
}

function isZone(zone: string): boolean {
  try {
    offsetsOf(zone)
    return true
  } catch {
    return false
  }
}
