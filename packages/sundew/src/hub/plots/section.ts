import { z } from 'zod'
import { schemeNames } from '../../plots/fireplot/schemes.ts'

/** Whether a zone of this name is known here. */
function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** The section `plots`: pictures that are drawn without being asked for. */
export const plotsSection = z
  .strictObject({
    daily: z
      .strictObject({
        folder: z
          .string()
          .min(1)
          .describe(
            'Where it is written, with an index page for a web server; in the data directory where it is not absolute.',
          ),
        formats: z
          .array(z.enum(['png', 'html']))
          .min(1)
          .default(['png', 'html'])
          .describe('The picture; a page that zooms and names sources.'),
        scheme: z.enum(schemeNames).default('usual').describe('Colours (docs/fireplot.md).'),
        scale: z.enum(['log', 'linear']).default('log').describe('Of the ports.'),
        hide_top: z.int().min(0).max(1000).default(0).describe('Leaves out so many of the busiest ports.'),
        scanners: z.boolean().default(true).describe('Draws who scans over all others.'),
        time_zone: z
          .string()
          .max(64)
          .refine(isZone, { error: 'should be a zone as Europe/Oslo' })
          .optional()
          .describe("Whose days they are; this machine's where not given."),
      })
      .optional()
      .describe("Yesterday's fireplot, shortly after midnight."),
  })
  .prefault({})

export type DailySection = NonNullable<z.output<typeof plotsSection>['daily']>
