import { z } from 'zod'
import { loginRules } from '../login/settings.ts'
import { tunnelSettings } from './tunnels/settings.ts'

/** Section `ssh` of sundew.yaml. */
export const sshConfig = z.strictObject({
  persona: z
    .enum(['openssh-9.2p1-debian-12', 'openssh-8.4p1-debian-11', 'dropbear-2022.83'])
    .default('openssh-9.2p1-debian-12')
    .describe('The SSH server to be taken for.'),
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
          'How long a refusal waits, milliseconds, give or take a quarter. The persona’s own where it is not given.',
        ),
    })
    .prefault({}),
  tunnels: tunnelSettings.describe('Connections that an intruder wants to have made through us.'),
})

export type SshConfig = z.infer<typeof sshConfig>
