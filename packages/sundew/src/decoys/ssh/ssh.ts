import type { Decoy, DecoyService } from '../../core/decoy.ts'
import { LoginPolicy } from '../login/policy.ts'
import { Conversation, type Shared } from './conversation.ts'
import { hostKeys } from './host-keys.ts'
import { manners } from './manners.ts'
import { sshConfig, type SshConfig } from './settings.ts'

/** An SSH server that keeps logins, commands and tunnels asked for, and lets people into machines of make-believe. */
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
  async start(config, { stateFolder, hostname, machines }): Promise<DecoyService> {
    const own = manners[config.persona]
    const shared: Shared = {
      manners: own,
      auth: config.auth,
      policy: new LoginPolicy(config.auth),
      hostKeys: await hostKeys(stateFolder, own.persona.hostKeyTypes),
      machines,
      machine: config.machine === 'none' ? undefined : (config.machine ?? own.machine),
      hostname,
    }
    return {
      serve: (session) => new Conversation(session, shared).start(),
      // sshd past MaxStartups says so before its first line (`Exceeded MaxStartups`); older and others close.
      refuse: (session) => {
        if (own.explains) session.socket.write('Exceeded MaxStartups\r\n')
      },
    }
  },
}
