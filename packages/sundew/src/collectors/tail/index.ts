import type { LineParser } from './parser.ts'
import { bind } from './parsers/bind.ts'
import { dnsmasq } from './parsers/dnsmasq.ts'
import { unbound } from './parsers/unbound.ts'
import { zeek } from './parsers/zeek.ts'

/** Every log format, in the order of the documentation. A new one is a file in `parsers`, a line below, and a test. */
export const lineParsers: readonly LineParser[] = [bind, unbound, dnsmasq, zeek]
