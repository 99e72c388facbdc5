import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { ssh } from '../../../src/decoys/ssh/ssh.ts'
import { installer } from '../../../src/machine/session/install.ts'
import { LocalMachines } from '../../../src/machine/session/local-machines.ts'
import { conformance } from '../conformance.ts'
import { startDecoy, type TestHost } from '../host.ts'

conformance(ssh, { openings: ['SSH-2.0-x\r\n'] })

const clients = {
  ssh: [
    '-F',
    'none',
    '-o',
    'StrictHostKeyChecking=no',
    '-o',
    'UserKnownHostsFile=/dev/null',
    '-o',
    'LogLevel=ERROR',
  ],
}

function askPass(
  host: TestHost,
  ...args: string[]
): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const env = { ...process.env, SSH_ASKPASS: '/bin/echo', SSH_ASKPASS_REQUIRE: 'force' }
  const all = [
    ...clients.ssh,
    '-o',
    'PubkeyAuthentication=no',
    '-p',
    String(host.port),
    'root@127.0.0.1',
    ...args,
  ]
  return new Promise((resolve) => {
    const child = execFile('ssh', all, { env, timeout: 20_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    )
    child.stdin?.end('hello through the tunnel\n')
  })
}

const skip = existsSync('/usr/bin/ssh') ? false : 'ssh is not installed'

test('OpenSSH logs in, and its command meets an account without a shell', { skip }, async () => {
  await using host = await startDecoy(ssh, { machine: 'none' })
  assert.deepEqual(await askPass(host, 'uname -a'), {
    code: 1,
    stdout: 'This account is currently not available.\n',
    stderr: '',
  })
  const [login] = await host.fields('login.attempt')
  assert.equal(login?.user_name, 'root')
  assert.equal(login.mechanism, 'password')
  assert.equal(login.accepted, true)
  const [command] = await host.fields('command.run')
  assert.equal(command?.command, 'uname -a')
  const [client] = await host.fields('client.fingerprint')
  assert.match(client!.fingerprint, /^[0-9a-f]{32}$/)
  assert.match(client!.software!, /^SSH-2\.0-OpenSSH/)
})

test('OpenSSH is refused as often as it asks, and each password is kept', { skip }, async () => {
  await using host = await startDecoy(ssh, { auth: { policy: 'refuse', failure_delay_ms: 1 } })
  const { code, stderr } = await askPass(host, '-o', 'NumberOfPasswordPrompts=3', 'true')
  assert.equal(code, 255)
  assert.match(stderr, /Permission denied \(publickey,password\)/)
  assert.ok((await host.fields('login.attempt')).length >= 1)
  assert.deepEqual(host.faults, [])
})

for (const persona of ['openssh-8.4p1-debian-11', 'dropbear-2022.83'])
  test(`OpenSSH gets along with ${persona}`, { skip }, async () => {
    await using host = await startDecoy(ssh, { persona, machine: 'none' })
    assert.match((await askPass(host, 'id')).stdout, /not available/)
    assert.deepEqual(host.faults, [])
  })

test('without a machine to be had, a shell is refused as where fork failed', { skip }, async () => {
  await using host = await startDecoy(ssh)
  const { code, stdout, stderr } = await askPass(host, 'id')
  assert.deepEqual({ code, stdout }, { code: 255, stdout: '' })
  assert.match(stderr, /exec request failed on channel 0/)
  const [command] = await host.fields('command.run')
  assert.equal(command?.command, 'id', 'it is recorded all the same')
  assert.deepEqual(host.faults, [])
})

test('a command runs on a machine: its words, its status, and what it made', { skip }, async () => {
  const machines = new LocalMachines({
    keptMs: 60_000,
    totalBytes: 1e8,
    install: installer({ secret: 'secret', sourceBytes: 1e7 }),
    fault: (error) => {
      throw error
    },
  })
  await using host = await startDecoy(ssh, {}, { machines, hostname: 'web1.example.net' })
  assert.deepEqual(await askPass(host, 'cat > /tmp/x; cat /etc/hostname; echo no >&2; exit 5'), {
    code: 5,
    stdout: 'web1\n',
    stderr: 'no\n',
  })
  const [file] = await host.fields('file.captured')
  assert.equal(file?.file_name, '/tmp/x')
  assert.equal(file.size_bytes, 'hello through the tunnel\n'.length)
  assert.equal((await askPass(host, 'cat /tmp/x')).stdout, 'hello through the tunnel\n', 'it is there again')
  assert.equal((await askPass(host, 'kill -TERM $$')).code, 255)
  assert.deepEqual(host.faults, [])
})
