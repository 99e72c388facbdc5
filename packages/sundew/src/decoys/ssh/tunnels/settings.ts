import { z } from 'zod'

/** The key `tunnels` of the section `ssh`. */
export const tunnelSettings = z
  .strictObject({
    allow: z
      .boolean()
      .default(true)
      .describe(
        'Whether tunnels open. If not, all are refused as sshd does with AllowTcpForwarding no; they are recorded all the same.',
      ),
    seen_address: z
      .union([z.ipv4(), z.ipv6()])
      .optional()
      .describe(
        'The address from which the other end of a tunnel would see us: what pages like ifconfig.me tell. The address the intruder came to where it is not given: set it behind NAT.',
      ),
    away_share: z
      .number()
      .min(0)
      .max(1)
      .default(0.02)
      .describe(
        'Share of targets whose mail and web servers refuse or do not answer; always the same ones. Well-known hosts never do.',
      ),
    other_ports_share: z
      .number()
      .min(0)
      .max(1)
      .default(0.1)
      .describe(
        'Share of targets that answer on a port which is not one of mail, web or another usual service.',
      ),
    round_trip_ms: z
      .int()
      .min(0)
      .max(5_000)
      .default(140)
      .describe(
        'How long a connection takes to be made at most, milliseconds; each host has its own distance.',
      ),
    timeout_seconds: z
      .int()
      .min(1)
      .max(600)
      .default(130)
      .describe('How long a target that does not answer is waited for: Linux tries for about 130 seconds.'),
  })
  .prefault({})

export type TunnelSettings = z.infer<typeof tunnelSettings>
