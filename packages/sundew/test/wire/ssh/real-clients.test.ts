import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { ciphers } from '../../../src/wire/ssh/cipher/ciphers.ts'
import { macs } from '../../../src/wire/ssh/cipher/macs.ts'
import { keyExchanges } from '../../../src/wire/ssh/kex/key-exchanges.ts'
import { hostKeyFrom, type HostKey } from '../../../src/wire/ssh/key/host-key.ts'
import { fingerprintOf } from '../../../src/wire/ssh/key/public-key.ts'
import { sshPersonas, type SshPersona } from '../../../src/wire/ssh/personas.ts'
import { password, tinyServer, type Seen } from './tiny-server.ts'

/** The keys of a server, of each type that a persona has. */
const hostKeys: readonly HostKey[] = [
  generateKeyPairSync('rsa', { modulusLength: 2048 }),
  generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  generateKeyPairSync('ed25519'),
].map(({ privateKey }) => hostKeyFrom(privateKey))

const everything: SshPersona = {
  ...sshPersonas['openssh-9.2p1-debian-12'],
  lists: {
    ...sshPersonas['openssh-9.2p1-debian-12'].lists,
    kex: [...keyExchanges.keys(), 'kex-strict-s-v00@openssh.com'],
    hostKey: hostKeys.flatMap(({ algorithms }) => algorithms),
    cipherToServer: [...ciphers.keys()],
    cipherToClient: [...ciphers.keys()],
    macToServer: [...macs.keys()],
    macToClient: [...macs.keys()],
  },
}

const temp = await mkdtemp(join(tmpdir(), 'sundew-ssh-'))
after(() => rm(temp, { recursive: true, force: true }))
/** Says the password to whoever asks. */
const askpass = join(temp, 'askpass')
await writeFile(askpass, `#!/bin/sh\necho '${password}'\n`)
await chmod(askpass, 0o700)

const commonOptions = ['-F', 'none', '-T', '-oStrictHostKeyChecking=no', '-oUserKnownHostsFile=/dev/null']

function ssh(port: number, options: readonly string[], command: string, input = '') {
  const arguments_ = [...commonOptions, ...options, '-p', `${port}`, 'root@127.0.0.1', command]
  return run('ssh', arguments_, input, { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' })
}

describe('the real ssh', { skip: missing('ssh', 'openssh-client') }, () => {
  const cases: readonly [string, string][] = [
    ...[...keyExchanges.keys()].map((name): [string, string] => [name, `-oKexAlgorithms=${name}`]),
    ...[...ciphers.keys()].map((name): [string, string] => [name, `-oCiphers=${name}`]),
    ...everything.lists.hostKey.map((name): [string, string] => [name, `-oHostKeyAlgorithms=${name}`]),
  ]
  for (const [name, option] of cases) {
    test(`logs in and runs a command by ${name}`, async () => {
      await using server = await tinyServer(everything, hostKeys)
      const { output, code } = await ssh(
        server.port,
        [option, '-oPreferredAuthentications=password'],
        'uname',
      )
      assert.equal(code, 7, output)
      assert.match(output, /^hello uname$/m)
      ended(server.seen, name)
    })
  }

  for (const mac of macs.keys()) {
    test(`logs in and runs a command with ${mac}`, async () => {
      await using server = await tinyServer(everything, hostKeys)
      const options = [
        '-oCiphers=aes128-ctr',
        `-oMACs=${mac}`,
        '-oPreferredAuthentications=keyboard-interactive',
      ]
      const { output, code } = await ssh(server.port, options, 'uname')
      assert.equal(code, 7, output)
      ended(server.seen, mac)
    })
  }

  for (const name of ['ed25519', 'ecdsa', 'rsa']) {
    test(`logs in by its own ${name} key`, { skip: missing('ssh-keygen', 'openssh-client') }, async () => {
      const file = join(temp, `id_${name}`)
      const made = await run('ssh-keygen', ['-q', '-t', name, '-N', '', '-f', file], '', {})
      assert.equal(made.code, 0, made.output)
      await using server = await tinyServer(everything, hostKeys)
      const options = ['-i', file, '-oIdentitiesOnly=yes', '-oPreferredAuthentications=publickey']
      const { output, code } = await ssh(server.port, options, 'id')
      assert.equal(code, 7, output)
      assert.deepEqual(server.seen[0]?.attempts, ['none', 'publickey', 'publickey'])
    })
  }

  for (const [name, persona] of Object.entries(sshPersonas)) {
    test(`takes ${name}'s lists, and gets its extensions`, async () => {
      await using server = await tinyServer(persona, hostKeys)
      const { output, code } = await ssh(server.port, ['-v', '-oPreferredAuthentications=password'], 'id')
      assert.equal(code, 7, output)
      assert.match(output, new RegExp(`server-sig-algs=<${persona.extensions[0]![1]}>`))
    })
  }

  for (const [cipher, compression] of [
    ['chacha20-poly1305@openssh.com', 'no'],
    ['aes128-gcm@openssh.com', 'no'],
    ['aes256-ctr', 'yes'],
  ] as const) {
    test(`exchanges keys again while it sends a megabyte by ${cipher}, compression ${compression}`, async () => {
      await using server = await tinyServer(everything, hostKeys)
      const limits = [
        '-oKexAlgorithms=curve25519-sha256',
        '-oRekeyLimit=200K',
        `-oCompression=${compression}`,
      ]
      const options = [`-oCiphers=${cipher}`, '-oPreferredAuthentications=password', ...limits]
      const input = randomBytes(500_000).toString('hex')
      const { output } = await ssh(server.port, options, 'cat', input)
      const seen = server.seen[0]!
      assert.ifError(seen.error)
      assert(seen.agreements.length > 3, `${seen.agreements.length} exchanges`)
      assert.equal(seen.received, input.length)
      assert(output.length >= input.length)
    })
  }
})

describe("PuTTY's plink", { skip: missing('plink', 'putty-tools') }, () => {
  test('logs in and runs a command', async () => {
    await using server = await tinyServer(everything, hostKeys)
    const keys = hostKeys.flatMap(({ blob }) => ['-hostkey', fingerprintOf(blob)])
    const login = ['-pw', password, 'root@127.0.0.1', 'id']
    const options = ['-batch', '-ssh', '-no-antispoof', '-P', `${server.port}`, ...keys, ...login]
    const { output, code } = await run('plink', options, '', { HOME: temp })
    assert.equal(code, 7, output)
    assert.match(output, /hello id/)
    ended(server.seen, '')
  })
})

describe("Dropbear's dbclient", { skip: missing('dbclient', 'dropbear-bin') }, () => {
  for (const [name, persona] of Object.entries(sshPersonas)) {
    test(`logs in to ${name} and runs a command, compressed as it likes best`, async () => {
      await using server = await tinyServer(persona, hostKeys)
      const options = ['-y', '-y', '-T', '-p', `${server.port}`, 'root@127.0.0.1', 'id']
      const environment = { HOME: temp, DROPBEAR_PASSWORD: password }
      const { output, code } = await run('dbclient', options, '', environment)
      assert.equal(code, 7, output)
      assert.match(output, /hello id/)
      assert.equal(server.seen[0]?.agreements[0]?.toClient.compression, 'zlib@openssh.com')
    })
  }
})

/** Nothing went wrong, and what was agreed on names `wanted`. */
function ended([seen]: readonly Seen[], wanted: string): void {
  assert(seen)
  assert.ifError(seen.error)
  assert.equal(seen.commands.length, 1)
  assert(JSON.stringify(seen.agreements).includes(wanted))
}

/** Why a test is not run, or false. In CI a missing client is a failure. */
function missing(command: string, from: string): string | false {
  if (process.env['CI'] === 'true') return false
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.some((folder) => existsSync(join(folder, command)))
    ? false
    : `not run: ${command} (apt-get install ${from})`
}

async function run(
  command: string,
  arguments_: readonly string[],
  input: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly output: string; readonly code: number | null }> {
  const child = spawn(command, arguments_, { env: { ...process.env, ...environment }, timeout: 30_000 })
  let output = ''
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    output += text
    if (input !== '' && output.length > input.length) child.kill()
  })
  child.stderr.setEncoding('latin1').on('data', (text: string) => (output += text))
  child.stdin.on('error', () => {})
  if (input === '') child.stdin.end()
  else child.stdin.write(input)
  const code = await new Promise<number | null>((done) => child.on('close', done))
  return { output, code }
}
