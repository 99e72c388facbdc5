import type { Decoy, DecoyService } from '../../core/decoy.ts'
import { LoginPolicy } from '../login/policy.ts'
import { Conversation, type Shared } from './conversation.ts'
import { manners } from './manners.ts'
import { telnetConfig, type TelnetConfig } from './settings.ts'

/** A telnet server with a login and a machine behind it, as the worms of cameras and routers look for. */
export const telnet: Decoy<TelnetConfig> = {
  name: 'telnet',
  summary: 'a telnet server with a login and a machine behind it',
  ports: [{ port: 2323, as: 23, tls: false }],
  limits: {
    connections: 2_000,
    connectionsPerSource: 100,
    ratePerSource: 6_000,
    idleMs: 600_000,
    totalMs: 24 * 3_600_000,
  },
  config: telnetConfig,
  start(config, { hostname, machines }): Promise<DecoyService> {
    const own = manners[config.persona]
    const shared: Shared = {
      manners: own,
      policy: new LoginPolicy(config.auth),
      failureDelayMs: config.auth.failure_delay_ms ?? own.failureDelayMs,
      // A server's prompt has the name without its domain.
      hostname: hostname.split('.')[0]!,
      machines,
    }
    return Promise.resolve({
      serve: (session) => new Conversation(session, shared).start(),
      refuse: () => {},
    })
  },
}
