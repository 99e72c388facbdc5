import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { ssh } from '../../../src/decoys/ssh/ssh.ts'
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
  await using host = await startDecoy(ssh)
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
    await using host = await startDecoy(ssh, { persona })
    assert.match((await askPass(host, 'id')).stdout, /not available/)
    assert.deepEqual(host.faults, [])
  })
