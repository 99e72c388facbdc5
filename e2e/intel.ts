import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { appendFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { SourceAnswer, WhyAnswer } from '../packages/sundew/src/intel/answers.ts'
import type { Published } from '../packages/sundew/src/hub/intel/publishing-contract.ts'
import { freePort } from './alerts/rsyslog.ts'
import type { E2eCheck, E2eContext, Need } from './check.ts'
import { sundewBin } from './instance.ts'
import { allowed, leaksIn } from './intel/leaks.ts'
import { Named } from './intel/named.ts'
import { otxKey, OtxServer } from './intel/otx-server.ts'

const run = promisify(execFile)

const feedPort = await freePort()
const policyPort = await freePort()
const realPort = await freePort()

const named: Need = { command: 'named', package: 'bind9' }
const dig: Need = { command: 'dig', package: 'bind9-dnsutils' }
const checkzone: Need = { command: 'named-checkzone', package: 'bind9-utils' }

/** Every target, each to a folder or file of its own name. */
const targets = [
  'bind-rpz',
  'unbound',
  'dnsmasq',
  'hosts',
  'pihole',
  'adguard',
  'nftables',
  'ipset',
  'pf',
  'mikrotik',
  'plain',
  'silk',
  'zeek',
  'suricata',
  'cdb',
  'postfix',
  'hashes',
  'misp',
  'stix',
  'csv',
  'json-lines',
] as const

/** Settings of this suite's Sundew: real pulses and a list beside them, what the owner allows, every target, the name server's log. */
export const config = async (temp: string) => {
  const otx = await OtxServer.start(feedPort)
  otx.list = listed
  return {
    outputs: { alert_file: { enabled: true, kinds: ['intel.match'], per_minute: 0 } },
    collectors: { tail: [{ path: join(temp, 'policy', 'rpz.log'), from: 'beginning' }] },
    networks: ['127.0.0.0/8'],
    intel: {
      // The addresses of documentation are what this suite lists.
      core: { bogons: false },
      feeds: [
        { type: 'otx', url: `http://127.0.0.1:${feedPort}`, key: otxKey },
        { type: 'plain', name: 'list', url: `http://127.0.0.1:${feedPort}/list.txt` },
      ],
      allow: [...allowed.names, ...allowed.addresses].map((value) => ({ value, reason: 'it is ours' })),
      doubt: { pulses: 'block', block_from: 20 },
      publish: targets.map((target) => ({
        target,
        path: join(temp, 'published', target),
        every_seconds: 0,
        guard: false,
      })),
    },
  }
}

/** What the list beside the pulses says: prefixes around what is allowed, a parent of an allowed name. */
const listed = [
  '198.51.100.0/24',
  '2001:db8:bad::/48',
  '203.0.113.7',
  'bad.example.net',
  'worse.example.org',
  'http://bad.example.net/x.php',
]

let folder = ''

/** What the command prints, also where it ends with 1: it found something then, and says what. */
async function sundew(dataDir: string, ...args: string[]): Promise<string> {
  try {
    const options = { maxBuffer: 1 << 26 }
    return (await run(process.execPath, [sundewBin, ...args, '--data', dataDir], options)).stdout
  } catch (error) {
    const { code, stdout } = error as { code?: number; stdout?: string }
    if (code === 1 && stdout) return stdout
    throw error
  }
}

/** Files below a folder, by their path in it. */
async function filesIn(path: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const name of await readdir(path, { recursive: true })) {
    const file = join(path, name)
    if ((await stat(file)).isFile()) files.set(name, await readFile(file, 'utf8'))
  }
  return files
}

/** What is said where a tool may not look here: no namespace of its own, or a kernel without what it asks. */
const unable =
  /unshare: |Operation not permitted|Cannot open session to kernel|Kernel support protocol|set type not supported|Protocol not supported/

/** Asks a target's own tool about what was published for it. False where it cannot look here. */
async function ask(command: string, args: readonly string[]): Promise<boolean> {
  try {
    await run(command, args, { timeout: 60_000 })
    return true
  } catch (error) {
    const { stderr = '', stdout = '' } = error as { stderr?: string; stdout?: string }
    if (command === 'unshare' && unable.test(stderr)) return false
    assert.fail(`${command} ${args.join(' ')}: ${stderr}${stdout}`)
  }
}

/** Targets whose tool is here and may not look: told, not passed over. */
const notAsked: string[] = []

const tools: readonly {
  readonly target: string
  readonly need: Need
  readonly ask: (path: string) => Promise<boolean>
}[] = [
  {
    target: 'unbound',
    need: { command: 'unbound-checkconf', package: 'unbound' },
    ask: async (path) => {
      const conf = join(folder, 'unbound.conf')
      await appendFile(
        conf,
        `server:\n  directory: "${folder}"\n  chroot: ""\n  username: ""\n  use-syslog: no\ninclude: "${join(path, 'unbound.conf')}"\n`,
      )
      return ask('unbound-checkconf', [conf])
    },
  },
  {
    target: 'dnsmasq',
    need: { command: 'dnsmasq', package: 'dnsmasq-base' },
    ask: (path) => ask('dnsmasq', ['--test', `--conf-file=${path}`]),
  },
  {
    target: 'nftables',
    need: { command: 'nft', package: 'nftables' },
    ask: (path) => ask('unshare', ['-rn', 'nft', '-c', '-f', path]),
  },
  {
    target: 'ipset',
    need: { command: 'ipset', package: 'ipset' },
    ask: (path) => ask('unshare', ['-rn', 'ipset', 'restore', '-file', path]),
  },
  {
    target: 'postfix',
    need: { command: 'postmap', package: 'postfix' },
    ask: async (path) => {
      for (const name of (await readdir(path)).filter(
        (one) => !one.includes('cidr') && !one.endsWith('.db') && !one.endsWith('.previous'),
      ))
        await ask('postmap', [`hash:${join(path, name)}`])
      return true
    },
  },
]

export const checks: readonly E2eCheck[] = [
  {
    name: 'pulses of OTX and a list are pulled, judged and published for every target',
    needs: [checkzone],
    run: async (context) => {
      const { dataDir, temp, figure, waitFor } = context
      folder = temp
      await waitFor(async () => {
        const sources = JSON.parse(await sundew(dataDir, 'intel', 'sources', '--json')) as SourceAnswer[]
        return (
          sources.filter(({ name, in_force }) => ['otx', 'list'].includes(name) && in_force > 0).length === 2
        )
      }, 60_000)
      const published = JSON.parse(await sundew(dataDir, 'intel', 'publish', '--json')) as Published[]
      const states = Object.fromEntries(
        published.map(({ target, outcome, trouble }) => [
          target,
          outcome === 'written' || outcome === 'unchanged' ? 'ok' : `${outcome}: ${trouble}`,
        ]),
      )
      assert.deepEqual(Object.keys(states).toSorted(), [...targets].toSorted())
      assert.deepEqual(
        Object.values(states).filter((state) => state !== 'ok'),
        [],
      )
      for (const { target, entries } of published) assert.ok(entries > 0, `${target} has no entries`)
      figure('targets', states)
    },
  },
  {
    name: 'nothing that is allowed is in any output',
    needs: [],
    run: async ({ temp, figure }) => {
      const files = await filesIn(join(temp, 'published'))
      assert.ok(files.size > targets.length)
      const found = leaksIn(files)
      figure('leaks', found.length)
      assert.deepEqual(found, [])
    },
  },
  ...tools.map(({ target, need, ask }): E2eCheck => ({
    name: `${need.command} takes what is published for ${target}`,
    needs: [need],
    run: async ({ temp, figure }) => {
      if (await ask(join(temp, 'published', target))) return
      notAsked.push(target)
      figure('notAsked', notAsked)
    },
  })),
  {
    name: 'real BIND answers NXDOMAIN for a listed name and the real answer for an allowed one; its log gives an alert with the pulse’s link',
    needs: [named, dig],
    run: policyCheck,
  },
]

async function policyCheck({ temp, dataDir, waitFor, figure }: E2eContext): Promise<void> {
  const zones = join(temp, 'published', 'bind-rpz')
  await using real = await Named.start({
    folder: join(temp, 'real'),
    port: realPort,
    options: 'recursion no;',
    statements: await realZones(join(temp, 'real')),
  })
  await using policy = await Named.start({
    folder: join(temp, 'policy'),
    port: policyPort,
    options: `recursion yes; include "${join(zones, 'policy.conf')}";`,
    statements: `include "${join(zones, 'zones.conf')}";
zone "top" { type forward; forward only; forwarders { 127.0.0.1 port ${real.port}; }; };
zone "example.org" { type forward; forward only; forwarders { 127.0.0.1 port ${real.port}; }; };`,
    logging: `channel rpz { file "${join(temp, 'policy', 'rpz.log')}"; severity info; print-time yes; print-category yes; print-severity yes; }; category rpz { rpz; };`,
  })
  const began = Date.now()
  assert.equal((await policy.ask('tibettimes.top')).status, 'NXDOMAIN')
  assert.equal((await policy.ask('www.deep.tibettimes.top')).status, 'NXDOMAIN')
  // A host name is listed alone.
  assert.deepEqual(await policy.ask('below.www.whitewall.top'), {
    status: 'NOERROR',
    addresses: ['192.0.2.80'],
  })
  for (const name of ['freetibet.top', 'good.worse.example.org'])
    assert.deepEqual(await policy.ask(name), { status: 'NOERROR', addresses: ['192.0.2.80'] }, name)
  assert.equal((await policy.ask('worse.example.org')).status, 'NXDOMAIN')

  const line = await waitFor(async () =>
    (await readFile(join(dataDir, 'outputs', 'alerts.log'), 'utf8'))
      .split('\n')
      .find((text) => text.includes('tibettimes.top')),
  )
  figure('alertWithinMs', Date.now() - began)
  assert.match(line, /https:\/\/otx\.alienvault\.com\/pulse\/581916f4aa96ef71368c8e47/)
  assert.match(line, /Flying Dragon Eye/)

  const why = await waitFor(async () => {
    const answer = JSON.parse(await sundew(dataDir, 'intel', 'why', 'tibettimes.top', '--json')) as WhyAnswer
    return answer.met.length > 0 && answer
  })
  assert.deepEqual(
    [why.sightings[0]?.indicator.value, why.sightings[0]?.source, why.verdicts[0]?.verdict.action],
    ['tibettimes.top', 'otx', 'block'],
  )
  assert.equal(why.met[0]?.host, '127.0.0.1')
  assert.ok(why.published.some(({ target }) => target === 'bind-rpz'))
}

/** Zones in which every name is 192.0.2.80. */
async function realZones(path: string): Promise<string> {
  await mkdir(path, { recursive: true })
  const zone =
    '$TTL 60\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n@ A 192.0.2.80\n* A 192.0.2.80\n'
  await writeFile(join(path, 'any.zone'), zone)
  return ['top', 'example.org']
    .map((name) => `zone "${name}" { type primary; file "${join(path, 'any.zone')}"; };`)
    .join('\n')
}
