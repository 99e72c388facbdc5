import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sshPersonas } from '../../packages/sundew/src/wire/ssh/personas.ts'
import type { E2eCheck, E2eContext, Need } from '../check.ts'
import { sshdNeeds, startSshd } from './sshd.ts'

const password = 's3cr3t-Sundew'
const users = [
  'root',
  'inside',
  'openssh',
  'exchanges',
  'ciphers',
  'macs',
  'plink',
  'dbclient',
  'hydra',
  'sshpass',
  'paramiko',
]

/** Who is let in: each client has a name of its own, by which its login is found again. */
export const accounts = users.map((user) => ({ user, password }))

/** Whoever the differential gets in as. */
export const insider = { user: 'inside', password }

/** How long a client may take, milliseconds. */
const clientMs = 60_000
const programMs = 110_000

const { lists } = sshPersonas['openssh-9.2p1-debian-12']
const sshNeeds: readonly Need[] = [
  { command: 'ssh', package: 'openssh-client' },
  { command: 'sshpass', package: 'sshpass' },
]

/** The checks of real clients; those that passed are told as `clients`. */
export const clientChecks: readonly E2eCheck[] = [
  client('OpenSSH logs in with its defaults', sshNeeds, async (context) => {
    const said = await openSsh(context, 'openssh')
    assert.match(said, /Authenticated to 127\.0\.0\.1 .* using "password"/)
    // UpdateHostKeys: it asks for proof of the keys it has not seen, and learns them.
    assert.doesNotMatch(said, /failed to verify|signature verification failed|Server.*bad/i)
    await loginOf(context, 'openssh', /^SSH-2\.0-OpenSSH/)
  }),
  each(
    'exchanges',
    'KexAlgorithms',
    'method of key exchange',
    lists.kex.filter((name) => !name.includes('strict') && name !== 'sntrup761x25519-sha512'),
  ),
  each('ciphers', 'Ciphers', 'cipher', lists.cipherToServer),
  each('macs', 'MACs', 'MAC', lists.macToServer),
  client('sshpass brings OpenSSH in', sshNeeds, async (context) => {
    await openSsh(context, 'sshpass', '-oPreferredAuthentications=password')
    await loginOf(context, 'sshpass', /^SSH-2\.0-OpenSSH/)
  }),
  client('plink logs in', [{ command: 'plink', package: 'putty-tools' }], async (context) => {
    const common = ['-ssh', '-P', String(context.ports.ssh), '-batch', '-pw', password]
    const first = await tell('plink', [...common, 'plink@127.0.0.1', 'true'])
    const key = /SHA256:[\w+/=]+/.exec(first)?.[0]
    assert(key, `plink says no host key: ${first}`)
    await tell('plink', [...common, '-hostkey', key, 'plink@127.0.0.1', 'true'])
    await loginOf(context, 'plink', /^SSH-2\.0-PuTTY/)
  }),
  client('dbclient logs in', [{ command: 'dbclient', package: 'dropbear-bin' }], async (context) => {
    const args = ['-y', '-y', '-p', String(context.ports.ssh), 'dbclient@127.0.0.1', 'true']
    await tell('dbclient', args, { DROPBEAR_PASSWORD: password })
    await loginOf(context, 'dbclient', /^SSH-2\.0-dropbear/)
  }),
  client(
    'hydra finds the one password that lets it in',
    [{ command: 'hydra', package: 'hydra' }],
    async (context) => {
      const words = join(context.temp, 'words')
      await writeFile(words, ['123456', 'root', 'admin', password, 'toor', 'raspberry', ''].join('\n'))
      const args = ['-l', 'hydra', '-P', words, '-t', '3', '-f', '-I', '-s', String(context.ports.ssh)]
      const said = await tell('hydra', [...args, '127.0.0.1', 'ssh'])
      assert.match(said, new RegExp(`login: hydra\\s+password: ${password}`), said)
      await loginOf(context, 'hydra', /libssh/)
    },
  ),
  client('paramiko logs in, changes keys and goes on', paramikoNeeds(), async (context) => {
    const file = join(context.temp, 'login.py')
    await writeFile(file, paramikoProgram)
    const said = await tell('/usr/bin/python3', [file, String(context.ports.ssh), 'paramiko', password])
    assert.match(said, /^authenticated True after 2 more exchanges$/m, said)
    await loginOf(context, 'paramiko', /^SSH-2\.0-paramiko/)
  }),
  client(
    'nmap hears the same from both',
    [...sshdNeeds, { command: 'nmap', package: 'nmap' }],
    async ({ ports }) => {
      await using real = await startSshd()
      const ask = async (port: number) => {
        const scripts = ['-sV', '--script', 'ssh2-enum-algos,ssh-hostkey,ssh-auth-methods,sshv1']
        return nmapText(await tell('nmap', ['-n', '-Pn', '-sT', ...scripts, '-p', String(port), '127.0.0.1']))
      }
      const theirs = await ask(real.port)
      assert.match(theirs, /OpenSSH 9\.2p1 Debian/)
      assert.match(theirs, /kex_algorithms/)
      // Of a busy machine nmap leaves out what did not answer in its time: what differs is asked once more.
      const ours = await ask(ports.ssh)
      if (ours !== theirs) assert.equal(await ask(ports.ssh), await ask(real.port))
    },
  ),
  client(
    'ssh-audit hears the same from both',
    [...sshdNeeds, { command: 'ssh-audit', package: 'ssh-audit' }],
    async ({ ports }) => {
      await using real = await startSshd()
      const ask = async (port: number) =>
        (await tell('/usr/bin/ssh-audit', ['-n', '-p', String(port), '127.0.0.1']))
          .replaceAll(/SHA256:[\w+/=]+/g, 'SHA256:…')
          .replaceAll(String(port), 'PORT')
      const theirs = await ask(real.port)
      assert.match(theirs, /\(kex\) sntrup761x25519-sha512/)
      assert.equal(await ask(ports.ssh), theirs)
    },
  ),
]

function client(name: string, needs: readonly Need[], use: (context: E2eContext) => Promise<void>): E2eCheck {
  return {
    name,
    needs,
    async run(context) {
      await use(context)
      passed.push(name)
      context.figure('clients', passed)
    },
  }
}

const passed: string[] = []

/** OpenSSH with each name of a list alone. */
function each(user: string, option: string, what: string, names: readonly string[]): E2eCheck {
  return client(`OpenSSH logs in by every ${what}: ${names.length}`, sshNeeds, async (context) => {
    for (const name of names) {
      // A MAC is only asked for beside a cipher that has none of its own.
      const cipher = option === 'MACs' ? ['-oCiphers=aes256-ctr'] : []
      const said = await openSsh(context, user, `-o${option}=${name}`, ...cipher)
      assert.match(said, /Authenticated to 127\.0\.0\.1/, `${name}:\n${said}`)
    }
    await loginOf(context, user, /^SSH-2\.0-OpenSSH/)
  })
}

async function openSsh({ ports, temp }: E2eContext, user: string, ...options: string[]): Promise<string> {
  const known = join(temp, `known_hosts_${user}`)
  const args = [
    '-e',
    'ssh',
    '-v',
    '-F',
    'none',
    '-oStrictHostKeyChecking=accept-new',
    `-oUserKnownHostsFile=${known}`,
    '-oGlobalKnownHostsFile=/dev/null',
    '-oUpdateHostKeys=yes',
    '-oPubkeyAuthentication=no',
    ...options,
    '-p',
    String(ports.ssh),
    `${user}@127.0.0.1`,
    'true',
  ]
  return tell('sshpass', args, { SSHPASS: password })
}

/** What a program prints, whatever it exits with: that is up to the shell on the other side. */
function tell(command: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const timeout = command === 'hydra' || command === 'nmap' ? programMs : clientMs
    const child = execFile(
      command,
      args,
      { timeout, env: { ...process.env, ...variables }, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error?.killed) reject(new Error(`${command} took longer than ${timeout} ms:\n${stdout}${stderr}`))
        else if (typeof error?.code === 'string') reject(error)
        else resolve(stdout + stderr)
      },
    )
    child.stdin?.end()
  })
}

/** Waits for the accepted login of a name, and says whose software it was. */
async function loginOf({ query, waitFor }: E2eContext, user: string, software: RegExp): Promise<void> {
  const rows = await waitFor(async () => {
    const found = await query(
      `SELECT toString(f.fields.software) AS software, l.password AS password FROM events AS l JOIN events AS f ON f.session = l.session WHERE l.kind = 'login.attempt' AND f.kind = 'client.fingerprint' AND l.user_name = '${user}' AND toString(l.fields.accepted) = 'true'`,
    )
    return found.length > 0 && found
  })
  for (const row of rows) {
    assert.equal(row['password'], password)
    assert.match(String(row['software']), software)
  }
}

/** Without what is a host's or a moment's own. */
function nmapText(said: string): string {
  const text = said
    .split('\n')
    .filter((line) => /^(?:\||\d+\/tcp)/.test(line))
    .map((line) =>
      line
        .replace(/^\|_/, '| ')
        .replace(/^\d+\/tcp/, 'PORT/tcp')
        .replace(/\b[0-9a-f]{32}\b/, '…'),
    )
    .join('\n')
  // Scripts are told in the order in which they were through.
  return text
    .split(/^(?=\| \S)/m)
    .map((block) => block.trim())
    .toSorted()
    .join('\n')
}

function paramikoNeeds(): readonly Need[] {
  return [{ command: '/usr/lib/python3/dist-packages/paramiko/__init__.py', package: 'python3-paramiko' }]
}

const paramikoProgram = `
import sys, paramiko
port, user, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]
client = paramiko.SSHClient()
client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
client.connect('127.0.0.1', port, user, password, allow_agent=False, look_for_keys=False)
transport = client.get_transport()
for turn in range(2):
    transport.renegotiate_keys()
channel = transport.open_session(timeout=10)
channel.close()
print('authenticated', transport.is_authenticated(), 'after 2 more exchanges')
client.close()
`
