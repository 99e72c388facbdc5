import type { Program } from '../../program.ts'
import { curl } from './curl.ts'
import { ftp, ftpget, ssh } from './ftp.ts'
import { nc, telnet } from './nc.ts'
import { nslookup, ping, traceroute } from './ping.ts'
import { scp } from './scp.ts'
import { tftp } from './tftp.ts'
import { wget } from './wget.ts'

/** Programs that want to reach somebody. None does. */
export const networkPrograms: readonly Program[] = [
  curl,
  ftp,
  ftpget,
  nc,
  nslookup,
  ping,
  scp,
  ssh,
  telnet,
  tftp,
  traceroute,
  wget,
]
