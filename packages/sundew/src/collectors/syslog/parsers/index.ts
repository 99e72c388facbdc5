import type { FirewallParser } from '../parser.ts'
import { cef } from './cef.ts'
import { ciscoAsa } from './cisco-asa.ts'
import { ciscoIos } from './cisco-ios.ts'
import { filterlog } from './filterlog.ts'
import { fortigate } from './fortigate.ts'
import { junos } from './junos.ts'
import { leef } from './leef.ts'
import { mikrotik } from './mikrotik.ts'
import { netfilter } from './netfilter.ts'
import { paloAlto } from './paloalto.ts'
import { pf } from './pf.ts'
import { sophos } from './sophos.ts'
import { windows } from './windows.ts'

/** Every firewall, the most easily told first. A new one is a file here, a line below, and a test. */
export const firewallParsers: readonly FirewallParser[] = [
  mikrotik,
  netfilter,
  filterlog,
  pf,
  windows,
  ciscoAsa,
  ciscoIos,
  fortigate,
  junos,
  sophos,
  paloAlto,
  cef,
  leef,
]
