import { configuredSampling } from '../collectors/flow/configured-sampling.ts'
import type { Config } from '../config.ts'
import { CaptureFlows, type CaptureTaking, expectedLeft } from '../importers/flows/capture.ts'
import { unwrapped } from '../importers/flows/unwrapped.ts'
import { readFrame } from '../wire/packet/headers.ts'
import { NetflowDecoder } from '../wire/netflow/decoder.ts'
import { SflowDecoder } from '../wire/sflow/decoder.ts'
import type { FlowFormat } from './import-flow-run.ts'

const usualPorts = [2055, 4739, 6343, 9995, 9996] as const

/** Captures, each with decoders of its own: templates hold within one file. */
export function captures(
  { sampling, keep_unknown: keepUnknown }: Config['collectors']['flow'],
  taking: CaptureTaking,
  ports: readonly number[] = usualPorts,
): FlowFormat {
  const samplingOf = configuredSampling(sampling)
  return {
    name: 'pcap',
    things: 'packets read',
    async read({ handle, staging, progress, left, stop }) {
      const flows = new CaptureFlows(staging.sink, {
        taking,
        ports: new Set(ports),
        netflow: new NetflowDecoder({ keepUnknown, sampling: samplingOf, frame: readFrame }),
        sflow: new SflowDecoder(),
      })
      for await (const chunk of unwrapped(handle)) {
        flows.feed(chunk)
        progress(flows.packets)
        await staging.write()
        if (flows.over || stop.aborted) break
      }
      flows.end()
      for (const [reason, count] of flows.left) left(reason, count, expectedLeft.has(reason))
      return flows.none ? false : undefined
    },
  }
}
