import { bytesOfText } from './byte-text.ts'
import { sleep } from './abort.ts'
import type { Shell } from './shell.ts'
import { Stream } from './stream.ts'
import { ShellFailure } from './unwinding.ts'

/** First bytes that are kept of what was to be sent by UDP. */
const keptBytes = 1024
const refusedMs = 80
const timeoutMs = 20_000

const ports: Readonly<Record<string, number>> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  http: 80,
  pop3: 110,
  ntp: 123,
  imap2: 143,
  https: 443,
}

/** `/dev/tcp/HOST/PORT`: nothing is ever connected. TCP is refused or takes long; UDP takes what is sent, as UDP does. */
export async function dial(
  shell: Shell,
  kind: 'tcp' | 'udp',
  host: string,
  service: string,
  path: string,
): Promise<Stream> {
  const port = /^[0-9]+$/.test(service) ? Number(service) : (ports[service] ?? 0)
  const { session } = shell
  const tell = (text: string) =>
    session.happened({ type: 'connect', host, port, tool: `bash /dev/${kind}`, bytes: bytesOfText(text) })
  if (port === 0 || port > 65_535) {
    await shell.complain(`${service}: invalid service`)
    throw new ShellFailure(`${path}: Invalid argument`)
  }
  if (kind === 'udp') {
    let sent = ''
    return new Stream({
      take: () => undefined,
      put: (text) => {
        if (sent.length < keptBytes) sent = (sent + text).slice(0, keptBytes)
        return undefined
      },
      close: () => tell(sent),
    })
  }
  tell('')
  const local = /^(127\.|::1$|localhost$)/.test(host)
  const silent = !local && session.machine.chance(`connect ${host}:${port}`) < 0.5
  await sleep(local ? 1 : silent ? timeoutMs : refusedMs, shell.signal)
  const why = silent ? 'Connection timed out' : 'Connection refused'
  await shell.complainBare(`${shell.argv0}: connect: ${why}`)
  throw new ShellFailure(`${path}: ${why}`)
}
