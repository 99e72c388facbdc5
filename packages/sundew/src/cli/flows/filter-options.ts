import { Option, type Command } from 'commander'
import { directions, type FlowFilter } from '../../hub/flows/filter.ts'
import { usage } from '../failure.ts'
import { list } from '../options.ts'
import { readSet } from '../sets/set-file.ts'
import { byteAmount, countries, flags, protocols, spans, timeAmount, when } from './values.ts'

const ports = spans(65_535)
const numbers = spans(0xffff_ffff)

/** Options that become a part of the filter as they are: the flag, what its value is called, the part, the help. */
const plain = [
  ['--since', 'when', 'since', 'not older: 24h, 90d, 2026-11-25', when],
  ['--before', 'when', 'before', 'only older', when],
  [
    '-a, --address',
    'address',
    'address',
    'either end: addresses, prefixes, ranges; a,b or given again',
    list,
  ],
  ['-s, --source', 'address', 'source', 'the sender', list],
  ['-d, --destination', 'address', 'destination', 'the receiver', list],
  ['--not-address', 'address', 'not_address', 'neither end', list],
  ['--not-source', 'address', 'not_source', 'not the sender', list],
  ['--not-destination', 'address', 'not_destination', 'not the receiver', list],
  ['-p, --port', 'ports', 'port', "either end's port: 22,8000-8999", ports],
  ['--source-port', 'ports', 'source_port', "the sender's port", ports],
  ['--destination-port', 'ports', 'destination_port', "the receiver's port", ports],
  ['--not-port', 'ports', 'not_port', "neither end's port", ports],
  ['--not-source-port', 'ports', 'not_source_port', "not the sender's port", ports],
  ['--not-destination-port', 'ports', 'not_destination_port', "not the receiver's port", ports],
  ['--protocol', 'protocols', 'protocol', 'tcp, udp, icmp … or numbers', protocols],
  ['--not-protocol', 'protocols', 'not_protocol', 'none of these', protocols],
  ['--flags', 'high/mask', 'flags', 'TCP flags as in SiLK: S/SA is SYN without ACK', flags],
  ['--bytes', 'amount', 'bytes', 'bytes: 1k-, -40, 1M-1G', byteAmount],
  ['--packets', 'amount', 'packets', 'packets: 1-3', byteAmount],
  ['--duration', 'time', 'duration_ms', 'from first packet to last: 5m-', timeAmount],
  ['--exporter', 'address', 'exporter', 'who told of it', list],
  ['--next-hop', 'address', 'next_hop', 'where it was sent on to', list],
  ['--interface', 'index', 'interface', 'interface it came in or went out by', numbers],
  ['--input-interface', 'index', 'input_interface', 'interface it came in by', numbers],
  ['--output-interface', 'index', 'output_interface', 'interface it went out by', numbers],
  ['--country', 'code', 'country', "either end's country: DE,US", countries],
  ['--source-country', 'code', 'source_country', "the sender's country", countries],
  ['--destination-country', 'code', 'destination_country', "the receiver's country", countries],
  ['--not-country', 'code', 'not_country', "neither end's country", countries],
  ['--as', 'number', 'as', "either end's autonomous system", numbers],
  ['--source-as', 'number', 'source_as', "the sender's autonomous system", numbers],
  ['--destination-as', 'number', 'destination_as', "the receiver's autonomous system", numbers],
  ['--not-as', 'number', 'not_as', "neither end's autonomous system", numbers],
  ['--icmp-type', 'type', 'icmp_type', 'ICMP type', spans(255)],
  ['--icmp-code', 'code', 'icmp_code', 'ICMP code', spans(255)],
] as const satisfies readonly (readonly [
  string,
  string,
  keyof FlowFilter,
  string,
  (text: string, before?: never) => unknown,
])[]

/** Options that name a file with a set. */
const sets = [
  ['--set', 'set', 'either end is in the set of this file, see "sundew sets"'],
  ['--source-set', 'source_set', 'the sender is'],
  ['--destination-set', 'destination_set', 'the receiver is'],
  ['--not-set', 'not_set', 'neither end is'],
  ['--not-source-set', 'not_source_set', 'the sender is not'],
  ['--not-destination-set', 'not_destination_set', 'the receiver is not'],
] as const satisfies readonly (readonly [string, keyof FlowFilter, string])[]

/** Adds the options that say which flows. */
export function withFlowFilter(command: Command): Command {
  for (const [flag, value, , doc, parse] of plain) {
    command.addOption(new Option(`${flag} <${value}>`, doc).argParser(parse as (text: string) => unknown))
  }
  for (const [flag, , doc] of sets) command.option(`${flag} <file>`, doc)
  return command
    .option('--intel <lists>', 'an end is listed now: all, or names of lists', list)
    .option('--direction <ways>', `seen from your networks: ${directions.join(', ')}`, list)
    .addOption(new Option('--ip-version <version>', 'IPv4 or IPv6 only').choices(['4', '6']))
}

/** The filter that options make. Reads the files of sets. */
export async function filterOf(options: Readonly<Record<string, unknown>>): Promise<FlowFilter> {
  const filter: Record<string, unknown> = {}
  for (const [flag, , part] of plain) {
    const value = options[optionName(flag)]
    if (value !== undefined) filter[part] = value
  }
  for (const [flag, part] of sets) {
    const file = options[optionName(flag)] as string | undefined
    if (file !== undefined) filter[part] = [...(await readSet(file)).lines('ranges')].join('\n')
  }
  const intel = options['intel'] as string[] | undefined
  if (intel) filter['intel'] = intel.includes('all') ? 'all' : intel
  const direction = options['direction'] as string[] | undefined
  for (const way of direction ?? []) {
    if (!(directions as readonly string[]).includes(way))
      throw usage(`--direction ${way}: it should be one of ${directions.join(', ')}.`)
  }
  if (direction) filter['direction'] = direction
  if (options['ipVersion'] !== undefined) filter['version'] = Number(options['ipVersion'])
  return filter as FlowFilter
}

/** `-s, --not-source` as commander names it: `notSource`. */
function optionName(flag: string): string {
  return flag.replace(/^.*--/, '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}
