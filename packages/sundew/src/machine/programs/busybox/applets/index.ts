import type { Program } from '../../../program.ts'
import { crontab } from './crontab.ts'
import { df } from './df.ts'
import { free } from './free.ts'
import { killall } from './killall.ts'
import { modules } from './modules.ts'
import { mounting } from './mount.ts'
import { netstat } from './netstat.ts'
import { ps } from './ps.ts'
import { top } from './top.ts'

/** Applets that have little in common with the programs of their name. */
export const ownApplets: readonly Program[] = [
  crontab,
  df,
  free,
  killall,
  netstat,
  ps,
  top,
  ...modules,
  ...mounting,
]
