import { execFile, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { hostKeyFrom, type HostKey } from '../../packages/sundew/src/wire/ssh/key/host-key.ts'
import type { Need } from '../check.ts'

const run = promisify(execFile)

export const sshdNeeds: readonly Need[] = [
  { command: '/usr/sbin/sshd', package: 'openssh-server' },
  { command: 'ssh-keygen', package: 'openssh-client' },
]

export const dropbearNeeds: readonly Need[] = [
  { command: 'dropbear', package: 'dropbear-bin' },
  { command: 'dropbearkey', package: 'dropbear-bin' },
]

/** A real server on a loopback port of its own. */
export interface RealServer extends AsyncDisposable {
  readonly port: number
  /** The key with which root is let in. */
  readonly rootKey: HostKey
}

/** Debian 12's sshd with Debian's configuration, but for the port, fresh host keys, and how many may come at once. Needs root. */
export async function startSshd(options: readonly string[] = []): Promise<RealServer> {
  if (process.getuid?.() !== 0) throw new Error('starting an sshd needs root: run this as root')
  const folder = await mkdtemp(join(tmpdir(), 'sundew-sshd-'))
  // Where sshd looks for its privilege separation, which no init made here.
  await mkdir('/run/sshd', { recursive: true })
  const keys = await Promise.all(['rsa', 'ecdsa', 'ed25519'].map((type) => makeKey(folder, type)))
  const rootKey = hostKeyFrom(generateKeyPairSync('ed25519').privateKey)
  const authorized = join(folder, 'authorized_keys')
  await writeFile(authorized, `${rootKey.type} ${Buffer.from(rootKey.blob).toString('base64')}\n`)
  const port = await freePort()
  const config = join(folder, 'sshd_config')
  await writeFile(
    config,
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      'PidFile none',
      ...keys.map((file) => `HostKey ${file}`),
      `AuthorizedKeysFile ${authorized}`,
      'StrictModes no',
      ...options,
      // Debian's own.
      'KbdInteractiveAuthentication no',
      'UsePAM yes',
      'X11Forwarding yes',
      'PrintMotd no',
      'AcceptEnv LANG LC_*',
      'Subsystem sftp /usr/lib/openssh/sftp-server',
      '',
    ].join('\n'),
  )
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-8192)
  })
  await listens(port, () => child.exitCode === null || said)
  return {
    port,
    rootKey,
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Debian 12's Dropbear, on fresh host keys. */
export async function startDropbear(): Promise<{ readonly port: number } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-dropbear-'))
  const port = await freePort()
  const keys: string[] = []
  for (const type of ['rsa', 'ecdsa', 'ed25519']) {
    const file = join(folder, type)
    await run('dropbearkey', ['-t', type, '-f', file])
    keys.push('-r', file)
  }
  const child = spawn(
    'dropbear',
    ['-F', '-E', '-p', `127.0.0.1:${port}`, '-P', join(folder, 'pid'), ...keys],
    {
      stdio: 'ignore',
    },
  )
  await listens(port, () => child.exitCode === null || 'dropbear has gone')
  return {
    port,
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function makeKey(folder: string, type: string): Promise<string> {
  const file = join(folder, `host_${type}`)
  await run('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', file])
  return file
}

async function listens(port: number, alive: () => true | string): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    const state = alive()
    if (state !== true) throw new Error(`it did not start: ${state}`)
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return
    } catch {
      await wait(50)
    } finally {
      socket.destroy()
    }
  }
  throw new Error(`nothing listens on ${port}`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
