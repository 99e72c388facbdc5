import assert from 'node:assert/strict'
import { execFile, execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { appendFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { journalStart, JournalReader } from '../../src/core/journal/reader.ts'
import type { SundewEvent } from '../../src/event/event.ts'
import { addressBytesOf } from '../collectors/watch/listed.ts'
import { NameSetBuilder } from '../../src/match/name-set-builder.ts'
import { CollectorsProcess } from './collectors-process.ts'

const run = promisify(execFile)
type Match = SundewEvent<'intel.match'>

async function matchesOf({ paths }: CollectorsProcess): Promise<Match[]> {
  const reader = new JournalReader(paths.collectorJournal)
  const { entries } = await reader.read(journalStart, 1e9)
  await reader.close()
  return entries.map(({ event }) => event).filter((event) => event.kind === 'intel.match')
}

async function until<T>(ask: () => Promise<T | undefined> | T | undefined, seconds = 10): Promise<T> {
  const deadline = Date.now() + seconds * 1_000
  for (;;) {
    const found = await ask()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sundew-watch-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

/** Gives the process a set: `bad.example` and all below, from a pulse. */
async function list(collectors: CollectorsProcess, version = 1): Promise<void> {
  const builder = new NameSetBuilder()
  const label = builder.label(builder.source('otx'), 'Pulse 7', 'https://otx.example/pulse/7', 'block', 80)
  builder.add('domain', 'bad.example', label)
  const path = join(collectors.paths.intel, `set-${version}.bin`)
  const names = join(collectors.paths.intel, `names-${version}.bin`)
  await writeFile(path, addressBytesOf('203.0.113.7'))
  await writeFile(names, builder.toBytes())
  collectors.send({
    type: 'relay',
    to: 'collectors',
    body: { type: 'set', path, names, version, entries: 2 },
  })
  await until(() => collectors.statuses.at(-1)?.set.version === version || undefined)
}

const query = (client: string, name: string) =>
  `25-Nov-2026 19:49:48.159 client ${client}#5353 (${name}): query: ${name} IN A + (10.0.0.1)\n`

const noFlows = { enabled: false }

describe('the collectors watch logs', () => {
  test('a line is an event within a second, in a folder that came later, confined', async (t) => {
    const at = await folder(t)
    const path = join(at, 'named', 'query.log')
    await using collectors = await CollectorsProcess.start(noFlows, {
      collectors: { tail: [{ path: join(at, 'named', '*.log') }] },
    })
    await list(collectors)
    await mkdir(join(at, 'named'))
    await writeFile(path, 'nothing\n')
    await until(() => collectors.statuses.at(-1)?.watch?.logs[0]?.lines)
    const began = Date.now()
    await appendFile(path, query('10.0.0.7', 'www.bad.example'))
    const [match] = await until(async () => {
      const matches = await matchesOf(collectors)
      return matches.length > 0 ? matches : undefined
    })
    assert.ok(Date.now() - began < 1_000, `${Date.now() - began} ms`)
    assert.equal(match!.source_ip, '10.0.0.7')
    assert.equal(match!.service, 'tail')
    const { observed, titles, links, log, severity } = match!.fields
    assert.deepEqual(
      { observed, titles, links, log, severity },
      {
        observed: 'www.bad.example',
        titles: ['Pulse 7'],
        links: ['https://otx.example/pulse/7'],
        log: path,
        severity: 'high',
      },
    )
    const format = await until(() => collectors.statuses.at(-1)?.watch?.logs[0]?.format || undefined)
    assert.equal(format, 'bind')
  })

  test('killed at any moment and started again, it misses no hit, and tells none from before', async (t) => {
    const at = await folder(t)
    const path = join(at, 'query.log')
    await writeFile(path, query('10.9.9.9', 'bad.example'))
    await using collectors = await CollectorsProcess.start(noFlows, { collectors: { tail: [{ path }] } })
    await list(collectors)
    for (let round = 0; round < 3; round++) {
      await appendFile(path, query(`10.0.${round}.1`, 'bad.example'))
      await new Promise((resolve) => setTimeout(resolve, 150 + round * 700))
      await collectors.kill()
      // Rotated while nobody reads.
      await appendFile(path, query(`10.0.${round}.2`, 'bad.example'))
      await rename(path, `${path}.${round}`)
      await writeFile(path, query(`10.0.${round}.3`, 'bad.example'))
      await collectors.up()
      await list(collectors, round + 2)
    }
    const expected = [0, 1, 2].flatMap((round) => [1, 2, 3].map((host) => `10.0.${round}.${host}`))
    const told = await until(async () => {
      const sources = new Set((await matchesOf(collectors)).map(({ source_ip }) => source_ip))
      return expected.every((source) => sources.has(source)) ? sources : undefined
    })
    assert.deepEqual([...told].toSorted(), expected)
  })
})

/** Runs a name server until the test is over. */
function serve(t: TestContext, program: string, args: readonly string[]): void {
  const child = spawn(program, args, { stdio: 'ignore' })
  t.after(async () => {
    child.kill()
    if (child.exitCode === null) await once(child, 'exit')
  })
}

const installed = (program: string) => {
  try {
    execFileSync('which', [program])
    return true
  } catch {
    return false
  }
}

describe('real BIND', { skip: !installed('named') }, () => {
  test('its query log, its RPZ log and its dnstap are one alert, with what BIND did', async (t) => {
    const at = await folder(t)
    // BIND's own user may be another one.
    await run('chmod', ['777', at])
    const socket = join(at, 'dnstap.sock')
    await using collectors = await CollectorsProcess.start(noFlows, {
      collectors: {
        tail: [{ path: join(at, '*.log') }],
        dnstap: { socket, mode: '666' },
      },
    })
    assert.deepEqual(collectors.notices, [])
    await list(collectors)
    const port = 20_000 + Math.floor(Math.random() * 20_000)
    await writeFile(join(at, 'rpz.db'), zone('bad.example CNAME .\n*.bad.example CNAME .\n'))
    await writeFile(join(at, 'root.db'), zone('localhost. A 127.0.0.1\nfine.example. A 203.0.113.7\n'))
    await writeFile(
      join(at, 'named.conf'),
      `options { directory "${at}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; pid-file "${at}/pid";
  session-keyfile "${at}/key"; recursion yes; dnssec-validation no; querylog yes; response-policy { zone "rpz.local"; };
  dnstap { client; }; dnstap-output unix "${socket}"; };
controls { };
logging { channel q { file "${at}/query.log"; print-time yes; severity info; }; channel r { file "${at}/rpz.log"; print-time yes; print-category yes; severity info; };
  category queries { q; }; category rpz { r; }; };
zone "rpz.local" { type primary; file "rpz.db"; };
zone "." { type primary; file "root.db"; };
`,
    )
    serve(t, 'named', ['-c', join(at, 'named.conf'), '-f', '-n', '1'])
    await until(async () => ((await ask(port, 'up.example')) ? true : undefined))
    const rcode = await ask(port, 'www.bad.example')
    assert.equal(rcode, 3)
    const match = await until(async () =>
      (await matchesOf(collectors)).find(({ fields }) => fields.matched === 'name'),
    )
    assert.equal(match.source_ip, '127.0.0.1')
    assert.equal(match.fields.indicator, 'bad.example')
    assert.equal(match.fields.blocked, 'nxdomain')
    assert.equal(match.fields.severity, 'medium')
    assert.deepEqual(match.fields.links, ['https://otx.example/pulse/7'])
    // Only dnstap tells answers; BIND gathers its frames for some seconds.
    assert.equal(await ask(port, 'fine.example'), 0)
    const address = await until(
      async () => (await matchesOf(collectors)).find(({ fields }) => fields.matched === 'address'),
      20,
    )
    assert.equal(address.service, 'dnstap')
    assert.equal(address.fields.log, socket)
    assert.equal(address.fields.matched_ip, '203.0.113.7')
    const names = (await matchesOf(collectors)).filter(({ fields }) => fields.matched === 'name')
    assert.equal(names.length, 1)
    const dnstap = (await until(() => collectors.statuses.at(-1)?.watch?.dnstap))!
    assert.equal(dnstap.malformed, 0)
    assert.ok(dnstap.told >= 4)
    assert.match(await readFile(join(at, 'rpz.log'), 'utf8'), /rpz QNAME NXDOMAIN rewrite www\.bad\.example/)
  })
})

describe('real Unbound', { skip: !installed('unbound') }, () => {
  test('its log with rpz-log, and its dnstap by the handshake of both sides, are one alert', async (t) => {
    const at = await folder(t)
    await run('chmod', ['777', at])
    const socket = join(at, 'dnstap.sock')
    const path = join(at, 'unbound.log')
    await using collectors = await CollectorsProcess.start(noFlows, {
      collectors: { tail: [{ path }], dnstap: { socket, mode: '666' } },
    })
    await list(collectors)
    const port = 20_000 + Math.floor(Math.random() * 20_000)
    await writeFile(
      join(at, 'rpz.zone'),
      `$ORIGIN rpz.local.\n${zone('bad.example CNAME .\n*.bad.example CNAME .\n')}`,
    )
    await writeFile(
      join(at, 'unbound.conf'),
      `server:
 interface: 127.0.0.1@${port}
 username: ""
 chroot: ""
 directory: "${at}"
 pidfile: "${at}/pid"
 do-daemonize: no
 use-syslog: no
 logfile: "${path}"
 log-queries: yes
 module-config: "respip validator iterator"
 local-data: "fine.example. A 203.0.113.7"
remote-control:
 control-enable: no
dnstap:
 dnstap-enable: yes
 dnstap-bidirectional: yes
 dnstap-socket-path: "${socket}"
 dnstap-log-client-query-messages: yes
 dnstap-log-client-response-messages: yes
rpz:
 name: rpz.local
 zonefile: "${at}/rpz.zone"
 rpz-log: yes
`,
    )
    serve(t, 'unbound', ['-d', '-c', join(at, 'unbound.conf')])
    await until(async () => ((await ask(port, 'fine.example')) === 0 ? true : undefined))
    assert.equal(await ask(port, 'www.bad.example'), 3)
    const match = await until(async () =>
      (await matchesOf(collectors)).find(({ fields }) => fields.matched === 'name'),
    )
    assert.equal(match.fields.blocked, 'nxdomain')
    assert.equal(match.fields.severity, 'medium')
    const address = await until(
      async () => (await matchesOf(collectors)).find(({ fields }) => fields.matched === 'address'),
      20,
    )
    assert.equal(address.fields.log, socket)
    assert.equal(address.source_ip, '127.0.0.1')
    const dnstap = (await until(() => collectors.statuses.at(-1)?.watch?.dnstap))!
    assert.deepEqual([dnstap.malformed, dnstap.refused], [0, 0])
  })
})

describe('real dnsmasq', { skip: !installed('dnsmasq') }, () => {
  test('a name that its configuration blocks is one alert, and said to be blocked', async (t) => {
    const at = await folder(t)
    const path = join(at, 'dnsmasq.log')
    await using collectors = await CollectorsProcess.start(noFlows, { collectors: { tail: [{ path }] } })
    await list(collectors)
    const port = 20_000 + Math.floor(Math.random() * 20_000)
    serve(t, 'dnsmasq', [
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--no-resolv',
      '--no-hosts',
      '--bind-interfaces',
      '--listen-address=127.0.0.1',
      `--port=${port}`,
      `--pid-file=${join(at, 'pid')}`,
      '--log-queries',
      `--log-facility=${path}`,
      '--address=/bad.example/',
      '--address=/fine.example/203.0.113.7',
      ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    ])
    await until(async () => ((await ask(port, 'fine.example')) === 0 ? true : undefined))
    assert.equal(await ask(port, 'www.bad.example'), 3)
    const match = await until(async () =>
      (await matchesOf(collectors)).find(({ fields }) => fields.matched === 'name'),
    )
    assert.equal(match.source_ip, '127.0.0.1')
    assert.equal(match.fields.blocked, 'nxdomain')
    assert.equal(match.fields.severity, 'medium')
  })
})

const zone = (records: string) =>
  `$TTL 60\n@ SOA localhost. root.localhost. 1 3600 600 86400 60\n@ NS localhost.\n${records}`

/** Asks for an address; the response code, or undefined where nobody answers. */
function ask(port: number, name: string): Promise<number | undefined> {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)])
  const message = Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1])
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    const end = (rcode: number | undefined) => {
      clearTimeout(timer)
      socket.close()
      resolve(rcode)
    }
    const timer = setTimeout(() => end(undefined), 300)
    socket.on('message', (answer) => end(answer[3]! & 15))
    socket.on('error', () => {})
    socket.send(message, port, '127.0.0.1')
  })
}
