import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Patient } from '../../src/cli/doctor/check.ts'
import { logs } from '../../src/cli/doctor/logs.ts'
import { watchText } from '../../src/cli/watch-text.ts'
import { configSchema } from '../../src/config.ts'
import type { LogStatus, WatchStatus } from '../../src/core/collector-messages.ts'

const log = (path: string, of: Partial<LogStatus> = {}): LogStatus => ({
  path,
  format: 'bind',
  open: true,
  rotations: 0,
  behind: 0,
  lines: 1_000,
  told: 900,
  malformed: 0,
  tooLong: 0,
  unrecognised: 0,
  samples: [],
  ...of,
})

const watch: WatchStatus = {
  logs: [
    log('/var/log/good.log'),
    log('/var/log/odd.log', { malformed: 50, samples: ['client \\x1b[2J'] }),
    log('/var/log/other.log', { format: '', told: 0, unrecognised: 1_000 }),
    log('/var/log/closed.log', { open: false, trouble: 'EACCES: permission denied' }),
    log('/logs/current/dns.log', { format: 'zeek', behind: 5 }),
  ],
  dnstap: { socket: '/run/d.sock', clients: 0, frames: 7, told: 5, malformed: 2, refused: 1 },
  hits: 3,
  events: 2,
  untold: 1,
}

test('doctor says of each log that is followed how it is read, and of dnstap who sends it', async () => {
  const paths = ['/var/log/good.log', '/var/log/odd.log', '/var/log/other.log', '/var/log/closed.log']
  const config = configSchema.parse({
    collectors: {
      tail: [...paths, '/logs/current/*.log', '/nothing/*.log'].map((path) => ({ path })),
      dnstap: { socket: '/run/d.sock' },
    },
  })
  const status = { flows: { watch } } as unknown as Patient['status']
  const findings = []
  for (const check of logs) findings.push(...(await check({ config, status } as Patient)))
  assert.deepEqual(
    findings.map(({ verdict, what, found }) => `${verdict} ${what}: ${found}`),
    [
      'ok log /var/log/good.log: bind, 1,000 lines, 900 told something',
      'warn log /var/log/odd.log: bind, 1,000 lines, 900 told something, 50 could not be read: client \\x1b[2J',
      'warn log /var/log/other.log: format not known yet, 1,000 lines, 0 told something: 1,000 lines are of no format that is known',
      'FAIL log /var/log/closed.log: EACCES: permission denied',
      'ok log /logs/current/dns.log: zeek, 1,000 lines, 900 told something, 5 bytes behind',
      'warn log /nothing/*.log: no such file yet',
      'warn dnstap: 0 name servers connected to /run/d.sock, 7 frames, 5 told a name, 2 could not be read, 1 connections refused',
    ],
  )
})

test('status tells it in one line', () => {
  assert.deepEqual(watchText(watch), [
    [
      'logs',
      '4 followed, 5,000 lines since the collectors began, 50 lines could not be read, 1 files cannot be read, 7 dnstap frames of 0 name servers, 2 matches, 1 not told, as there were too many',
    ],
  ])
  assert.deepEqual(watchText(undefined), [])
})
