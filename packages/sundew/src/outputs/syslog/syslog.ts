import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { Destination, Trust } from '../../core/egress.ts'
import { severityOf, type Severity } from '../../core/severity.ts'
import type { SundewEvent } from '../../event/event.ts'
import {
  facilities,
  localFacilities,
  octetCounted,
  rfc3164,
  rfc5424,
  syslogSeverity,
  type Facility,
} from '../../wire/syslog/message.ts'
import { choiceKeys, chosen, formats, formatted, type Choice, type Format } from '../alert/choice.ts'
import type { Output } from '../output.ts'
import { datagramLine, streamLine } from './line.ts'
import { Sender } from './sender.ts'

interface SyslogConfig extends Choice {
  readonly host: string
  readonly port?: number | undefined
  readonly transport: Destination['transport']
  readonly rfc: 5424 | 3164
  readonly framing: 'octet_counted' | 'newline'
  readonly facility: Facility
  readonly format: Format
  readonly ca_file?: string | undefined
  readonly certificate_file?: string | undefined
  readonly key_file?: string | undefined
  readonly server_name?: string | undefined
}

/** Registered ports (RFC 5426 §3.3, RFC 6587 §1, RFC 5425 §4.1). */
const usualPort = { udp: 514, tcp: 514, tls: 6514 } as const
/**
 * Bytes of one message: what receivers should take of a datagram (RFC 5424 §6.1) and over TLS (RFC 5425 §4.3.1), and what a packet of
 * old may be (RFC 3164 §4.1).
 */
const mostBytes = { datagram: 2048, stream: 8192, old: 1024 } as const
const bomBytes = 3
const severities: Readonly<Record<Severity, number>> = {
  low: syslogSeverity.notice,
  medium: syslogSeverity.warning,
  high: syslogSeverity.critical,
}

/** Warnings to a syslog server: rsyslog, syslog-ng, Wazuh, a SIEM. */
export const syslog: Output<SyslogConfig> = {
  name: 'syslog',
  summary: 'Warnings to a syslog server, at once.',
  urgent: true,
  config: z.strictObject({
    host: z.string().min(1).max(253).default('127.0.0.1').describe('The server: a name or an address.'),
    port: z.int().min(1).max(65_535).optional().describe('Its port; 514, with TLS 6514, where not given.'),
    transport: z
      .enum(['udp', 'tcp', 'tls'])
      .default('udp')
      .describe('How they go there; tls is TLS from the first byte.'),
    rfc: z
      .literal([5424, 3164])
      .default(5424)
      .describe('The form of messages: RFC 5424, or RFC 3164 for receivers that know no other.'),
    framing: z
      .enum(['octet_counted', 'newline'])
      .default('octet_counted')
      .describe('tcp and tls: how a message ends (RFC 6587).'),
    facility: z
      .enum([...facilities, ...localFacilities])
      .meta({ title: 'facility of syslog' })
      .default('local0')
      .describe('What they are sorted under: kern, user, mail, daemon, auth … local0 to local7.'),
    format: z
      .enum(formats)
      .default('kv')
      .describe('kv: `name="value"` pairs, which OSSEC and Wazuh take; json; cef: ArcSight\'s.'),
    ca_file: z
      .string()
      .optional()
      .describe(
        'tls: PEM file of the authorities that the server may be of; those known everywhere if not given.',
      ),
    certificate_file: z.string().optional().describe('tls: PEM file of what we show of ourselves.'),
    key_file: z.string().optional().describe('tls: PEM file of its key.'),
    server_name: z
      .string()
      .optional()
      .describe("tls: the name in the server's certificate; `host` where not given."),
    ...choiceKeys,
  }),
  wants: () => true,
  destinations: (config) => [destination(config)],
  open(config, host) {
    const to = destination(config)
    const sender = new Sender(async () =>
      to.transport === 'udp'
        ? datagramLine(host.egress, to)
        : streamLine(host.egress, to, await trust(config, host.folder)),
    )
    return {
      ...chosen(config),
      send: (events) => sender.send(events.map((event) => framed(event, config, host.version))),
      close: () => sender.close(),
    }
  },
}

function destination({ host, port, transport }: SyslogConfig): Destination {
  return { host, port: port ?? usualPort[transport], transport }
}

function framed(event: SundewEvent, config: SyslogConfig, version: string): Uint8Array {
  const { facility, format, framing, rfc, transport } = config
  const form = rfc === 5424 ? rfc5424 : rfc3164
  const parts = {
    facility,
    severity: severities[severityOf(event)],
    time: event.time,
    hostname: event.sensor,
    appName: 'sundew',
    messageId: event.kind,
  }
  const most = rfc === 3164 ? mostBytes.old : transport === 'udp' ? mostBytes.datagram : mostBytes.stream
  const maxBytes = most - Buffer.byteLength(form({ ...parts, text: '' })) - bomBytes
  const message = form({ ...parts, text: formatted(event, format, { version, maxBytes }) })
  if (transport === 'udp') return Buffer.from(message)
  return Buffer.from(framing === 'octet_counted' ? octetCounted(message) : `${message}\n`)
}

/** Read for each connection, so that a renewed certificate needs no new start. */
async function trust(config: SyslogConfig, folder: string): Promise<Trust> {
  const read = async (file: string | undefined) =>
    file === undefined ? undefined : readFile(resolve(folder, file), 'utf8')
  return {
    ca: await read(config.ca_file),
    certificate: await read(config.certificate_file),
    key: await read(config.key_file),
    serverName: config.server_name,
  }
}
