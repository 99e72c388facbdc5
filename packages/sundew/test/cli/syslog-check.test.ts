import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Patient } from '../../src/cli/doctor/check.ts'
import { syslog } from '../../src/cli/doctor/syslog.ts'
import { syslogText } from '../../src/cli/syslog-text.ts'
import type { SyslogSenderStatus, SyslogStatus } from '../../src/core/collector-messages.ts'

const none = { lines: 0, told: 0, other: 0, unparsed: 0, ignored: 0 }

function told(top: readonly Partial<SyslogSenderStatus>[], more: Partial<SyslogStatus> = {}): SyslogStatus {
  return {
    receiver: 'recvmmsg',
    sockets: [],
    connections: 0,
    refused: 0,
    strangers: 0,
    cut: 0,
    dropped: 0,
    listed: 0,
    waiting: { files: 0, bytes: 0 },
    senders: top.length,
    top: top.map((sender) => ({ sender: '192.0.2.1', format: 'mikrotik', ...none, ...sender })),
    others: none,
    ...none,
    ...more,
  }
}

async function findings(status: SyslogStatus) {
  const patient = { config: undefined, status: { flows: { syslog: status } } } as unknown as Patient
  return (await Promise.all(syslog.map(async (check) => check(patient)))).flat()
}

describe('what doctor says of syslog', () => {
  it('is how each sender is read', async () => {
    assert.deepEqual(
      await findings(told([{ lines: 1_000, told: 990, ignored: 10, zoneMinutes: 0, aheadMs: -3_000 }])),
      [
        {
          verdict: 'ok',
          what: 'syslog of 192.0.2.1',
          found: 'mikrotik, 1,000 lines, 990 told a packet, 10 left out as noise',
        },
      ],
    )
  })

  it('is the zone that a clock seems to be in', async () => {
    const [east, west] = await findings(
      told([
        { lines: 1, told: 1, zoneMinutes: 120 },
        { lines: 1, told: 1, zoneMinutes: -210 },
      ]),
    )
    assert.match(east!.found, /seems to be 2 h ahead of UTC/)
    assert.match(west!.found, /seems to be 3 h 30 min behind UTC/)
  })

  it('is which clock is off, and first of all who cannot be read, with a line as text', async () => {
    const [unread, clock, fine] = await findings(
      told([
        { lines: 1_000, told: 1_000 },
        { lines: 100, unparsed: 100, format: '', sample: '\\x1b[2Jwhat' },
        { lines: 10, told: 10, aheadMs: 600_000 },
      ]),
    )
    assert.deepEqual([unread?.verdict, clock?.verdict, fine?.verdict], ['warn', 'warn', 'ok'])
    assert.match(unread!.found, /no firewall that is known.*100 could not be read, as: .*what/)
    assert.match(clock!.found, /its clock is 10 min ahead/)
  })

  it('is what was lost', async () => {
    const sockets = [{ address: '::', port: 5514, wantedBytes: 1, bufferBytes: 1, kernelDrops: 7 }]
    const lost = await findings(told([], { sockets, dropped: 8, strangers: 9 }))
    assert.deepEqual(
      lost.map(({ verdict, what }) => [verdict, what]),
      [
        ['warn', 'syslog datagrams'],
        ['warn', 'firewall rows'],
        ['warn', 'syslog strangers'],
      ],
    )
  })
})

describe('what status says of firewalls', () => {
  it('is one line, and nothing where none is received', () => {
    assert.deepEqual(syslogText(undefined), [])
    assert.deepEqual(syslogText(told([{}], { lines: 12, told: 9, unparsed: 3 })), [
      [
        'firewalls',
        '9 packets told in 12 lines of 1 senders since the collectors began, 3 that could not be read',
      ],
    ])
  })
})
