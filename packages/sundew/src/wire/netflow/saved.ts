import type { Domain } from './domain.ts'
import type { NetflowLimits } from './limits.ts'
import type { Registry } from './registry.ts'
import { isWhole, templateFrom } from './template.ts'

/** Changes when what is saved is no longer understood. */
const format = 1
/** Characters of an exporter's or an option's name. */
const maxName = 512

/** What decodes the next packets of each exporter: templates, names and rates. */
export function savedTemplates(registry: Registry): unknown {
  return {
    format,
    domains: [...registry.sources.values()].flatMap((source) =>
      [...source.domains.values()]
        .filter(({ templates, version }) => templates.size > 0 && (version === 9 || version === 10))
        .map((domain) => ({
          exporter: source.name,
          version: domain.version,
          domain: domain.id,
          rate: domain.rate,
          boot: domain.bootMs ?? null,
          samplers: [...domain.samplers],
          interfaceRates: [...domain.interfaceRates],
          applications: [...domain.applications],
          interfaces: [...domain.interfaces],
          vrfs: [...domain.vrfs],
          templates: [...domain.templates.values()].map((template) => template.toJSON()),
        })),
    ),
  }
}

/**
 * Takes what was saved, as far as it can be and limits allow.
 *
 * @returns templates taken
 */
export function restoreTemplates(
  registry: Registry,
  saved: unknown,
  limits: NetflowLimits,
  nowMs: number,
): number {
  const of = recordOf(saved)
  if (of?.format !== format || !Array.isArray(of.domains)) return 0
  let taken = 0
  for (const one of of.domains as unknown[]) {
    const entry = recordOf(one)
    if (!entry || typeof entry.exporter !== 'string' || entry.exporter.length > maxName) continue
    const { version, domain: id } = entry
    if ((version !== 9 && version !== 10) || !isWhole(id, 0, 0xffff_ffff)) continue
    if (!Array.isArray(entry.templates)) continue
    const domain = registry.restored(entry.exporter, version, id, nowMs)
    if (!domain) continue
    for (const each of entry.templates as unknown[]) {
      const template = templateFrom(version, each, limits.fields, nowMs)
      if (template && registry.add(domain, template)) taken++
    }
    restoreOptions(domain, entry, limits.names)
  }
  return taken
}

function restoreOptions(domain: Domain, entry: Record<string, unknown>, most: number): void {
  const isNumber = (value: unknown): value is number => isWhole(value, 0, 0xffff_ffff)
  const isName = (value: unknown): value is string => typeof value === 'string' && value.length <= maxName
  if (isNumber(entry.rate)) domain.rate = entry.rate
  if (isWhole(entry.boot, 1, Number.MAX_SAFE_INTEGER)) domain.bootMs = entry.boot
  fill(domain.samplers, entry.samplers, isNumber, isNumber, most)
  domain.ratesChanged()
  fill(domain.interfaceRates, entry.interfaceRates, isNumber, isNumber, most)
  fill(domain.applications, entry.applications, isName, isName, most)
  fill(domain.interfaces, entry.interfaces, isNumber, isName, most)
  fill(domain.vrfs, entry.vrfs, isNumber, isName, most)
}

function fill<K, V>(
  map: Map<K, V>,
  saved: unknown,
  isKey: (value: unknown) => value is K,
  isValue: (value: unknown) => value is V,
  most: number,
): void {
  if (!Array.isArray(saved)) return
  for (const pair of saved as unknown[]) {
    if (map.size >= most || !Array.isArray(pair) || pair.length !== 2) continue
    const [key, value] = pair as [unknown, unknown]
    if (isKey(key) && isValue(value)) map.set(key, value)
  }
}

function recordOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
}
