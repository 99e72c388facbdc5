import type { Domain } from './domain.ts'
import type { Run } from './run.ts'

/** What sampling holds for the rows that follow: configuration that overrides, else the packet, options, configuration. */
export function takeSampling(run: Run, domain: Domain, ofPacket: number): void {
  const configured = domain.source.sampling
  run.override = configured?.override ?? false
  const rate = run.override
    ? configured!.rate
    : ofPacket || domain.generalRate || domain.source.zeroRate || configured?.rate || 0
  domain.lastRate = rate
  run.rate = rate > 1 ? rate : 0
  run.samplers = run.override || domain.samplers.size === 0 ? undefined : domain.samplers
  run.interfaces = run.override || domain.interfaceRates.size === 0 ? undefined : domain.interfaceRates
}
