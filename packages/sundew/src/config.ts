import { hostname } from 'node:os'
import { z } from 'zod'
import type { Decoy } from './core/decoy.ts'
import { decoys } from './decoys/index.ts'
import { collectorsSection } from './config-collectors.ts'
import { address, hostName, network, port } from './config-values.ts'
import { intelSection } from './config-intel.ts'
import { plotsSection } from './hub/plots/section.ts'
import { scansSection } from './hub/scans/section.ts'
import { outputs } from './outputs/index.ts'
import type { Output } from './outputs/output.ts'

const gigabyte = 1_000_000_000

/** The store's times end in 2106 and begin again: what lives past that would be gone at once. */
const days = z.int().min(1).max(10_000).default(365)
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
  collectors: collectorsSection,
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
