import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { selfSigned } from '../../packages/sundew/src/decoys/certificate-maker.ts'

/** What rsyslogd made of one message. */
export interface Parsed {
  readonly host: string
  readonly app: string
  readonly msgid: string
  readonly facility: string
  readonly severity: string
  readonly time: string
  readonly version: string
  readonly text: string
}

export interface RsyslogPorts {
  readonly udp: number
  readonly tcp: number
  readonly tls: number
}

/** A port that nobody has at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Debian's rsyslogd on loopback, listening in three ways, which writes down what it understood as JSON lines. */
export class Rsyslog implements AsyncDisposable {
  readonly ports: RsyslogPorts
  /** PEM file of what its certificate is of. */
  readonly authority: string
  readonly #folder: string
  #process: ChildProcess | undefined

  private constructor(folder: string, ports: RsyslogPorts) {
    this.#folder = folder
    this.ports = ports
    this.authority = join(folder, 'certificate.pem')
  }

  /** @param forwarding what else is done with each message: RainerScript */
  static async start(folder: string, ports?: RsyslogPorts, forwarding = ''): Promise<Rsyslog> {
    const free = ports ?? { udp: await freePort(), tcp: await freePort(), tls: await freePort() }
    const rsyslog = new Rsyslog(folder, free)
    await mkdir(folder, { recursive: true })
    const { certificate, key } = await selfSigned('localhost')
    await writeFile(rsyslog.authority, certificate)
    await writeFile(join(folder, 'key.pem'), key)
    await writeFile(join(folder, 'rsyslog.conf'), configuration(folder, free, forwarding))
    await rsyslog.up()
    return rsyslog
  }

  async up(): Promise<void> {
    const { ports } = this
    const child = spawn(
      'rsyslogd',
      ['-n', '-f', join(this.#folder, 'rsyslog.conf'), '-i', join(this.#folder, 'pid')],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    this.#process = child
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    for (let tries = 0; tries < 100; tries++) {
      if (child.exitCode !== null) throw new Error(`rsyslogd ended: ${said}`)
      if ((await answers(ports.tcp)) && (await answers(ports.tls))) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`rsyslogd does not listen: ${said}`)
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill()
  }

  async got(): Promise<Parsed[]> {
    const text = await readFile(join(this.#folder, 'got.jsonl'), 'utf8').catch(() => '')
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Parsed)
  }
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

const configuration = (folder: string, { udp, tcp, tls }: RsyslogPorts, forwarding: string): string => `
global(workDirectory="${folder}" maxMessageSize="64k" processInternalMessages="off"
  defaultNetstreamDriverCAFile="${folder}/certificate.pem"
  defaultNetstreamDriverCertFile="${folder}/certificate.pem" defaultNetstreamDriverKeyFile="${folder}/key.pem")
module(load="imudp")
module(load="imtcp")
template(name="parsed" type="list" option.jsonf="on") {
  property(outname="host" name="hostname" format="jsonf")
  property(outname="app" name="app-name" format="jsonf")
  property(outname="msgid" name="msgid" format="jsonf")
  property(outname="facility" name="syslogfacility-text" format="jsonf")
  property(outname="severity" name="syslogseverity-text" format="jsonf")
  property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="version" name="protocol-version" format="jsonf")
  property(outname="text" name="msg" format="jsonf")
}
ruleset(name="keep") { action(type="omfile" file="${folder}/got.jsonl" template="parsed" flushInterval="1")
  ${forwarding} }
input(type="imudp" address="127.0.0.1" port="${udp}" ruleset="keep")
input(type="imtcp" address="127.0.0.1" port="${tcp}" ruleset="keep")
input(type="imtcp" address="127.0.0.1" port="${tls}" ruleset="keep"
  streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")
`
