import { telnet as decoy } from '../packages/sundew/src/decoys/telnet/telnet.ts'
import { startDecoy } from '../packages/sundew/test/decoys/host.ts'
import { sendAll, type Target } from './target.ts'

/** Options, a login and what follows it. */
export const telnet: Target = {
  name: 'telnet',
  seeds: [
    'root\r\0root\r\0ls\r\0',
    '\xff\xfb\x18\xff\xfb\x1f\xff\xfa\x1f\0\x50\0\x18\xff\xf0\xff\xfd\x03root\r\nx\r\n',
    "\xff\xfb'\xff\xfa'\0\0USER\x01-f root\xff\xf0\xff\xfc\x20\xff\xfc#\xff\xfc$\xff\xfa\x18\0xterm\xff\xf0",
    '\x03\x04\x15\x17\x7f\x08\xff\xf4\xff\xf6\xff\xf2\xff\xff',
  ].map((text) => Buffer.from(text, 'latin1')),
  async start() {
    const hosts = await Promise.all(
      ['busybox-router', 'debian-12'].map((persona) =>
        startDecoy(
          decoy,
          { persona, auth: { failure_delay_ms: 0 } },
          { limits: { ratePerSource: 100_000_000, connectionsPerSource: 1000 } },
        ),
      ),
    )
    return {
      async bear(input) {
        for (const host of hosts) {
          await sendAll(host.connect(), input)
          if (host.faults.length > 0) throw host.faults.pop()
        }
      },
      async [Symbol.asyncDispose]() {
        for (const host of hosts) await host[Symbol.asyncDispose]()
      },
    }
  },
}
