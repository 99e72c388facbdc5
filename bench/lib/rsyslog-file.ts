import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bound, drained } from './udp.ts'
import type { Arena } from './flow-contestants.ts'
import type { Contestant } from './lossless.ts'

/** Messages that rsyslogd may hold while its file is not written: as many as come in some seconds. */
const queued = 2_000_000

/** rsyslogd, which writes each line to a file: started anew for each trial, so that its lines can be counted. */
export function rsyslogContestant({ sender, file, under, bufferBytes, port, seconds }: Arena): Contestant {
  return {
    name: 'rsyslogd',
    async trial(rate) {
      await using rsyslog = await RsyslogFile.start(under, port, bufferBytes)
      const sent = await sender.send(file, { port, rate, seconds })
      await drained(port)
      await rsyslog.stop()
      return { sentRate: sent.packets / sent.seconds, lost: sent.flows - (await rsyslog.lines()) }
    },
  }
}

class RsyslogFile {
  readonly #folder: string
  readonly #child: ChildProcess

  private constructor(folder: string, child: ChildProcess) {
    this.#folder = folder
    this.#child = child
  }

  static async start(under: string, port: number, bufferBytes: number): Promise<RsyslogFile> {
    const folder = await mkdtemp(join(under, 'rsyslog-'))
    const configuration = join(folder, 'rsyslog.conf')
    await writeFile(configuration, configurationOf(folder, port, bufferBytes))
    const child = spawn('rsyslogd', ['-n', '-f', configuration, '-i', join(folder, 'pid')], {
      stdio: 'ignore',
    })
    const rsyslog = new RsyslogFile(folder, child)
    await bound(port)
    return rsyslog
  }

  /** Ends it, so that what it has is in its file. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await exited
  }

  /** Lines that it wrote; after {@link stop}. */
  async lines(): Promise<number> {
    let lines = 0
    for await (const chunk of createReadStream(join(this.#folder, 'lines.log'), {
      highWaterMark: 1 << 20,
    }) as AsyncIterable<Buffer>) {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++
    }
    return lines
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** As fast as it can be: no names looked up, no flush a message, a queue that holds a burst, and that is written out at its end. */
function configurationOf(folder: string, port: number, bufferBytes: number): string {
  return `global(workDirectory="${folder}" net.enableDNS="off")
main_queue(queue.type="FixedArray" queue.size="${queued}" queue.dequeueBatchSize="4096" queue.timeoutShutdown="60000" queue.timeoutEnqueue="60000")
module(load="imudp")
input(type="imudp" address="127.0.0.1" port="${port}" rcvbufSize="${bufferBytes}")
action(type="omfile" file="${join(folder, 'lines.log')}" flushOnTXEnd="off" ioBufferSize="1m")
`
}
