import type { Decoy, DecoyService } from '../../core/decoy.ts'
import { LoginPolicy } from '../login/policy.ts'
import { Conversation, type Shared } from './conversation.ts'
import { hostKeys } from './host-keys.ts'
import { manners } from './manners.ts'
import { motd } from './motd.ts'
import { dropbearFailures, openSshFailures } from './tunnels/failures.ts'
import { TunnelWorld } from './tunnels/world.ts'
import { sshConfig, type SshConfig } from './settings.ts'

/** An SSH server that keeps logins, commands and tunnels asked for. Its accounts have no shell yet. */
export const ssh: Decoy<SshConfig> = {
  name: 'ssh',
  summary: 'an SSH server that keeps logins, commands and the tunnels asked for',
  ports: [{ port: 2222, as: 22, tls: false }],
  limits: {
    connections: 2_000,
    connectionsPerSource: 200,
    ratePerSource: 6_000,
    idleMs: 600_000,
    totalMs: 24 * 3_600_000,
  },
  config: sshConfig,
  async start(config, host): Promise<DecoyService> {
    const { stateFolder, hostname } = host
    const own = manners[config.persona]
    const tunnels = await TunnelWorld.open(
      config.tunnels,
      own.explains ? openSshFailures : dropbearFailures,
      host,
    )
    const shared: Shared = {
      manners: own,
      auth: config.auth,
      policy: new LoginPolicy(config.auth),
      hostKeys: await hostKeys(stateFolder, own.persona.hostKeyTypes),
      motd: motd(hostname),
      tunnels,
    }
    return {
      serve: (session) => new Conversation(session, shared).start(),
      // sshd past MaxStartups says so before its first line (`Exceeded MaxStartups`); older and others close.
      refuse: (session) => {
        if (own.explains) session.socket.write('Exceeded MaxStartups\r\n')
      },
      stop: () => tunnels.stop(),
    }
  },
}
