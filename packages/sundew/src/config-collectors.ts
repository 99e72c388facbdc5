import { z } from 'zod'
import { offsetsOf } from './collectors/syslog/offsets.ts'
import { firewallParsers } from './collectors/syslog/parsers/index.ts'
import { patternProblem } from './collectors/syslog/parsers/pattern.ts'
import { lineParsers } from './collectors/tail/index.ts'
import { address, network, port } from './config-values.ts'

/** The section `collectors`. */
export const collectorsSection = z
  .strictObject({
    flow: z
      .strictObject({
        enabled: z.boolean().default(true).describe('Whether flows are collected.'),
        addresses: z.array(address).min(1).optional().describe('Where it listens; `listen` where not given.'),
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
        addresses: z.array(address).min(1).optional().describe('Where it listens; `listen` where not given.'),
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
  .describe('What other machines tell.')

function isZone(zone: string): boolean {
  try {
    offsetsOf(zone)
    return true
  } catch {
    return false
  }
}
