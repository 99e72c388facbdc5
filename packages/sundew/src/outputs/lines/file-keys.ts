import { resolve } from 'node:path'
import { z } from 'zod'
import type { OutputHost } from '../output.ts'
import { DayFile } from './day-file.ts'

/** How a file of lines is kept. */
export interface FileChoice {
  readonly path: string
  readonly day_mb: number
  readonly keep_days: number
}

/** The keys of {@link FileChoice} in sundew.yaml, beside `path`. */
export const fileKeys = {
  day_mb: z.int().min(1).default(1024).describe('Megabytes of one day; what is more is left out.'),
  keep_days: z.int().min(1).default(30).describe('Days that files of other days are kept.'),
} as const

export function openFile({ path, day_mb, keep_days }: FileChoice, { folder, trouble }: OutputHost): DayFile {
  return new DayFile(resolve(folder, path), { dayBytes: day_mb * 1_000_000, keepDays: keep_days, trouble })
}
