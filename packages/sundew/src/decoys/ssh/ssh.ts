import type { Decoy, DecoyService } from '../../core/decoy.ts'
import type { Session } from '../../core/session.ts'
import { LoginPolicy } from '../login/policy.ts'
import { closeAsProcess } from './closing.ts'
import { Conversation, type Shared } from './conversation.ts'
import { ExchangePace } from './exchange-pace.ts'
import { hostKeys } from './host-keys.ts'
import { manners } from './manners.ts'
import { moduli } from './moduli.ts'
import { ReplyDelay } from './reply-delay.ts'
import { sshConfig, startupLimits, type SshConfig } from './settings.ts'
import { Startups } from './startups.ts'
import { dropbearFailures, openSshFailures } from './tunnels/failures.ts'
import { TunnelWorld } from './tunnels/world.ts'

/** An SSH server that keeps logins, commands and tunnels asked for, and lets people into machines of make-believe. */
export const ssh: Decoy<SshConfig> = {
  name: 'ssh',
  summary: 'an SSH server that keeps logins, commands and the tunnels asked for',
  ports: [{ port: 2222, as: 22, tls: false }],
  limits: {
    connections: 2_000,
    connectionsPerSource: 200,
    ratePerSource: 6_000,
    // sshd itself never ends who is in and says nothing; who is not in has the grace time.
    idleMs: 4 * 3_600_000,
    totalMs: 24 * 3_600_000,
  },
  config: sshConfig,
  async start(config, host): Promise<DecoyService> {
    const { stateFolder, hostname, machines } = host
    const own = manners[config.persona]
    const keys = await hostKeys(stateFolder, own.persona.hostKeyTypes)
    const tunnels = await TunnelWorld.open(
      config.tunnels,
      own.explains ? openSshFailures : dropbearFailures,
      host,
    )
    const shared: Shared = {
      manners: own,
      auth: config.auth,
      policy: new LoginPolicy(config.auth),
      hostKeys: keys,
      machines,
      machine: config.machine === 'none' ? undefined : (config.machine ?? own.machine),
      hostname,
      groups: await moduli(),
      pace: new ExchangePace(),
      replyDelay: new ReplyDelay(keys),
      startups: new Startups(startupLimits(config.max_startups, own.startups)),
      tunnels,
    }
    const refuse = ({ socket }: Session) => {
      // sshd says so before its first line; others close.
      if (own.explains) socket.write('Exceeded MaxStartups\r\n')
    }
    return {
      async serve(session) {
        if (shared.startups.enter(session.source)) return new Conversation(session, shared).start()
        session.note('limit.reached', { limit: 'startups', value: own.startups?.full ?? 0, count: 1 })
        refuse(session)
        session.closeReason ??= 'limit'
        closeAsProcess(session.socket, false)
      },
      refuse,
      stop: () => tunnels.stop(),
    }
  },
}
