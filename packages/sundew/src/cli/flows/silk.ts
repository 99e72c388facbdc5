import type { FlowField } from '../../hub/flows/fields.ts'
import { usage } from '../failure.ts'
import { flagsText } from './values.ts'

export type FlowRow = Readonly<Partial<Record<FlowField, string | number>>>

/** A column of SiLK's rwcut: its number and names there, its title and width, and what it has of a flow. */
interface SilkColumn {
  readonly number: number
  readonly names: readonly string[]
  readonly title: string
  readonly width: number
  readonly fields: readonly FlowField[]
  readonly value: (row: FlowRow) => string
}

/** A column with an IPv6 address, as in a SiLK that was built for IPv6. */
const wideAddress = 39

function column(
  number: number,
  names: readonly string[],
  title: string,
  width: number,
  field: FlowField,
  value: (cell: string | number) => string = String,
): SilkColumn {
  return { number, names, title, width, fields: [field], value: (row) => value(row[field] ?? '') }
}

/** Fields, numbers, titles and widths as rwcut's manual has them. */
const columns: readonly SilkColumn[] = [
  column(1, ['sip'], 'sIP', 15, 'source_ip'),
  column(2, ['dip'], 'dIP', 15, 'destination_ip'),
  column(3, ['sport'], 'sPort', 5, 'source_port'),
  column(4, ['dport'], 'dPort', 5, 'destination_port'),
  column(5, ['protocol', 'pro'], 'pro', 3, 'protocol'),
  column(6, ['packets', 'pkts'], 'packets', 10, 'packets'),
  column(7, ['bytes'], 'bytes', 10, 'bytes'),
  column(8, ['flags'], 'flags', 8, 'tcp_flags', (flags) => flagsText(Number(flags), ' ')),
  column(9, ['stime'], 'sTime', 23, 'flow_start', timeText),
  column(10, ['duration', 'dur'], 'duration', 9, 'duration_ms', (ms) => (Number(ms) / 1000).toFixed(3)),
  column(11, ['etime'], 'eTime', 23, 'flow_end', timeText),
  column(12, ['sensor', 'sen'], 'sen', 3, 'exporter_ip'),
  column(13, ['in'], 'in', 5, 'input_interface'),
  column(14, ['out'], 'out', 5, 'output_interface'),
  column(15, ['nhip'], 'nhIP', 15, 'next_hop', (address) => String(address === '' ? '0.0.0.0' : address)),
  column(18, ['scc'], 'scc', 3, 'source_country', countryText),
  column(19, ['dcc'], 'dcc', 3, 'destination_country', countryText),
]

/** What rwcut shows where nothing is asked for. */
const usual = columns.filter(({ number }) => number <= 12)

/**
 * The columns of `1-5`, `sIP,dIP,sTime` or both.
 *
 * @throws Failure SUNDEW_USAGE for one that there is not
 */
export function silkColumns(text: string | undefined): readonly SilkColumn[] {
  if (text === undefined) return usual
  return text.split(',').flatMap((item) => {
    const [, from, to = from] = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(item) ?? []
    const found =
      from === undefined
        ? columns.filter(({ names }) => names.includes(item.toLowerCase()))
        : columns.filter(({ number }) => Number(from) <= number && number <= Number(to))
    const wanted = from === undefined ? 1 : Number(to) - Number(from) + 1
    if (found.length !== wanted || wanted < 1) {
      throw usage(
        `--fields ${item}: of rwcut's fields there are ${columns.map(({ number, title }) => `${number} ${title}`).join(', ')}.`,
      )
    }
    return found
  })
}

/** The fields of a flow that these columns are made of. */
export function silkFields(chosen: readonly SilkColumn[]): FlowField[] {
  return [...new Set(chosen.flatMap(({ fields }) => fields))]
}

/** Lines as rwcut writes them: to the right in columns that `|` ends; what is longer makes its column longer. */
export class SilkLines {
  readonly #columns: readonly SilkColumn[]
  readonly #widths: readonly number[]

  constructor(chosen: readonly SilkColumn[], wide: boolean) {
    this.#columns = chosen
    this.#widths = chosen.map(({ title, width }) => (wide && title.endsWith('IP') ? wideAddress : width))
  }

  titles(): string {
    return this.#line(this.#columns.map(({ title }) => title))
  }

  line(row: FlowRow): string {
    return this.#line(this.#columns.map(({ value }) => value(row)))
  }

  #line(cells: readonly string[]): string {
    return `${cells.map((cell, index) => `${cell.padStart(this.#widths[index]!)}|`).join('')}\n`
  }
}

/** RFC 3339 in UTC as `2016/01/01T12:34:56.789`. */
function timeText(time: string | number): string {
  return String(time).replaceAll('-', '/').replace('Z', '')
}

function countryText(code: string | number): string {
  return code === '' ? '--' : String(code).toLowerCase()
}
