// Logstalgia itself draws what we feed it, on a screen that nobody sees; Graphviz reads what we write for it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freeUdpPort } from '../bench/lib/udp.ts'
import { colours } from '../packages/sundew/src/outputs/logstalgia/balls.ts'
import type { E2eCheck, E2eContext, Need } from './check.ts'
import { sundewBin } from './instance.ts'
import { film } from './pictures/film.ts'
import { pixelsInFlight, pixelsOf } from './pictures/frames.ts'
import { Xvfb } from './pictures/xvfb.ts'

const run = promisify(execFile)
const needs: readonly Need[] = [
  { command: 'logstalgia', package: 'logstalgia' },
  { command: 'Xvfb', package: 'xvfb' },
]
const commands = join(import.meta.dirname, '..', 'testdata', 'logstalgia', 'logstalgia-commands.txt')

/** Frames of one film at most, 25 of which are a second, and how long it may take. */
const frames = 600
const filmMs = 40_000
/** Frames with balls in their middle, and pixels of a colour, that nobody can overlook. */
const flying = 25
const coloured = 10

let port = 0

export async function config() {
  port = await freeUdpPort()
  return { collectors: { syslog: { ports: [{ port, transport: 'udp' }] } } }
}

export const checks: readonly E2eCheck[] = [
  {
    name: 'the first command line of 2016 draws balls of what a firewall logs, live, and none of lines that Logstalgia does not take',
    needs,
    async run(context) {
      await using screen = await Xvfb.start()
      const [command] = await ownersCommands()
      let inFlight = 0
      const flies = (each: Parameters<typeof pixelsInFlight>[0]) => {
        if (pixelsInFlight(each) > 0) inFlight++
        return inFlight >= flying
      }
      const tooMany = `while :; do echo "$(date +%s)|192.0.2.1|TCP:22|200|10|1|D55E00|||||x"; sleep 0.1; done`
      await film({ screen, feed: `(${tooMany})`, command: command!, frames: 100, ms: filmMs }, flies)
      assert.equal(inFlight, 0)

      using firewall = new Firewall()
      const stop = new AbortController()
      const logged = firewall.logs(stop.signal)
      try {
        const feed = sundew(context, 'feed', 'logstalgia', '--firewall', '--follow')
        context.figure(
          'liveFrames',
          await film({ screen, feed, command: command!, frames, ms: filmMs }, flies),
        )
      } finally {
        stop.abort()
        await logged
      }
      assert.ok(inFlight >= flying, `balls in ${inFlight} frames`)
    },
  },
  {
    name: 'the past is drawn at four times its speed as if it were now, what was let through in the colour that we send and no other',
    needs,
    async run(context) {
      await using screen = await Xvfb.start()
      const [command] = await ownersCommands()
      // Within one hour, whatever the time of day.
      const start = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000
      using firewall = new Firewall()
      const source = '203.0.113.77'
      const count = 60
      for (let second = 0; second < count; second++)
        firewall.log(new Date(start + second * 1000), 'ACCEPT', source, 1000 + second)
      await context.waitFor(async () => {
        const [row] = await context.query(
          `SELECT count() AS n FROM firewall WHERE source_ip = toIPv6('${source}') AND kind = 'firewall.allow'`,
        )
        return Number(row?.['n']) === count
      })
      const at = (second: number) => new Date(start + second * 1000).toISOString()
      const span = ['--from', at(0), '--to', at(count)]
      const feed = sundew(context, 'feed', 'logstalgia', '--firewall', ...span, '--speed', '4')
      const pixels = { [colours.allowed]: 0, [colours.blocked]: 0 }
      await film(
        { screen, feed, command: command!.replace(' --hide-response-code', ''), frames, ms: filmMs },
        (frame) => {
          for (const colour of Object.keys(pixels) as (keyof typeof pixels)[])
            pixels[colour]! += pixelsOf(frame, colour)
          return pixels[colours.allowed]! >= coloured
        },
      )
      context.figure('pixels', pixels[colours.allowed])
      assert.ok(pixels[colours.allowed]! >= coloured, `${pixels[colours.allowed]} pixels`)
      assert.equal(pixels[colours.blocked], 0)
    },
  },
  {
    name: 'the second command line of 2016 draws logins at a decoy, whatever bytes were tried',
    needs,
    async run(context) {
      const names = [
        'root',
        'admin|x',
        'pi\n',
        'g\xfcst',
        'oracle\x1b[2J',
        `x${'y'.repeat(200)}`,
        'a "b" [c]',
      ]
      for (const name of names) await smtpLogin(context.ports.smtp, name, 'secret')
      const stored = `SELECT count() AS n FROM events WHERE kind = 'login.attempt' AND password = 'secret'`
      await context.waitFor(async () => Number((await context.query(stored))[0]?.['n']) === names.length)
      const { stdout } = await run('sh', [
        '-c',
        sundew(context, 'feed', 'logstalgia', '--logins', '--from', '1h'),
      ])
      const lines = stdout.trim().split('\n')
      const tried = lines.filter((line) => line.split('|')[3] === 'secret')
      assert.equal(tried.length, names.length)
      const output = join(context.temp, 'output.txt')
      // Again and again, a second apart: one ball is soon over.
      const now = Math.floor(Date.now() / 1000)
      const later = Array.from({ length: 10 }, (_, second) =>
        tried.map((line) => `${now + second}${line.slice(line.indexOf('|'))}\n`).join(''),
      )
      await writeFile(output, later.join(''))
      await using screen = await Xvfb.start()
      const [, command] = await ownersCommands()
      const colour = tried[0]!.split('|')[6]!
      let [inFlight, pixels] = [0, 0]
      await film(
        { screen, feed: `(cat '${output}'; sleep 60)`, command: command!, frames, ms: filmMs },
        (frame) => {
          if (pixelsInFlight(frame) > 0) inFlight++
          pixels += pixelsOf(frame, colour)
          return inFlight >= flying && pixels >= coloured
        },
      )
      assert.ok(inFlight >= flying && pixels >= coloured, `${inFlight} frames with balls, ${pixels} pixels`)
    },
  },
  {
    name: "AfterGlow's columns and graph of what was tried come out of the store, and Graphviz draws the graph",
    needs: [{ command: 'neato', package: 'graphviz' }],
    async run(context) {
      await smtpLogin(context.ports.smtp, 'graph,"viz"', 'p1')
      await smtpLogin(context.ports.smtp, 'graph->b', 'p2')
      const stored = `SELECT count() AS n FROM events WHERE kind = 'login.attempt' AND password IN ('p1', 'p2')`
      await context.waitFor(async () => Number((await context.query(stored))[0]?.['n']) === 2)
      const [csv, dot] = ['logins.csv', 'logins.dot'].map((name) => join(context.temp, name))
      for (const file of [csv!, dot!]) {
        const fields = ['--kind', 'login.attempt', '--fields', 'source,user,password']
        await run('sh', ['-c', sundew(context, 'plot', 'tunnels', ...fields, '-o', file)])
      }
      assert.match(await readFile(csv!, 'utf8'), /^"?127\.0\.0\.1"?,"graph,""viz""",p1$/m)
      const { stdout } = await run('neato', ['-Tplain', dot!])
      const nodes = stdout.split('\n').filter((line) => line.startsWith('node '))
      assert.ok(
        ['graph->b', 'p1', 'p2', '127.0.0.1'].every((name) => nodes.some((node) => node.includes(name))),
        stdout,
      )
    },
  },
]

/** The owner's own commands, from `logstalgia` on. */
async function ownersCommands(): Promise<string[]> {
  const lines = (await readFile(commands, 'utf8')).trim().split('\n')
  return lines.map((line) => line.slice(line.indexOf('| ') + 2))
}

/** A shell's command. */
function sundew({ dataDir }: E2eContext, ...args: readonly string[]): string {
  return [process.execPath, sundewBin, ...args, '--data', dataDir].map((word) => `'${word}'`).join(' ')
}

/** A MikroTik that logs to us. */
class Firewall implements Disposable {
  readonly #socket = createSocket('udp4')

  log(time: Date, rule: string, source: string, to: number): void {
    const line = `<134>${time.toISOString()} gw firewall,info ${rule} input: in:ether1 out:(unknown 0), src-mac 00:00:00:00:00:01, proto TCP (SYN), ${source}:40000->192.0.2.1:${to}, len 60`
    this.#socket.send(line, port, '127.0.0.1')
  }

  /** Ten lines a second of a few sources, until the signal. */
  async logs(signal: AbortSignal): Promise<void> {
    for (let line = 0; !signal.aborted; line++) {
      this.log(new Date(), 'BLOCK', `198.51.100.${line % 9}`, 1 + (line % 1000))
      await wait(100, undefined, { signal }).catch(() => {})
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close()
  }
}

/** Tries a name and a password at an SMTP decoy; each character of them is a byte. */
async function smtpLogin(smtp: number, user: string, password: string): Promise<void> {
  const socket = connect(smtp, '127.0.0.1')
  try {
    const replies = createInterface({ input: socket })[Symbol.asyncIterator]()
    const reply = async () => {
      for (;;) {
        const { value, done } = await replies.next()
        if (done) throw new Error('the decoy hung up')
        if (/^\d{3} /.test(value)) return value
      }
    }
    await reply()
    socket.write('EHLO client.example\r\n')
    await reply()
    socket.write(`AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`, 'latin1').toString('base64')}\r\n`)
    await reply()
    socket.end('QUIT\r\n')
    await once(socket, 'close')
  } finally {
    socket.destroy()
  }
}
