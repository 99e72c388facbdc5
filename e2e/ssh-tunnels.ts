import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { E2eCheck, E2eContext, Need } from './check.ts'
import { sleep, sundewBin } from './instance.ts'
import { mailFrom, run } from './smtp/sends.ts'

const needsSsh: readonly Need[] = [{ command: 'ssh', package: 'openssh-client' }]
const needsSwaks: readonly Need[] = [...needsSsh, { command: 'swaks', package: 'swaks' }]
const needsCurl: readonly Need[] = [...needsSsh, { command: 'curl', package: 'curl' }]
const needsSshd: readonly Need[] = [...needsSsh, { command: '/usr/sbin/sshd', package: 'openssh-server' }]

const quiet = [
  '-F',
  'none',
  '-oStrictHostKeyChecking=no',
  '-oUserKnownHostsFile=/dev/null',
  '-oGlobalKnownHostsFile=/dev/null',
]

/** A logged-in `ssh -N` with these forwardings, which are ports of loopback. */
class Forwarding {
  readonly ports: readonly number[]
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, ports: readonly number[]) {
    this.#child = child
    this.ports = ports
  }

  /** `targets` are `host:port` for -L, or `socks` for -D. */
  static start(sshPort: number, ...targets: string[]): Promise<Forwarding> {
    return Forwarding.with([], sshPort, ...targets)
  }

  /** The same, with more options for ssh. */
  static async with(more: readonly string[], sshPort: number, ...targets: string[]): Promise<Forwarding> {
    const ports: number[] = []
    const options = [...more]
    for (const target of targets) {
      const port = await freePort()
      ports.push(port)
      options.push(
        ...(target === 'socks' ? ['-D', `127.0.0.1:${port}`] : ['-L', `127.0.0.1:${port}:${target}`]),
      )
    }
    const args = [...login(sshPort), '-N', ...options, 'root@127.0.0.1']
    const child = spawn('ssh', args, { stdio: 'ignore', env: withPassword() })
    await listening(ports[0]!)
    // Somebody else may have taken the port meanwhile.
    if (child.exitCode !== null) throw new Error(`ssh ended with ${child.exitCode}`)
    return new Forwarding(child, ports)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await gone
  }
}

function login(sshPort: number): string[] {
  return [...quiet, '-oPubkeyAuthentication=no', '-oExitOnForwardFailure=yes', '-p', String(sshPort)]
}

/** ssh asks this program for the password, and takes its words for one. */
function withPassword(): NodeJS.ProcessEnv {
  return { ...process.env, SSH_ASKPASS: '/bin/echo', SSH_ASKPASS_REQUIRE: 'force' }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function listening(port: number): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    const socket = connect(port, '127.0.0.1')
    const there = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (there) return
    await sleep(50)
  }
  throw new Error(`ssh does not listen on ${port}`)
}

function same(what: string, got: unknown, want: unknown): void {
  if (JSON.stringify(got) !== JSON.stringify(want))
    throw new Error(`${what} is ${JSON.stringify(got)}, not ${JSON.stringify(want)}`)
}

/** What `ssh -W` prints where the other end cannot be reached. */
async function refusal(args: readonly string[], target: string): Promise<string> {
  const all = [...args, '-W', target, 'root@127.0.0.1']
  const done = promisify(execFile)('ssh', all, { env: withPassword(), timeout: 30_000 })
  const { stderr } = await done.catch((error: { stderr?: string }) => ({ stderr: error.stderr ?? '' }))
  return stderr
    .split('\n')
    .filter((line) => !line.startsWith('Warning: Permanently added'))
    .join('\n')
}

/** A real sshd with keys of its own; settles with how to log in to it. */
async function realSshd(folder: string): Promise<{ child: ChildProcess; args: string[] }> {
  const port = await freePort()
  for (const key of ['host', 'client'])
    await run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key))
  await mkdir('/run/sshd', { recursive: true })
  const child = spawn(
    '/usr/sbin/sshd',
    [
      '-D',
      '-e',
      '-f',
      '/dev/null',
      '-p',
      String(port),
      '-oListenAddress=127.0.0.1',
      '-oPidFile=none',
      `-oHostKey=${join(folder, 'host')}`,
      `-oAuthorizedKeysFile=${join(folder, 'client.pub')}`,
      '-oStrictModes=no',
      '-oUsePAM=no',
      '-oPermitRootLogin=yes',
    ],
    { stdio: 'ignore' },
  )
  await listening(port)
  return { child, args: [...quiet, '-i', join(folder, 'client'), '-oIdentitiesOnly=yes', '-p', String(port)] }
}

/** The mail, the tunnel that it came through and the login before it, all of one session. */
async function checkMail(context: E2eContext, from: string, host: string, port: number): Promise<void> {
  const { session } = await mailFrom(context, from)
  const [row] = await context.waitFor(async () => {
    const rows = await context.query(
      `SELECT m.service AS service, m.target_host AS host, m.target_port AS port, o.service AS opener,
         toString(o.fields.answered_by) AS answered_by, l.service AS login
       FROM events AS m
       JOIN events AS o ON o.tunnel = m.tunnel AND o.kind = 'tunnel.open'
       JOIN events AS l ON l.session = m.session AND l.kind = 'login.attempt' AND l.service = 'ssh'
       WHERE m.kind = 'mail.received' AND m.mail_from = '${from}' AND m.session = '${String(session)}' LIMIT 1`,
    )
    return rows.length > 0 && rows
  })
  same('the mail and its tunnel', row, {
    service: 'smtp',
    host,
    port,
    opener: 'ssh',
    answered_by: 'smtp',
    login: 'ssh',
  })
}

function swaks(port: number, from: string, ...args: string[]): Promise<string> {
  const to = ['--from', from, '--to', 'victim@example.org', '--helo', 'client.example', '--body', 'hello']
  return run('swaks', '--server', '127.0.0.1', '--port', String(port), ...to, ...args)
}

/** Which hosts are away is another matter each start: here none is. */
export const config = { decoys: { ssh: { tunnels: { away_share: 0 } } } }

export const checks: readonly E2eCheck[] = [
  {
    name: 'swaks through ssh -L: greeted in the name of the target, the mail lies in the store under the SSH session',
    needs: needsSwaks,
    async run(context) {
      await using ssh = await Forwarding.start(context.ports.ssh, 'gmail-smtp-in.l.google.com:25')
      const from = `tunnel-${randomUUID()}@client.example`
      const said = await swaks(ssh.ports[0]!, from)
      if (!said.includes('220 gmail-smtp-in.l.google.com ESMTP')) throw new Error(`swaks says:\n${said}`)
      await checkMail(context, from, 'gmail-smtp-in.l.google.com', 25)
    },
  },
  {
    name: 'swaks through ssh -L with STARTTLS and with TLS from the first byte',
    needs: needsSwaks,
    async run(context) {
      await using ssh = await Forwarding.start(context.ports.ssh, 'smtp.gmail.com:587', 'smtp.gmail.com:465')
      for (const [i, [how, port]] of (
        [
          ['--tls', 587],
          ['--tls-on-connect', 465],
        ] as const
      ).entries()) {
        const from = `tls-${port}-${randomUUID()}@client.example`
        await swaks(ssh.ports[i]!, from, how)
        await checkMail(context, from, 'smtp.gmail.com', port)
        same('its TLS', (await mailFrom(context, from))['tls_version'], 'TLSv1.3')
      }
    },
  },
  {
    name: 'curl through ssh -D speaks HTTPS: server name, JA4 and request lie in the store under the SSH session',
    needs: needsCurl,
    async run(context) {
      await using ssh = await Forwarding.start(context.ports.ssh, 'socks')
      const path = `/${randomUUID()}`
      const proxy = `socks5h://127.0.0.1:${ssh.ports[0]}`
      await run('curl', '-sS', '-k', '-x', proxy, `https://www.example.org${path}`)
      const [row] = await context.waitFor(async () => {
        const rows = await context.query(
          `SELECT r.service AS service, r.target_host AS host, r.target_port AS port, toString(f.fields.server_name) AS sni,
             toString(f.fields.method) AS method
           FROM events AS r JOIN events AS f ON f.tunnel = r.tunnel AND f.kind = 'client.fingerprint'
           WHERE r.kind = 'http.request' AND r.url = '${path}'`,
        )
        return rows.length > 0 && rows
      })
      same('the request', row, {
        service: 'http',
        host: 'www.example.org',
        port: 443,
        sni: 'www.example.org',
        method: 'ja4',
      })
    },
  },
  {
    name: 'curl through ssh -D learns its address: ours, in the form of each service',
    needs: needsCurl,
    async run(context) {
      await using ssh = await Forwarding.start(context.ports.ssh, 'socks')
      const ask = (url: string): Promise<string> =>
        run('curl', '-sS', '-k', '-x', `socks5h://127.0.0.1:${ssh.ports[0]}`, url)
      same('icanhazip.com', await ask('https://icanhazip.com/'), '127.0.0.1\n')
      same('ifconfig.me', await ask('http://ifconfig.me'), '127.0.0.1')
      same('ip-api.com', JSON.parse(await ask('http://ip-api.com/json')).query, '127.0.0.1')
    },
  },
  {
    name: 'a mail of 8 MB through ssh -L, with new keys every 2 MB, lies in the store byte for byte',
    needs: needsSsh,
    async run(context) {
      await using ssh = await Forwarding.with(['-oRekeyLimit=2M'], context.ports.ssh, 'mx.example.org:25')
      const from = `large-${randomUUID()}@client.example`
      const lines = Array.from({ length: 100_000 }, (_, i) => `${i} ${'x'.repeat(70)}\r\n`)
      const text = `Subject: large\r\n\r\n${lines.join('')}`
      const socket = connect(ssh.ports[0]!, '127.0.0.1')
      let said = ''
      socket.on('data', (piece: Buffer) => (said += piece.toString('latin1')))
      socket.write(`EHLO client.example\r\nMAIL FROM:<${from}>\r\nRCPT TO:<v@example.org>\r\nDATA\r\n`)
      socket.write(`${text}.\r\nQUIT\r\n`)
      socket.on('end', () => socket.end()).on('error', (error) => (said += error.message))
      await once(socket, 'close')
      if (!said.includes('queued as')) throw new Error(`the decoy says:\n${said}`)
      const { raw_sha256, raw_size } = await mailFrom(context, from)
      const sha256 = createHash('sha256').update(text).digest('hex')
      // The store counts in 64 bits, which JSON has as text.
      same('what was kept', [raw_sha256, Number(raw_size)], [sha256, text.length])
    },
  },
  {
    name: 'ssh through ssh to 127.0.0.1 meets the same host, and what is done there lies in the store under the first session',
    needs: needsSsh,
    async run(context) {
      const known = join(context.temp, `known-${randomUUID()}`)
      const command = `echo ${randomUUID()}`
      const strict = [
        '-F',
        'none',
        '-oLogLevel=ERROR',
        '-oPubkeyAuthentication=no',
        `-oUserKnownHostsFile=${known}`,
        '-oHostKeyAlias=decoy',
      ]
      const outer = ['ssh', ...strict, '-oStrictHostKeyChecking=no', '-p', String(context.ports.ssh)]
      const proxy = `-oProxyCommand=${[...outer, '-W', '127.0.0.1:22', 'root@127.0.0.1'].join(' ')}`
      // The first ssh has written the key down by the time that the second is shown one: it must be known.
      const args = [...strict, '-oStrictHostKeyChecking=yes', proxy, 'admin@127.0.0.1', command]
      await promisify(execFile)('ssh', args, { env: withPassword(), timeout: 30_000 }).catch(
        (error: { code?: number; stderr?: string }) =>
          same('the exit status', [error.code, error.stderr], [1, '']),
      )
      const [row] = await context.waitFor(async () => {
        const rows = await context.query(
          `SELECT c.service AS service, c.target_port AS port, toString(o.fields.answered_by) AS answered_by
           FROM events AS c JOIN events AS o ON o.tunnel = c.tunnel AND o.kind = 'tunnel.open' AND o.session = c.session
           WHERE c.kind = 'command.run' AND c.command = '${command}'`,
        )
        return rows.length > 0 && rows
      })
      same('the command', row, { service: 'ssh', port: 22, answered_by: 'ssh' })
    },
  },
  {
    name: 'ssh -R is granted as by sshd: a port is allocated, and one below 1024 is for root only',
    needs: needsSsh,
    async run(context) {
      const forward = async (user: string, listen: string): Promise<string> => {
        const args = [...login(context.ports.ssh), '-R', `${listen}:127.0.0.1:1`, `${user}@127.0.0.1`, 'true']
        const done = promisify(execFile)('ssh', args, { env: withPassword(), timeout: 30_000 })
        return (await done.catch((error: { stderr?: string }) => ({ stderr: error.stderr ?? '' }))).stderr
      }
      const allocated = await forward('bob', '0')
      if (!/^Allocated port \d{5} for remote forward to 127\.0\.0\.1:1\r?$/m.test(allocated))
        throw new Error(`ssh says:\n${allocated}`)
      const refused = 'Error: remote port forwarding failed for listen port 81'
      if (!(await forward('bob', '81')).includes(refused)) throw new Error('bob may listen on port 81')
      if ((await forward('root', '81')).includes(refused)) throw new Error('root may not listen on port 81')
      const rows = await context.waitFor(async () => {
        const found = await context.query(
          `SELECT toUInt32(fields.listen_port) AS port, toBool(fields.granted) AS granted FROM events
           WHERE kind = 'tunnel.listen' ORDER BY time, id`,
        )
        return found.length >= 3 && found
      })
      same('what was recorded', rows, [
        { port: 0, granted: true },
        { port: 81, granted: false },
        { port: 81, granted: true },
      ])
    },
  },
  {
    name: 'ssh -W to what cannot be reached prints the same as with a real sshd',
    needs: needsSshd,
    async run(context) {
      const folder = await mkdtemp(join(tmpdir(), 'sundew-sshd-'))
      const { child, args } = await realSshd(folder)
      try {
        for (const target of [
          '127.0.0.1:1',
          'nosuch.invalid:25',
          'foo:443',
          '300.1.1.1:25',
          '[::1]:1',
          '127.1:1',
        ]) {
          same(target, await refusal(login(context.ports.ssh), target), await refusal(args, target))
        }
      } finally {
        const gone = once(child, 'exit')
        child.kill('SIGTERM')
        await gone
        await rm(folder, { recursive: true, force: true })
      }
    },
  },
  {
    name: 'sundew report tunnels tells of sources, targets, ports, names and requests',
    needs: needsCurl,
    async run(context) {
      await using ssh = await Forwarding.start(context.ports.ssh, 'socks')
      const path = `/${randomUUID()}`
      await run(
        'curl',
        '-sS',
        '-x',
        `socks5h://127.0.0.1:${ssh.ports[0]}`,
        `http://reported.example.org${path}`,
      )
      await context.waitFor(async () => {
        const [row] = await context.query(`SELECT count() AS n FROM events WHERE url = '${path}'`)
        return Number(row?.['n']) === 1
      })
      const report = ['report', 'tunnels', '--limit', '100', '--data', context.dataDir]
      const said = await run(process.execPath, sundewBin, ...report)
      for (const word of ['attempts', '127.0.0.1', 'reported.example.org', 'client.example', path])
        if (!said.includes(word)) throw new Error(`no ${word} in:\n${said}`)
      const csv = await run(process.execPath, sundewBin, ...report, '--by', 'targets', '--csv')
      if (!csv.startsWith('target,port,attempts,sources\n') || !csv.includes('reported.example.org,80,1,1\n'))
        throw new Error(`the CSV is:\n${csv}`)
    },
  },
]
