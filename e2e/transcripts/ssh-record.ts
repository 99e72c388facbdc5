/**
 * Records what the real SSH servers say before anybody is logged in, into testdata/ssh/. Needs Debian 12's openssh-server,
 * openssh-client and dropbear-bin; sshd needs root.
 *
 *     node e2e/transcripts/ssh-record.ts
 *
 * Each runs on a loopback port of its own with Debian's configuration and fresh host keys. The identification and KEXINIT are read from the
 * socket, the extensions are what `ssh -vv` says it was told.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseKexInit } from '../../packages/sundew/src/wire/ssh/kex/kex-init.ts'
import { PacketReader } from '../../packages/sundew/src/wire/ssh/packet-reader.ts'

const root = join(import.meta.dirname, '../..')
const folder = await mkdtemp(join(tmpdir(), 'sundew-record-'))
try {
  await record('openssh-9.2p1-debian-12', 'openssh-server', sshd)
  await record('dropbear-2022.83', 'dropbear-bin', dropbear)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function record(
  name: string,
  packageName: string,
  start: (port: number) => ChildProcess,
): Promise<void> {
  const port = await freePort()
  const child = start(port)
  try {
    const { identification, packet } = await greeting(port)
    const reader = new PacketReader()
    reader.push(packet)
    const result = reader.next()
    if (result.state !== 'packet') throw new Error(`${name} began with ${JSON.stringify(result)}`)
    const parsed = parseKexInit(result.payload)
    if (parsed.state !== 'read') throw new Error(`${name}'s KEXINIT is ${parsed.reason}`)
    const { firstPacketFollows, reserved, ...lists } = { ...parsed.message, cookie: undefined }
    const extensions = extensionsOf(port)
    const version = output('dpkg-query', ['-W', '-f', '${Version}', packageName])
    const padding = packet[4]
    const recorded = { version, identification, padding, lists, firstPacketFollows, reserved, extensions }
    const file = join(root, 'testdata/ssh', `${name}.json`)
    await writeFile(file, `${JSON.stringify(recorded, null, 1)}\n`)
    console.log(`${version} in ${file}`)
  } finally {
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    await gone
  }
}

function sshd(port: number): ChildProcess {
  const keys = ['rsa', 'ecdsa', 'ed25519'].map((type) => {
    const file = join(folder, `sshd_${type}`)
    output('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', file])
    return `-oHostKey=${file}`
  })
  mkdirSync('/run/sshd', { recursive: true })
  const options = ['-oListenAddress=127.0.0.1', '-oPidFile=none', ...keys]
  return spawn('/usr/sbin/sshd', ['-D', '-e', '-p', `${port}`, ...options], { stdio: 'ignore' })
}

function dropbear(port: number): ChildProcess {
  const keys = ['rsa', 'ecdsa', 'ed25519'].flatMap((type) => {
    const file = join(folder, `dropbear_${type}`)
    output('dropbearkey', ['-t', type, '-f', file])
    return ['-r', file]
  })
  const options = ['-F', '-E', '-p', `127.0.0.1:${port}`, '-P', join(folder, 'pid'), ...keys]
  return spawn('/usr/sbin/dropbear', options, { stdio: 'ignore' })
}

/** The first line, and the packet after it; dialled until the server listens. */
async function greeting(port: number): Promise<{ identification: string; packet: Buffer }> {
  for (let turn = 0; turn < 50; turn++) {
    const socket = connect(port, '127.0.0.1')
    let heard = Buffer.alloc(0)
    try {
      await once(socket, 'connect')
      socket.write('SSH-2.0-record\r\n')
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        heard = Buffer.concat([heard, chunk])
        const end = heard.indexOf('\n') + 1
        const packet = heard.subarray(end)
        if (end > 0 && packet.length >= 4 && packet.length >= 4 + packet.readUInt32BE())
          return { identification: heard.toString('latin1', 0, end), packet }
      }
    } catch {
      await wait(100)
    } finally {
      socket.destroy()
    }
  }
  throw new Error(`nothing answers on ${port}`)
}

function extensionsOf(port: number): string[][] {
  const options = [
    '-F',
    'none',
    '-oBatchMode=yes',
    '-oStrictHostKeyChecking=no',
    '-oUserKnownHostsFile=/dev/null',
  ]
  const { stderr } = spawnSync('ssh', ['-vv', ...options, '-p', `${port}`, 'nobody@127.0.0.1', 'true'])
  const told = stderr.toString('latin1').matchAll(/kex_input_ext_info: ([^=]+)=<([^>]*)>/g)
  return [...told].map(([, name, value]) => [name!, value!])
}

function output(command: string, arguments_: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, arguments_)
  if (status !== 0) throw new Error(`${command} ${arguments_.join(' ')}: ${stderr.toString('latin1')}`)
  return stdout.toString('latin1')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
