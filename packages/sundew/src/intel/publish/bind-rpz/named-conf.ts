import { posix } from 'node:path'
import type { RpzSettings } from './settings.ts'

/** The files' names: of a zone, of its last changes, and of what named.conf includes. */
export const zoneFile = (zone: string) => `${zone}.zone`
export const changesFileOf = (zone: string) => `${zone}.changes`
export const zonesConf = 'zones.conf'
export const policyConf = 'policy.conf'

/** To be included at the top of named.conf: the zones. */
export function* zonesConfText(settings: RpzSettings, folder: string): Generator<string> {
  yield [
    "// Written by Sundew. In named.conf, outside of all braces; BIND's user must be able to read the files:",
    `//   include "${quoted(posix.join(folder, zonesConf))}";`,
    '// A secondary that transfers the zones has its own statements for them: docs/publish-dns.md.',
    '',
  ].join('\n')
  for (const zone of [settings.allow_zone, ...settings.zones.map(({ name }) => name)])
    yield [
      `zone "${zone}" {`,
      '    type primary;',
      `    file "${quoted(posix.join(folder, zoneFile(zone)))}";`,
      '    allow-query { localhost; };',
      '    allow-transfer { none; };',
      '    notify no;',
      '    check-names ignore;',
      '};',
      '',
    ].join('\n')
}

/** To be included within `options`: which zones are policy, in their order. */
export function* policyConfText(settings: RpzSettings, folder: string): Generator<string> {
  const { zones, allow_zone } = settings
  // A zone that only logs must come before those that act, or what they act upon is not logged.
  const ordered = [
    ...zones.filter(({ action }) => action === 'log'),
    ...zones.filter(({ action }) => action !== 'log'),
  ]
  yield [
    '// Written by Sundew. In named.conf, within options { … }:',
    `//   include "${quoted(posix.join(folder, policyConf))}";`,
    '// The first zone is what is allowed; "policy disabled" only logs.',
    'response-policy {',
    `    zone "${allow_zone}" policy given;`,
    ...ordered.map(
      ({ name, action }) => `    zone "${name}" policy ${action === 'log' ? 'disabled' : 'given'};`,
    ),
    '} break-dnssec yes qname-wait-recurse no min-update-interval 5;',
    '',
  ].join('\n')
}

/** A path in quotes. */
function quoted(path: string): string {
  return path.replace(/["\\]/g, '\\$&').replace(/[\n\r]/g, ' ')
}

/** A zone and where its files lie. */
export interface PublishedZone {
  readonly zone: string
  readonly path: string
  readonly changes: string
}

/** The zones of a publication. */
export function publishedZones(settings: RpzSettings, folder: string): PublishedZone[] {
  return [settings.allow_zone, ...settings.zones.map(({ name }) => name)].map((zone) => ({
    zone,
    path: posix.join(folder, zoneFile(zone)),
    changes: posix.join(folder, changesFileOf(zone)),
  }))
}
