import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { selfSigned } from '../packages/sundew/src/decoys/certificate-maker.ts'
import { freePort, Rsyslog } from './alerts/rsyslog.ts'
import type { E2eCheck, E2eContext, Need } from './check.ts'

const logger: Need = { command: 'logger', package: 'bsdutils' }
const rsyslogd: Need = { command: 'rsyslogd', package: 'rsyslog' }
const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
const gnutls: Need = {
  command: `/usr/lib/${machine}-linux-gnu/rsyslog/lmnsd_gtls.so`,
  package: 'rsyslog-gnutls',
}
const run = promisify(execFile)

/** Settings of this suite's Sundew: it listens in three ways, and follows a file that is not there yet. */
export async function config(temp: string): Promise<Readonly<Record<string, unknown>>> {
  const { certificate, key } = await selfSigned('localhost')
  await writeFile(join(temp, 'certificate.pem'), certificate)
  await writeFile(join(temp, 'key.pem'), key)
  await mkdir(join(temp, 'logs'))
  return {
    collectors: {
      syslog: {
        ports: [
          { port: await freePort(), transport: 'udp' },
          { port: await freePort(), transport: 'tcp' },
          { port: await freePort(), transport: 'tls' },
        ],
        tls: { certificate: join(temp, 'certificate.pem'), key: join(temp, 'key.pem') },
      },
      tail: [{ path: join(temp, 'logs', 'firewall.log'), format: 'firewall', from: 'beginning' }],
    },
  }
}

/** What iptables makes the kernel say. `rule` tells the lines of one check from those of others. */
function netfilter(rule: string, port: number): string {
  return `[ 12.5] ${rule} DROP IN=eth0 OUT= MAC=00:11:22:33:44:55:66:77:88:99:aa:bb:08:00 SRC=203.0.113.9 DST=192.0.2.1 LEN=60 TOS=0x00 PREC=0x00 TTL=50 ID=1 DF PROTO=TCP SPT=40000 DPT=${port} WINDOW=1024 RES=0x00 SYN URGP=0`
}

/** Rows of a check, once there are so many. */
async function rows({ query, waitFor }: E2eContext, rule: string, count: number) {
  try {
    return await waitFor(async () => {
      const found = await query(
        `SELECT *, dateDiff('second', time, now64(3)) AS age FROM firewall WHERE startsWith(rule, '${rule}') ORDER BY destination_port LIMIT 10000`,
      )
      return found.length >= count && found
    }, 20_000)
  } catch (error) {
    throw new Error(`no ${count} rows of ${rule}`, { cause: error })
  }
}

/** That a row has what {@link netfilter} said. */
function assertRow(
  row: Record<string, unknown> | undefined,
  port: number,
  device: string,
  form: string,
): void {
  const { kind, source_ip, destination_ip, source_port, destination_port, protocol, tcp_flags, length } = row!
  assert.deepEqual(
    [kind, source_ip, destination_ip, source_port, destination_port, protocol, tcp_flags, length],
    ['firewall.block', '::ffff:203.0.113.9', '::ffff:192.0.2.1', 40_000, port, 6, 2, 60],
    form,
  )
  assert.deepEqual(
    [row!['device'], row!['format'], row!['in_interface'], row!['sender_ip']],
    [device, 'netfilter', 'eth0', '::ffff:127.0.0.1'],
    form,
  )
  assert.ok(Number(row!['age']) >= -1 && Number(row!['age']) < 60, `${form}: ${String(row!['time'])}`)
}

export const checks: readonly E2eCheck[] = [
  {
    name: 'logger tells by UDP and TCP, counted or not, in either RFC',
    needs: [logger],
    run: async (context) => {
      const { ports } = context
      const forms = [
        ['udp', '--udp'],
        ['tcp', '--tcp'],
        ['counted', '--tcp', '--octet-count'],
      ].flatMap(([transport = '', ...options]) =>
        ['--rfc3164', '--rfc5424'].map((rfc) => ({ transport, options: [...options, rfc] })),
      )
      for (const [index, { transport, options }] of forms.entries()) {
        const port = String(transport === 'udp' ? ports.syslog : ports.syslogTcp)
        const as = '-p kern.warning -t kernel -n 127.0.0.1'.split(' ')
        await run('logger', [...as, '-P', port, ...options, netfilter('LOGGER', index + 1)])
      }
      const found = await rows(context, 'LOGGER', forms.length)
      // RFC 3164 has the name's first label, and logger of either RFC too.
      const [device = ''] = hostname().split('.')
      for (const [index, { options }] of forms.entries()) {
        const row = found[index]
        const told = String(row?.['device'])
        assertRow(row, index + 1, told === hostname() ? told : device, options.join(' '))
      }
    },
  },
  {
    name: 'rsyslogd forwards by UDP, by TCP in both framings and by TLS',
    needs: [rsyslogd, gnutls],
    run: async (context) => {
      const { ports, temp } = context
      const to = (port: number, more: string) =>
        `action(type="omfwd" target="127.0.0.1" port="${port}" ${more})`
      await using rsyslog = await Rsyslog.start(
        join(temp, 'forwarding'),
        undefined,
        `
        if $msg contains "RSYSLOG-1" then ${to(ports.syslog, 'protocol="udp"')}
        if $msg contains "RSYSLOG-2" then ${to(ports.syslogTcp, 'protocol="tcp"')}
        if $msg contains "RSYSLOG-3" then ${to(ports.syslogTcp, 'protocol="tcp" tcp_framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"')}
        if $msg contains "RSYSLOG-4" then ${to(ports.syslogTls, 'protocol="tcp" streamDriver="gtls" streamDriverMode="1" streamDriverAuthMode="anon"')}
        if $msg contains "RSYSLOG-5" then ${to(ports.syslogTls, 'protocol="tcp" tcp_framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format" streamDriver="gtls" streamDriverMode="1" streamDriverAuthMode="anon"')}`,
      )
      const forms = ['UDP', 'TCP', 'TCP, counted', 'TLS', 'TLS, counted']
      const socket = connect(rsyslog.ports.tcp, '127.0.0.1')
      const now = new Date().toString()
      const time = `${now.slice(4, 10)} ${now.slice(16, 24)}`
      for (const index of forms.keys())
        socket.write(`<4>${time} router-${index} kernel: ${netfilter(`RSYSLOG-${index + 1}`, index + 1)}\n`)
      socket.end()
      const found = await rows(context, 'RSYSLOG', forms.length)
      for (const [index, form] of forms.entries()) assertRow(found[index], index + 1, `router-${index}`, form)
    },
  },
  {
    name: 'a file is followed over its rotation: each line is one row',
    needs: [],
    run: async (context) => {
      const file = join(context.temp, 'logs', 'firewall.log')
      const now = new Date().toISOString()
      const lines = (from: number, to: number) =>
        Array.from(
          { length: to - from },
          (_, index) => `${now} gw kernel: ${netfilter('TAILED', from + index)}\n`,
        ).join('')
      await writeFile(file, lines(0, 1_000))
      await rows(context, 'TAILED', 1_000)
      await appendFile(file, lines(1_000, 1_500))
      await rename(file, `${file}.1`)
      await writeFile(file, lines(1_500, 3_000))
      await appendFile(`${file}.1`, 'a line that nobody knows\n')
      const found = await rows(context, 'TAILED', 3_000)
      assert.equal(found.length, 3_000)
      for (const [index, row] of found.entries()) assert.equal(row['destination_port'], index)
      assert.deepEqual([found[0]?.['sender_ip'], found[0]?.['device']], ['::', 'gw'])
    },
  },
  {
    name: 'lines that no parser takes are told once, with one as it was sent',
    needs: [],
    run: async ({ ports, query, waitFor }) => {
      const socket = createSocket('udp4')
      await new Promise<void>((resolve) => socket.bind(0, '127.0.0.9', resolve))
      for (let line = 0; line < 300; line++)
        await new Promise((resolve) =>
          socket.send(`\u001b[2Jwhat | is \0 this ${line}`, ports.syslog, '127.0.0.1', resolve),
        )
      socket.close()
      const told = () =>
        query("SELECT sender, fields.sample AS sample FROM events WHERE kind = 'syslog.unparsed'")
      const events = await waitFor(async () => {
        const all = (await told()).filter(({ sender }) => sender === '127.0.0.9')
        return all.length > 0 && all
      })
      assert.match(String(events[0]?.['sample']), /what \| is/)
      // Long enough for a second event, were each line told of.
      await new Promise((resolve) => setTimeout(resolve, 3_000))
      assert.equal((await told()).filter(({ sender }) => sender === '127.0.0.9').length, 1)
    },
  },
]
