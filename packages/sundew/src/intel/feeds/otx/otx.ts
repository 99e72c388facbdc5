import type { Feed } from '../feed.ts'
import { OtxApi } from './api.ts'
import { type OtxConfig, otxConfig } from './section.ts'
import { otxCursor } from './cursor.ts'
import { takeEvents } from './events.ts'
import { PulsesPass } from './pass.ts'
import { PulseReader } from './pulse-reader.ts'

/**
 * AlienVault OTX by DirectConnect: the pulses that an account subscribes to, by what was modified since; docs/otx.md.
 * A pulse replaces what it was before, so that what left it is gone.
 */
export const otx: Feed<OtxConfig> = {
  type: 'otx',
  summary: 'AlienVault OTX: the pulses you subscribe to',
  config: otxConfig,
  habits: { everyMinutes: 30, leastMinutes: 5, weight: 60, ceiling: 'block', mayBeEmpty: true },
  urls: ({ url }) => [url],
  async pull(config, host) {
    const api = new OtxApi(config, host)
    const cursor = otxCursor(host.cursor)
    const pulses = new PulseReader(api, config, host, cursor)
    await pulses.takeLater()
    await new PulsesPass(api, config, host, cursor, pulses).run()
    await takeEvents(api, host, cursor)
    if (cursor.later.length > 0) await pulses.takeLater()
  },
}
