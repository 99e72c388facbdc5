import { z } from 'zod'
import { loginRules } from '../login/settings.ts'

/** Section `telnet` of sundew.yaml. */
export const telnetConfig = z.strictObject({
  persona: z
    .enum(['busybox-router', 'busybox-camera', 'debian-12'])
    .default('busybox-router')
    .describe(
      'The device to be taken for: a router (MIPS) or a camera (ARM) with BusyBox, or a Debian 12 server.',
    ),
  auth: z
    .strictObject({
      ...loginRules,
      failure_delay_ms: z
        .int()
        .min(0)
        .max(60_000)
        .optional()
        .describe('How long a refusal waits, milliseconds. The persona’s own where it is not given.'),
    })
    .prefault({}),
})

export type TelnetConfig = z.infer<typeof telnetConfig>
