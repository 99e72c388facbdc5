import { z } from 'zod'

/** The section `scans`: what of a firewall's log is told as a scan. */
export const scansSection = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether scans are looked for.'),
    every_minutes: z.int().min(1).max(1440).default(5).describe('From one look to the next.'),
    days: z.int().min(1).max(90).default(14).describe('How far back a scan is followed.'),
    slow_ports: z
      .int()
      .min(10)
      .max(65_535)
      .default(50)
      .describe('Different ports of one source that make a slow scan.'),
    fast_ports: z
      .int()
      .min(5)
      .max(65_535)
      .default(20)
      .describe('Different ports of one source within a minute that make a fast scan.'),
    sweep_targets: z
      .int()
      .min(4)
      .max(65_535)
      .default(16)
      .describe('Addresses of yours asked for one port by one source that make a sweep.'),
    together_sources: z
      .int()
      .min(4)
      .max(10_000)
      .default(10)
      .describe('Sources in step that make a synchronised scan.'),
    rising_probes: z
      .int()
      .min(10)
      .default(100)
      .describe('Packets in an hour below which a port does not rise.'),
    rising_sources: z
      .int()
      .min(3)
      .default(20)
      .describe('Sources in an hour below which a port does not rise.'),
  })
  .prefault({})
  .describe("Scans, looked for in firewalls' logs (docs/scans.md).")

export type ScansSection = z.output<typeof scansSection>
