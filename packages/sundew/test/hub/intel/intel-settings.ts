import type { IntelSettings } from '../../../src/hub/intel/settings.ts'

/** Settings of a configuration that says nothing, but that addresses of documentation may be listed. */
export function intelSettings(folder: string, more: Partial<IntelSettings> = {}): IntelSettings {
  return {
    folder,
    version: '0.0.0',
    files: [],
    feeds: [],
    networks: [],
    core: { bogons: false, resolvers: [], domains: [] },
    allow: [],
    warninglists: [],
    doubt: {
      block_from: 50,
      alert_from: 1,
      least_prefix_v4: 12,
      least_prefix_v6: 28,
      authors: [],
      pulses: 'alert',
      lifetime_days: {},
    },
    publish: [],
    ...more,
  }
}
