import { formatColumnAddress } from '../../match/parse-address.ts'
import type { Exporter } from '../../wire/flow/sink.ts'
import type { ConfiguredSampling } from '../../wire/netflow/domain.ts'
import { allowedBy } from './senders.ts'

/** A section of `collectors.flow.sampling`. */
interface SamplingSection extends ConfiguredSampling {
  /** An address or a prefix. */
  readonly exporter: string
}

/** What is configured for an exporter: the first section that names it. */
export function configuredSampling(
  sections: readonly SamplingSection[],
): (exporter: Exporter) => ConfiguredSampling | undefined {
  const rates = sections.map(({ exporter, rate, override }) => ({
    names: allowedBy([exporter]),
    sampling: { rate, override },
  }))
  return ({ words }) => {
    const address = formatColumnAddress(words, 0)
    return rates.find(({ names }) => names(address))?.sampling
  }
}
