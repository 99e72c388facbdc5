import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uuidv7 } from '../packages/sundew/src/core/id.ts'
import { now, rfc3339 } from '../packages/sundew/src/core/clock.ts'
import type { SundewEvent } from '../packages/sundew/src/event/event.ts'
import { egressTo } from '../packages/sundew/src/hub/egress.ts'
import { syslog } from '../packages/sundew/src/outputs/syslog/syslog.ts'
import { Hook } from './alerts/hook.ts'
import { freePort, Rsyslog, type Parsed, type RsyslogPorts } from './alerts/rsyslog.ts'
import type { E2eCheck, Need } from './check.ts'

const rsyslogd: Need = { command: 'rsyslogd', package: 'rsyslog' }
const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
const gnutls: Need = {
  command: `/usr/lib/${machine}-linux-gnu/rsyslog/lmnsd_gtls.so`,
  package: 'rsyslog-gnutls',
}
const smtpSink: Need = { command: 'smtp-sink', package: 'postfix' }

const ports: RsyslogPorts = { udp: await freePort(), tcp: await freePort(), tls: await freePort() }
const hookPort = await freePort()
const mailPort = await freePort()

const told = { enabled: true, kinds: ['alert.raised', 'connection.open'], per_minute: 0 }
/** Settings of this suite's Sundew: it warns four ways, and one more output cannot work, which is what it warns of. */
export const config = {
  outputs: {
    syslog: { ...told, port: ports.tcp, transport: 'tcp' },
    webhook: { ...told, url: `http://127.0.0.1:${hookPort}/sundew` },
    mail: { ...told, kinds: ['alert.raised'], port: mailPort, to: ['owner@example.net'], every_seconds: 1 },
    alert_file: { ...told },
    cowrie_json: { enabled: true, path: '/' },
  },
}

/** A peer that says nothing and goes. */
async function visit(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'data')
  socket.destroy()
}

function match(title: string, severity: string): SundewEvent {
  const moment = now()
  return {
    id: uuidv7(moment),
    time: rfc3339(moment),
    kind: 'intel.match',
    sensor: 'e2e',
    session: '',
    service: 'flow',
    transport: 'tcp',
    source_ip: '10.0.0.5',
    source_port: 51514,
    destination_ip: '203.0.113.7',
    destination_port: 443,
    fields: {
      indicator: '203.0.113.0/24',
      matched: 'destination',
      matched_ip: '203.0.113.7',
      direction: 'outbound',
      list: 'botnet',
      lists: ['botnet'],
      indicators: ['203.0.113.0/24'],
      titles: [title],
      links: [''],
      protocol: 6,
      service_name: 'https',
      bytes: 1234,
      packets: 5,
      flows: 1,
      first_seen: rfc3339(moment),
      last_seen: rfc3339(moment),
      summary: false,
      severity,
      retro: false,
    },
  } as SundewEvent
}

const severityNames: Readonly<Record<string, string>> = { high: 'crit', medium: 'warning', low: 'notice' }
const idOf = ({ text }: Parsed) => /\bid="([^"]+)"/.exec(text)?.[1]

/** Ids in the order they came first. */
const firsts = (ids: readonly (string | undefined)[]) => [...new Set(ids)]

export const checks: readonly E2eCheck[] = [
  {
    name: 'rsyslogd takes apart what it is sent by UDP, TCP and TLS, of either RFC, as it was meant',
    needs: [rsyslogd, gnutls],
    run: async ({ temp, waitFor }) => {
      await using rsyslog = await Rsyslog.start(join(temp, 'forms'))
      const sent: { event: SundewEvent; rfc: number; form: string }[] = []
      for (const transport of ['udp', 'tcp', 'tls'] as const) {
        for (const rfc of [5424, 3164]) {
          for (const framing of transport === 'udp' ? ['newline'] : ['octet_counted', 'newline']) {
            for (const [format, severity] of Object.entries({ kv: 'high', json: 'medium', cef: 'low' })) {
              const form = `${transport} ${rfc} ${framing} ${format}`
              const given = {
                host: 'localhost',
                port: rsyslog.ports[transport],
                transport,
                rfc,
                framing,
                format,
              }
              const parsed = syslog.config.parse({ ...given, ca_file: rsyslog.authority })
              const output = syslog.open(parsed, {
                folder: temp,
                trouble: (message) => assert.fail(message),
                egress: egressTo(syslog.destinations!(parsed)),
                print: () => assert.fail(),
                version: '1.0',
              })
              const event = match(`Süßes "${form}" |=\\`, severity)
              await output.send([event])
              output.close!()
              sent.push({ event, rfc, form })
            }
          }
        }
      }
      const got = await waitFor(async () => {
        const all = await rsyslog.got()
        return all.length >= sent.length && all
      })
      for (const { event, rfc, form } of sent) {
        const one = got.find(({ text }) => text.includes(event.id))
        assert.ok(one, `nothing came of ${form}`)
        const { severity } = event.fields as { severity: string }
        assert.deepEqual(
          [one.host, one.app, one.facility, one.severity],
          ['e2e', 'sundew', 'local0', severityNames[severity]],
          form,
        )
        const ms = (time: string) => Date.parse(time)
        assert.equal(
          ms(one.time),
          rfc === 5424 ? ms(event.time) : Math.floor(ms(event.time) / 1000) * 1000,
          form,
        )
        assert.deepEqual([one.version, one.msgid], rfc === 5424 ? ['1', 'intel.match'] : ['0', '-'], form)
        assert.match(
          one.text.replace(/^[\ufeff ]/, ''),
          /^(kind="intel\.match" .*"|\{"id":.*\}|CEF:0\|Sundew\|.*)$/,
          form,
        )
      }
      assert.equal(got.length, sent.length)
    },
  },
  {
    name: 'trouble is told to rsyslogd, a web server, a mail server and a file within a second',
    needs: [rsyslogd, gnutls, smtpSink],
    run: async (context) => {
      const { temp, dataDir, waitFor, figure } = context
      await using rsyslog = await Rsyslog.start(join(temp, 'told'), ports)
      await using hook = new Hook(hookPort)
      await hook.up()
      // As root it becomes another, who must be able to write there.
      const mails = await mkdtemp(join(tmpdir(), 'sundew-mails-'))
      await chmod(mails, 0o777)
      const asWhom = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
      const sink = spawn('smtp-sink', [...asWhom, '-D', join(mails, 'all'), `127.0.0.1:${mailPort}`, '100'], {
        stdio: 'ignore',
      })
      try {
        await waitFor(() => visitMail(mailPort))
        await visit(context.ports.ssh)
        const code = 'SUNDEW_OUTPUT_FAILED'
        const { event, atMs } = await waitFor(async () =>
          hook.got.find((one) => one.event.fields['code'] === code),
        )
        const lateMs = atMs - Date.parse(event.time)
        figure('alertMs', lateMs)
        assert.ok(lateMs < 1000, `told after ${lateMs} ms`)
        await waitFor(async () => (await rsyslog.got()).some((one) => idOf(one) === event.id))
        await waitFor(async () =>
          (await readFile(join(mails, 'all'), 'utf8')).includes('To: owner@example.net'),
        )
        const line = await waitFor(async () =>
          (await readFile(join(dataDir, 'outputs', 'alerts.log'), 'utf8'))
            .split('\n')
            .find((text) => text.includes(event.id)),
        )
        assert.match(line, /sundew: kind="alert\.raised" severity="medium" .*code="SUNDEW_OUTPUT_FAILED"/)
      } finally {
        sink.kill()
        await rm(mails, { recursive: true })
      }
    },
  },
  {
    name: 'what comes while rsyslogd and the web server are dead is with both afterwards, in its order',
    needs: [rsyslogd, gnutls],
    run: async (context) => {
      const { temp, query, waitFor } = context
      await using rsyslog = await Rsyslog.start(join(temp, 'dead'), ports)
      await using hook = new Hook(hookPort)
      await hook.up()
      const stored = async () =>
        (await query(`SELECT toString(id) AS id FROM events WHERE kind = 'connection.open' ORDER BY id`)).map(
          ({ id }) => String(id),
        )
      const before = (await stored()).length
      const visits = async (count: number) => {
        for (let i = 0; i < count; i++) await visit(context.ports.ssh)
      }
      await visits(10)
      await waitFor(async () => (await rsyslog.got()).some(({ text }) => text.includes('connection.open')))
      await rsyslog.kill()
      await hook.kill()
      await visits(10)
      await new Promise((resolve) => setTimeout(resolve, 1500))
      await Promise.all([rsyslog.up(), hook.up()])
      await visits(10)
      const expected = await waitFor(async () => {
        const ids = await stored()
        return ids.length >= before + 30 && ids.slice(before)
      })
      const wanted = new Set<string | undefined>(expected)
      const complete = async (ids: () => Promise<(string | undefined)[]>) => {
        const got = await waitFor(async () => {
          const some = firsts(await ids()).filter((id) => wanted.has(id))
          return some.length >= wanted.size && some
        }, 60_000)
        assert.deepEqual(got, expected)
      }
      await complete(async () => (await rsyslog.got()).map(idOf))
      await complete(async () => hook.got.map(({ event }) => event.id))
    },
  },
]

/** Whether the mail server answers. */
async function visitMail(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'data')
    return true
  } finally {
    socket.destroy()
  }
}
