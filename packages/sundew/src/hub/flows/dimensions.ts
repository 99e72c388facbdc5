import type { FlowField } from './fields.ts'

/** What flows can be added up by. */
export interface Dimension {
  readonly name: string
  /** One sentence for the help. */
  readonly doc: string
  /** Of each part of the key its name in the answer, and SQL on the table's columns. */
  readonly keys: readonly {
    readonly name: FlowField | 'address' | 'port' | 'country' | 'as'
    readonly sql: string
    /** The field whose cells it has, which says how it is told. */
    readonly like: FlowField
  }[]
  readonly columns: readonly FlowField[]
  /** A condition that leaves out flows which have no such thing. */
  readonly only?: string
}

/** The port of the service, as far as it can be told: the lower of the two of TCP, UDP, DCCP and SCTP. */
export const servicePort = 'least(source_port, destination_port)'

function column(name: string, field: FlowField, doc: string, only?: string): Dimension {
  return {
    name,
    doc,
    keys: [{ name: field, sql: field, like: field }],
    columns: [field],
    ...(only === undefined ? {} : { only }),
  }
}

/** A flow counts for each of its ends. */
function eitherEnd(
  name: 'address' | 'country' | 'as',
  source: FlowField,
  destination: FlowField,
  doc: string,
): Dimension {
  return {
    name,
    doc,
    keys: [{ name, sql: `arrayJoin(arrayDistinct([${source}, ${destination}]))`, like: source }],
    columns: [source, destination],
  }
}

export const dimensions: readonly Dimension[] = [
  column('source', 'source_ip', 'the sender'),
  column('destination', 'destination_ip', 'the receiver'),
  eitherEnd('address', 'source_ip', 'destination_ip', 'either end'),
  {
    name: 'pair',
    doc: 'sender and receiver',
    keys: [
      { name: 'source_ip', sql: 'source_ip', like: 'source_ip' },
      { name: 'destination_ip', sql: 'destination_ip', like: 'destination_ip' },
    ],
    columns: ['source_ip', 'destination_ip'],
  },
  {
    name: 'port',
    doc: 'protocol and the lower of the two ports',
    keys: [
      { name: 'protocol', sql: 'protocol', like: 'protocol' },
      { name: 'port', sql: servicePort, like: 'source_port' },
    ],
    columns: ['protocol', 'source_port', 'destination_port'],
    only: 'protocol IN (6, 17, 33, 132)',
  },
  column('source-port', 'source_port', "the sender's port", 'protocol IN (6, 17, 33, 132)'),
  column('destination-port', 'destination_port', "the receiver's port", 'protocol IN (6, 17, 33, 132)'),
  column('protocol', 'protocol', 'the IP protocol'),
  eitherEnd('country', 'source_country', 'destination_country', 'the country of either end'),
  column('source-country', 'source_country', "the sender's country"),
  column('destination-country', 'destination_country', "the receiver's country"),
  eitherEnd('as', 'source_as', 'destination_as', 'the autonomous system of either end'),
  column('source-as', 'source_as', "the sender's autonomous system"),
  column('destination-as', 'destination_as', "the receiver's autonomous system"),
  column('exporter', 'exporter_ip', 'who told of it'),
  column('input-interface', 'input_interface', 'the interface it came in by'),
  column('output-interface', 'output_interface', 'the interface it went out by'),
  column('application', 'application', 'the application that the exporter names'),
]
