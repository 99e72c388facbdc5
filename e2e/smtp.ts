import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { E2eCheck, E2eContext, Need } from './check.ts'
import { countFrom, loginOf, mailFrom, run, swaks } from './smtp/sends.ts'
import { startPostfix } from './transcripts/postfix.ts'

const swaksNeeds: readonly Need[] = [{ command: 'swaks', package: 'swaks' }]

/** Refuses with both values where they differ. */
function same(what: string, got: unknown, want: unknown): void {
  if (JSON.stringify(got) !== JSON.stringify(want)) {
    throw new Error(`${what} is ${JSON.stringify(got)}, not ${JSON.stringify(want)}`)
  }
}

function login(mechanism: 'PLAIN' | 'LOGIN'): E2eCheck {
  return {
    name: `swaks logs in with ${mechanism}, and its password is in the store as sent`,
    needs: swaksNeeds,
    async run(context) {
      const from = `login-${mechanism.toLowerCase()}@client.example`
      await swaks(
        context.ports.smtp,
        from,
        '--auth',
        mechanism,
        '--auth-user',
        'bob',
        '--auth-password',
        's3cr et',
      )
      const { user_name, password } = await loginOf(context, from)
      same('user name and password', [user_name, password], ['bob', 's3cr et'])
      same('the mail’s user', (await mailFrom(context, from))['user_name'], 'bob')
    },
  }
}

function encrypted(
  name: string,
  from: string,
  port: (context: E2eContext) => number,
  ...how: string[]
): E2eCheck {
  return {
    name,
    needs: swaksNeeds,
    async run(context) {
      await swaks(port(context), from, ...how)
      const { tls_version, tls_cipher } = await mailFrom(context, from)
      same('TLS version', tls_version, 'TLSv1.3')
      if (tls_cipher === '') throw new Error('no cipher suite in the store')
    },
  }
}

export const checks: readonly E2eCheck[] = [
  {
    name: 'swaks delivers a mail; envelope, HELO and every byte of it are in the store',
    needs: swaksNeeds,
    async run(context) {
      const from = 'plain@client.example'
      await swaks(context.ports.smtp, from, '--body', 'one\\n.\\n.two')
      const mail = await mailFrom(context, from)
      same('recipients', mail['rcpt_to'], ['victim@example.org'])
      same('HELO', mail['helo'], 'client.example')
      same('way', mail['via'], 'DATA')
      const raw = String(mail['raw'])
      if (!raw.endsWith('\r\n\r\none\r\n.\r\n.two\r\n\r\n\r\n')) {
        throw new Error(`the message in the store ends ${JSON.stringify(raw.slice(-60))}`)
      }
    },
  },
  login('PLAIN'),
  login('LOGIN'),
  {
    name: 'swaks logs in with CRAM-MD5, and challenge and answer are in the store',
    needs: [
      ...swaksNeeds,
      { command: '/usr/share/perl5/Digest/HMAC_MD5.pm', package: 'libdigest-hmac-perl' },
    ],
    async run(context) {
      const from = 'cram@client.example'
      await swaks(
        context.ports.smtp,
        from,
        '--auth',
        'CRAM-MD5',
        '--auth-user',
        'bob',
        '--auth-password',
        'x',
      )
      same('user name', (await loginOf(context, from))['user_name'], 'bob')
    },
  },
  encrypted(
    'swaks turns to TLS with STARTTLS',
    'starttls@client.example',
    ({ ports }) => ports.submission,
    '--tls',
  ),
  encrypted(
    'swaks speaks TLS from the first byte',
    'smtps@client.example',
    ({ ports }) => ports.smtps,
    '--tls-on-connect',
  ),
  {
    name: 'curl delivers a mail',
    needs: [{ command: 'curl', package: 'curl' }],
    async run(context) {
      const from = 'curl@client.example'
      const url = `smtp://127.0.0.1:${context.ports.smtp}/client.example`
      const file = join(import.meta.dirname, '..', 'package.json')
      await run(
        'curl',
        '-sS',
        url,
        '--mail-from',
        from,
        '--mail-rcpt',
        'victim@example.org',
        '-T',
        file,
        '--crlf',
      )
      same('recipients', (await mailFrom(context, from))['rcpt_to'], ['victim@example.org'])
    },
  },
  {
    name: 'openssl s_client finds STARTTLS and a certificate',
    needs: [{ command: 'openssl', package: 'openssl' }],
    async run({ ports, hostname }) {
      const said = await run(
        'sh',
        '-c',
        `echo QUIT | openssl s_client -starttls smtp -connect 127.0.0.1:${ports.submission} -servername ${hostname}`,
      )
      if (!said.includes('BEGIN CERTIFICATE')) throw new Error(`no certificate in ${said.slice(0, 500)}`)
    },
  },
  {
    name: 'nmap takes it for Postfix',
    needs: [{ command: 'nmap', package: 'nmap' }],
    async run({ ports }) {
      const said = await run('nmap', '-n', '-Pn', '-sT', '-sV', '-p', String(ports.smtp), '127.0.0.1')
      if (!/open\s+smtp\s+Postfix smtpd/.test(said)) throw new Error(`nmap says:\n${said}`)
    },
  },
  {
    name: 'smtp-source sends 200 mails over 10 connections, and 200 are in the store',
    needs: [{ command: 'smtp-source', package: 'postfix' }],
    async run(context) {
      const from = 'source@client.example'
      const address = `127.0.0.1:${context.ports.smtp}`
      await run(
        'smtp-source',
        '-s',
        '10',
        '-m',
        '200',
        '-l',
        '4096',
        '-f',
        from,
        '-t',
        'victim@example.org',
        address,
      )
      await context.waitFor(async () => (await countFrom(context, from)) >= 200)
      same('mails in the store', await countFrom(context, from), 200)
    },
  },
  {
    name: 'a Postfix whose relayhost we are empties its queue of 50 mails into the store',
    needs: [
      { command: 'postfix', package: 'postfix' },
      { command: 'sendmail', package: 'postfix' },
    ],
    async run(context) {
      if (process.getuid?.() !== 0) throw new Error('starting a Postfix needs root: run this as root')
      const from = 'queue@client.example'
      // Its daemons run as the user postfix, who could not enter a folder of root's.
      const folder = await mkdtemp(join(tmpdir(), 'sundew-postfix-'))
      const postfix = await startPostfix({
        folder,
        hostname: 'client.example',
        main: [
          `relayhost = [127.0.0.1]:${context.ports.smtp}`,
          'default_transport = smtp',
          'relay_transport = smtp',
          'mydestination =',
          'smtp_tls_security_level = may',
        ],
      })
      try {
        const sendmail = `sendmail -C ${postfix.config} -f ${from} victim@example.org`
        await run(
          'sh',
          '-c',
          `for i in $(seq 50); do printf 'Subject: mail %d\\n\\nbody\\n' $i | ${sendmail} || exit 1; done`,
        )
        await context.waitFor(async () => (await countFrom(context, from)) >= 50, 60_000)
        await context.waitFor(async () =>
          (await run('postqueue', '-c', postfix.config, '-p')).includes('queue is empty'),
        )
        same('mails in the store', await countFrom(context, from), 50)
        const [row] = await context.query(
          `SELECT toUInt32(uniqExact(subject)) AS subjects, any(tls_version) AS tls FROM mails WHERE mail_from = '${from}'`,
        )
        same('subjects and TLS', row, { subjects: 50, tls: 'TLSv1.3' })
      } finally {
        await postfix.stop()
        await rm(folder, { recursive: true, force: true })
      }
    },
  },
]
