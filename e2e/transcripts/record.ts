/**
 * Records what a real mail server answers to each scenario, into testdata/smtp/. Needs root and Debian 12.
 *
 *     node e2e/transcripts/record.ts postfix --sasl /tmp/sasl     # sasl2-bin unpacked there with dpkg -x
 *     node e2e/transcripts/record.ts exim --root /tmp/exim        # exim4-daemon-light, exim4-base and libidn12 likewise
 *
 * Everything runs on loopback, from a temporary folder; Postfix discards the mail, Exim never runs its queue.
 */
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { startExim } from './exim.ts'
import { startPostfix } from './postfix.ts'
import { scenarios } from './scenarios.ts'
import { play } from './transcript.ts'

const run = promisify(execFile)
const hostname = 'mx.example.net'
const target = (name: string): string => join(import.meta.dirname, '../../testdata/smtp', name)

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { root: { type: 'string' }, sasl: { type: 'string' } },
})
const folder = await mkdtemp(join(tmpdir(), 'sundew-record-'))
await chmod(folder, 0o755)
const port = await freePort()
await run(
  'openssl',
  `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=${hostname} -keyout ${folder}/key.pem -out ${folder}/cert.pem`.split(
    ' ',
  ),
)
await run('chmod', ['a+r', join(folder, 'key.pem')])

if (positionals[0] === 'postfix') await recordPostfix(values.sasl)
else if (positionals[0] === 'exim' && values.root !== undefined) await recordExim(values.root)
else throw new Error('usage: record.ts postfix --sasl FOLDER | exim --root FOLDER')

async function recordPostfix(sasl: string | undefined): Promise<void> {
  if (sasl === undefined) throw new Error('--sasl names the folder where sasl2-bin was unpacked (dpkg -x)')
  const database = join(folder, 'sasldb2')
  execFileSync(join(sasl, 'usr/sbin/saslpasswd2'), ['-p', '-c', '-f', database, '-u', hostname, 'user'], {
    input: 'secret',
  })
  await run('chmod', ['a+r', database])
  // Debian's Postfix looks for SASL settings there.
  await mkdir(join(folder, 'config/sasl'), { recursive: true })
  await writeFile(
    join(folder, 'config/sasl/smtpd.conf'),
    `pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: ${database}\nmech_list: PLAIN LOGIN CRAM-MD5\n`,
  )
  const server = await startPostfix({
    folder,
    port,
    hostname,
    main: [
      'smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)',
      'default_transport = discard',
      'relay_transport = discard',
      'local_transport = discard',
      'local_recipient_maps =',
      'smtpd_relay_restrictions = permit_mynetworks reject',
      'smtpd_sasl_auth_enable = yes',
      'smtpd_tls_security_level = may',
      `smtpd_tls_cert_file = ${folder}/cert.pem`,
      `smtpd_tls_key_file = ${folder}/key.pem`,
      'smtpd_client_connection_rate_limit = 0',
      // So that recording does not take minutes; docs/smtp.md says what the real time is.
      'smtpd_error_sleep_time = 0',
    ],
  })
  try {
    await record('postfix-3.7.11.json', 'Postfix 3.7.11-0+deb12u1')
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function recordExim(root: string): Promise<void> {
  const server = await startExim({ root, folder, port, hostname })
  try {
    await record('exim-4.96.json', 'Exim 4.96-15+deb12u10')
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function record(file: string, software: string): Promise<void> {
  const transcripts = []
  for (const scenario of scenarios) transcripts.push(await play(port, scenario))
  await writeFile(target(file), `${JSON.stringify({ software, hostname, transcripts }, undefined, 1)}\n`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: free } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return free
}
