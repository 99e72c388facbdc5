import { z } from 'zod'
import type { Destination } from '../../core/egress.ts'
import { type TsigAlgorithm, tsigAlgorithms } from '../../wire/dns/tsig.ts'

const address = z.union([z.ipv4(), z.ipv6()])
const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])
const port = z.int().min(1).max(65_535)
/** As both ends write it, letters small. */
const keyName = z.string().regex(/^(?=.{1,200}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/)

/** The section `intel.transfer`: response policy zones, handed to name servers by zone transfer. */
export const transferSection = z
  .strictObject({
    addresses: z.array(address).min(1).max(16).default(['127.0.0.1']).describe('Where it listens.'),
    port: port.default(5399).describe('The port, UDP and TCP.'),
    allow: z
      .array(network)
      .max(1_000)
      .default(['127.0.0.1', '::1'])
      .describe('Who may ask; nobody else is answered.'),
    keys: z
      .array(
        z.strictObject({
          name: keyName.describe('Its name, as the name server has it.'),
          algorithm: z
            .enum(Object.keys(tsigAlgorithms) as [TsigAlgorithm, ...TsigAlgorithm[]])
            .default('hmac-sha256'),
          secret_file: z
            .string()
            .min(1)
            .describe('A file that holds the secret in base64, or what tsig-keygen writes.'),
        }),
      )
      .max(100)
      .default([])
      .describe('Keys (TSIG). Where there are any, all that is asked must be signed with one.'),
    notify: z
      .array(
        z.strictObject({
          address: address.describe('A name server that is told of changes (NOTIFY).'),
          port: port.default(53),
          key: keyName.optional().describe('The key that this is signed with.'),
        }),
      )
      .max(64)
      .default([])
      .describe('Who is told of changes.'),
  })
  .refine(
    ({ keys, notify }) =>
      notify.every(({ key }) => key === undefined || keys.some(({ name }) => name === key)),
    {
      message: 'notify names a key that is not among the keys',
    },
  )

export type TransferSection = z.infer<typeof transferSection>

/** Where NOTIFY goes, for the way out. */
export function notifyDestinations({ notify }: TransferSection): Destination[] {
  return notify.map(({ address: host, port: to }) => ({ host, port: to, transport: 'udp' }))
}
