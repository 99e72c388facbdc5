import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Decoy } from '../../../../src/core/decoy.ts'
import { http } from '../../../../src/decoys/http/http.ts'
import { ssh } from '../../../../src/decoys/ssh/ssh.ts'
import { startDecoy, until } from '../../host.ts'

const skip = existsSync('/usr/bin/ssh') ? false : 'ssh is not installed'
const megabyte = 1024 * 1024
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** The web decoy with one large document of the owner's. */
function withDocument(folder: string): Decoy<never> {
  const config = {
    parse: () => http.config.parse({ reads: [folder], documents: [{ path: '/big', file: 'big.bin' }] }),
  }
  return { ...http, config } as unknown as Decoy<never>
}

test(
  'forty downloads that nobody reads, through a client that is then stopped, are not held in memory',
  { skip },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sundew-big-'))
    await writeFile(join(folder, 'big.bin'), Buffer.alloc(32 * megabyte, 'x'))
    await using host = await startDecoy(
      ssh,
      { tunnels: { round_trip_ms: 0 } },
      { neighbours: [{ decoy: withDocument(folder) }] },
    )
    const port = await freePort()
    const client = spawn(
      'ssh',
      [
        '-F',
        'none',
        '-oStrictHostKeyChecking=no',
        '-oUserKnownHostsFile=/dev/null',
        '-oPubkeyAuthentication=no',
        '-p',
        String(host.port),
        '-N',
        '-L',
        `127.0.0.1:${port}:www.google.com:80`,
        'root@127.0.0.1',
      ],
      { stdio: 'ignore', env: { ...process.env, SSH_ASKPASS: '/bin/echo', SSH_ASKPASS_REQUIRE: 'force' } },
    )
    const sockets: Socket[] = []
    try {
      await reachable(port)
      const before = memory()
      for (let i = 0; i < 40; i++) {
        const socket = connect(port, '127.0.0.1')
        socket.on('error', () => {}).pause()
        socket.write('GET /big HTTP/1.1\r\nHost: www.google.com\r\n\r\n')
        sockets.push(socket)
      }
      const requests = async (): Promise<number> =>
        (await host.written()).filter(({ event }) => event.kind === 'http.request').length
      for (let i = 0; i < 100 && (await requests()) < 20; i++) await pause(20)
      client.kill('SIGSTOP')
      for (let i = 0; i < 100 && (await requests()) < 20; i++) await pause(20)
      await pause(500)
      const held = memory() - before
      assert.ok((await requests()) >= 20, 'downloads have begun')
      assert.ok(held < 64 * megabyte, `${Math.round(held / megabyte)} MB are held`)
    } finally {
      for (const socket of sockets) socket.destroy()
      const gone = once(client, 'exit')
      client.kill('SIGKILL')
      await gone
      await rm(folder, { recursive: true })
    }
    await until(() => host.listener.connections === 0, 'the connection is over')
    assert.deepEqual(host.faults, [])
  },
)

/** What is held, without what only waits for the collector. */
function memory(): number {
  collect()
  const { external, heapUsed } = process.memoryUsage()
  return external + heapUsed
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function reachable(port: number): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const socket = connect(port, '127.0.0.1')
    const there = await new Promise((resolve) =>
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
    )
    socket.destroy()
    if (there) return
    await pause(50)
  }
  assert.fail('ssh does not listen')
}
