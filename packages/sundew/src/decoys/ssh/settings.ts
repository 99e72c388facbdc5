import { z } from 'zod'
import { loginRules } from '../login/settings.ts'
import type { StartupLimits } from './startups.ts'
import { tunnelSettings } from './tunnels/settings.ts'

/** Section `ssh` of sundew.yaml. */
export const sshConfig = z.strictObject({
  persona: z
    .enum(['openssh-9.2p1-debian-12', 'openssh-8.4p1-debian-11', 'dropbear-2022.83'])
    .default('openssh-9.2p1-debian-12')
    .describe('The SSH server to be taken for.'),
  machine: z
    .enum(['debian-12', 'router-mips', 'camera-arm', 'none'])
    .optional()
    .describe(
      'The make-believe machine that those let in get; `none` for accounts without a shell. The persona’s own where it is not given.',
    ),
  auth: z
    .strictObject({
      methods: z
        .array(z.enum(['publickey', 'password', 'keyboard-interactive']))
        .min(1)
        .default(['publickey', 'password'])
        .describe('What is offered, in this order. Public keys are recorded and never accepted.'),
      ...loginRules,
      failure_delay_ms: z
        .int()
        .min(0)
        .max(60_000)
        .optional()
        .describe(
          'How long a refused password waits, milliseconds, up to a half more or less; 0 for no wait. The persona’s own where it is not given.',
        ),
    })
    .prefault({}),
  max_startups: z
    .union([z.literal('off'), z.string().regex(/^\d{1,6}:\d{1,3}:\d{1,6}$/)])
    .optional()
    .describe(
      'Connections of one source without a login: from how many new ones are dropped, what percentage of them, and from how many all, as in sshd_config. `off` for no limit; the persona’s own where it is not given.',
    ),
  tunnels: tunnelSettings.describe('Connections that an intruder wants to have made through us.'),
})

/** The numbers of `max_startups`; `own` where it is not given. */
export function startupLimits(
  given: string | undefined,
  own: StartupLimits | undefined,
): StartupLimits | undefined {
  if (given === undefined) return own
  if (given === 'off') return undefined
  const [begin, rate, full] = given.split(':').map(Number)
  return { begin: begin!, rate: rate!, full: full! }
}

export type SshConfig = z.infer<typeof sshConfig>
