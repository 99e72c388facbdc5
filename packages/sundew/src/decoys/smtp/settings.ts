import { z } from 'zod'
import { loginRules } from '../login/settings.ts'

/** Section `smtp` of sundew.yaml. */
export const smtpConfig = z.strictObject({
  persona: z
    .enum(['postfix', 'exim', 'sendmail', 'exchange'])
    .default('postfix')
    .describe('The mail server to be taken for.'),
  auth: z
    .strictObject({
      offer: z
        .enum(['always', 'tls', 'never'])
        .default('always')
        .describe(
          'Where AUTH is offered: always, only once TLS is on, or never. Most bots leave where it is not offered before TLS.',
        ),
      mechanisms: z
        .array(z.enum(['PLAIN', 'LOGIN', 'CRAM-MD5']))
        .optional()
        .describe('What is offered, in this order. The persona’s own where it is not given.'),
      ...loginRules,
    })
    .prefault({}),
  max_message_bytes: z
    .int()
    .min(1024)
    .max(256 * 1024 * 1024)
    .optional()
    .describe(
      'The largest message taken, bytes, also shown as SIZE. The persona’s own where it is not given.',
    ),
  max_recipients: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Recipients of one message. The persona’s own where it is not given.'),
  error_sleep_ms: z
    .int()
    .min(0)
    .max(60_000)
    .optional()
    .describe(
      'How long answers to a client that makes many errors wait, milliseconds. The persona’s own where it is not given.',
    ),
})

export type SmtpConfig = z.infer<typeof smtpConfig>
