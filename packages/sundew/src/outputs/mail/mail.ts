import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { Destination } from '../../core/egress.ts'
import { choiceKeys, chosen, type Choice } from '../alert/choice.ts'
import type { Output, OutputHost } from '../output.ts'
import { sendMail, type Relay } from './client.ts'
import { digestMail } from './digest.ts'

interface MailConfig extends Choice {
  readonly host: string
  readonly port: number
  readonly tls: 'starttls' | 'required' | 'implicit' | 'never'
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly hello: string
  readonly user?: string | undefined
  readonly password_file?: string | undefined
  readonly ca_file?: string | undefined
  readonly every_seconds: number
}

/** What an envelope may hold without quotes: no blanks, angles or line ends. */
const mailAddress = z.string().regex(/^[^\s<>@,;:"\\()[\]]{1,64}@[A-Za-z0-9.-]{1,253}$/)
const startTls = { starttls: 'offered', required: 'required', implicit: 'never', never: 'never' } as const

/** Warnings as mails: the first at once, what follows together. */
export const mail: Output<MailConfig> = {
  name: 'mail',
  summary:
    'Warnings as mails through a relay of yours: the first at once, what follows in a minute together.',
  urgent: true,
  config: z.strictObject({
    host: z.string().min(1).max(253).default('127.0.0.1').describe('The relay: a name or an address.'),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .default(25)
      .describe('Its port; 587 for submission, 465 with `tls: implicit`.'),
    tls: z
      .enum(['starttls', 'required', 'implicit', 'never'])
      .default('starttls')
      .describe('starttls: where the relay offers it; required; implicit: from the first byte; never.'),
    from: mailAddress.default('sundew@localhost').describe('Who they are from.'),
    to: z.array(mailAddress).max(100).default([]).describe('Who gets them; needed.'),
    subject: z
      .string()
      .max(100)
      .regex(/^[^\r\n]*$/)
      .default('[sundew]')
      .describe('What subjects begin with.'),
    hello: z
      .string()
      .regex(/^[A-Za-z0-9.-]{1,253}$/)
      .default('localhost')
      .describe('The name we give ourselves to the relay.'),
    user: z.string().min(1).optional().describe('User at the relay; only over TLS.'),
    password_file: z.string().min(1).optional().describe('File of the password.'),
    ca_file: z
      .string()
      .min(1)
      .optional()
      .describe('PEM file of the authorities that the relay may be of; those known everywhere if not given.'),
    every_seconds: z.int().min(1).max(86_400).default(60).describe('From one mail to the next at least.'),
    ...choiceKeys,
  }),
  wants: () => true,
  destinations: (config) => [destination(config)],
  open(config, host) {
    return {
      ...chosen(config),
      everyMs: config.every_seconds * 1000,
      async send(events) {
        if (config.to.length === 0) throw new Error('outputs.mail.to names nobody to send mail to')
        if (events.length === 0) return
        const { from, to } = config
        const message = digestMail(events, { ...config, date: new Date() })
        const { refused } = await sendMail(host.egress, await relay(config, host), { from, to, message })
        if (refused.length > 0)
          host.trouble(`the relay refuses some who should have mail: ${refused.join('; ')}`)
      },
    }
  },
}

function destination({ host, port, tls }: MailConfig): Destination {
  return { host, port, transport: tls === 'implicit' ? 'tls' : 'tcp' }
}

async function relay(config: MailConfig, { folder }: OutputHost): Promise<Relay> {
  const { user, password_file, ca_file, hello, tls } = config
  const read = async (file: string) => readFile(resolve(folder, file), 'utf8')
  return {
    to: destination(config),
    hello,
    startTls: startTls[tls],
    trust: { ca: ca_file === undefined ? undefined : await read(ca_file) },
    login:
      user === undefined
        ? undefined
        : {
            user,
            password: password_file === undefined ? '' : (await read(password_file)).replace(/\r?\n$/, ''),
          },
  }
}
