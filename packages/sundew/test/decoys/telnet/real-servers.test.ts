import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { hostname, release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { telnet } from '../../../src/decoys/telnet/telnet.ts'
import { startDecoy } from '../host.ts'
import { Client, type Manner } from './client.ts'

/** The real server, one process a connection, as inetd would start it. */
class Inetd {
  readonly #server: Server
  readonly #children = new Set<ChildProcess>()

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(command: string, args: readonly string[]): Promise<Inetd> {
    const server = createServer({ pauseOnConnect: true }, (socket: Socket) => {
      const child = spawn(command, args, { stdio: [socket, socket, socket] })
      inetd.#children.add(child)
      child.once('exit', () => inetd.#children.delete(child))
      socket.destroy()
    })
    const inetd = new Inetd(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return inetd
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  connect(): Socket {
    const socket = connect({ host: '127.0.0.1', port: this.port, noDelay: true })
    socket.on('error', () => {})
    return socket
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL')
    this.#server.close()
    await once(this.#server, 'close')
  }
}

/** What is typed, and after which words of the server: the client waits for each. */
type Dialogue = readonly (readonly [after: string, typed: string])[]

const dialogues: Readonly<Record<string, Dialogue>> = {
  'a wrong password, and then nothing': [
    ['login: ', 'admin\r\0'],
    ['Password: ', 'wrong\r\0'],
    ['login: ', ''],
  ],
  'returns with newlines': [
    ['login: ', 'admin\r\n'],
    ['Password: ', 'wrong\r\n'],
    ['login: ', ''],
  ],
  'a name corrected with backspace, delete and ^U': [
    ['login: ', 'adm\x7f\x08xy\x15root\x7fx\r\0'],
    ['Password: ', 'a\x7fb\r\0'],
    ['login: ', ''],
  ],
  '^D at the name': [
    ['login: ', '\x04'],
    ['login: ', ''],
  ],
  '^D at the password': [
    ['login: ', 'x\r\0'],
    ['Password: ', '\x04'],
    ['login: ', ''],
  ],
  // inetutils answers with urgent data, which cannot be sent from here.
  '^C at the name': [['login: ', '\x03']],
}

const servers = {
  'busybox-router': { command: 'busybox', package: 'busybox-static', args: ['telnetd', '-i'] },
  'debian-12': { command: '/usr/sbin/telnetd', package: 'inetutils-telnetd', args: [] },
} as const

for (const [persona, { command, args, package: from }] of Object.entries(servers))
  describe(`${persona} beside the real server`, { skip: missing(command, from) }, () => {
    for (const [name, dialogue] of Object.entries(dialogues)) {
      if (persona === 'debian-12' && name.startsWith('^C')) continue
      for (const manner of ['agrees', 'refuses'] as const)
        test(`${name}, by a client that ${manner}`, async () => {
          const temp = await mkdtemp(join(tmpdir(), 'sundew-telnetd-'))
          try {
            const login = join(temp, 'login')
            await writeFile(login, '#!/bin/sh\nexec busybox login\n')
            await chmod(login, 0o755)
            const more = persona === 'debian-12' ? [] : ['-f', join(temp, 'none'), '-l', login]
            await using real = await Inetd.start(command, [...args, ...more])
            await using decoy = await startDecoy(
              telnet,
              { persona, auth: { policy: 'refuse', failure_delay_ms: 1 } },
              { hostname: hostname() },
            )
            const [theirs, ours] = await Promise.all([
              converse(real, manner, dialogue),
              converse(decoy, manner, dialogue),
            ])
            // When it says again that it echoes depends on its terminal's other end.
            assert.equal(ours.includes(again), theirs.includes(again))
            assert.equal(ours.replace(again, ''), alike(theirs.replace(again, '')))
            assert.deepEqual(decoy.faults, [])
          } finally {
            await rm(temp, { recursive: true, force: true })
          }
        })
    }
  })

async function converse(server: { connect(): Socket }, manner: Manner, dialogue: Dialogue): Promise<string> {
  const client = new Client(server, manner)
  let all = ''
  for (const [after, typed] of dialogue) {
    const said = await client.until(after)
    all += said
    if (said.endsWith('<end>')) return all
    client.send(typed)
  }
  if (dialogue.at(-1)![1] !== '') all += `${await client.end()}<end>`
  client.leave()
  return all
}

const again = '\xff\xfb\x03\xff\xfb\x01'

/** Its kernel, its terminal and its idea of its own name are its own. */
function alike(text: string): string {
  return text
    .replace(`Linux ${release()} `, 'Linux 6.1.0-37-amd64 ')
    .replace(/\(localhost[^)]*\) \(pts\/\d+\)/, `(${hostname().split('.')[0]}) (pts/0)`)
}

/** False, or what is missing; with CI=true nothing may be missing. */
function missing(command: string, from: string): string | false {
  const paths = [command, `/usr/bin/${command}`, `/bin/${command}`]
  if (process.getuid?.() !== 0) return 'login wants to be root'
  if (paths.some((path) => path.startsWith('/') && existsSync(path))) return false
  const what = `not run: ${command} (apt-get install ${from})`
  if (process.env['CI'] === 'true') throw new Error(what)
  return what
}
