import assert from 'node:assert/strict'
import { test } from 'node:test'
import { telnet } from '../../../src/decoys/telnet/telnet.ts'
import type { MachineHost, MachineListener, MachineRequest } from '../../../src/machine/host.ts'
import { conformance } from '../conformance.ts'
import { startDecoy, until } from '../host.ts'
import { Client } from './client.ts'

conformance(telnet, { openings: ['root\r\0', 'root\r\0x\r\0', '\xff\xfd\x03\xff\xfb\x18'] })

/** A machine that says what it was given. */
class Echo implements MachineHost {
  readonly requests: MachineRequest[] = []
  readonly sizes: string[] = []
  closed = 0
  listener: MachineListener | undefined

  open(request: MachineRequest, listener: MachineListener) {
    this.requests.push(request)
    this.listener = listener
    listener.output('out', Buffer.from('# '))
    return {
      input: (bytes: Uint8Array) => listener.output('out', bytes),
      inputEnded: () => {},
      resize: (columns: number, rows: number) => void this.sizes.push(`${columns}x${rows}`),
      signal: () => {},
      sent: () => {},
      inputRoom: 1,
      onRoom: () => {},
      close: () => void this.closed++,
    }
  }
}

// What inetutils-telnetd 2.4 with login 4.13, and BusyBox 1.35's telnetd with its login, sent to the same client: recorded.
const openings = {
  'debian-12': {
    refuses:
      '\xff\xfb%\xff\xfb&\xff\xfd\x18\xff\xfd \xff\xfd#\xff\xfd\'\xff\xfd$\xff\xfb\x03\xff\xfd\x01\xff\xfd"\xff\xfd\x1f\xff\xfb\x05\xff\xfd!\xff\xfb\x01\xff\xfd\x06\xff\xfd\x00\r\nLinux 6.1.0-37-amd64 (vm) (pts/0)\r\n\r\n\xff\xfb\x03\xff\xfb\x01vm login: ',
    agrees:
      "\xff\xfb%\xff\xfb&\xff\xfd\x18\xff\xfd \xff\xfd#\xff\xfd'\xff\xfd$\xff\xfa \x01\xff\xf0\xff\xfa'\x01\xff\xf0\xff\xfa\x18\x01\xff\xf0\xff\xfb\x03\xff\xfd\x01\xff\xfd\"\xff\xfd\x1f\xff\xfb\x05\xff\xfd!\xff\xfb\x01\xff\xfd\x06\xff\xfd\x00\r\nLinux 6.1.0-37-amd64 (vm) (pts/0)\r\n\r\nvm login: ",
  },
  'busybox-router': {
    refuses: '\xff\xfd\x01\xff\xfd\x1f\xff\xfb\x01\xff\xfb\x03\r\r\nvm login: ',
    agrees: '\xff\xfd\x01\xff\xfd\x1f\xff\xfb\x01\xff\xfb\x03\r\r\nvm login: ',
  },
} as const

for (const persona of ['debian-12', 'busybox-router'] as const)
  for (const manner of ['refuses', 'agrees'] as const)
    test(`${persona} opens as the real one does to a client that ${manner}`, async () => {
      await using host = await startDecoy(telnet, { persona }, { hostname: 'vm.example.net' })
      const client = new Client(host, manner)
      assert.equal(await client.until('login: '), openings[persona][manner])
      client.leave()
    })

test('BusyBox refuses three times, then hangs up; each password is kept as sent', async () => {
  const auth = { policy: 'refuse', failure_delay_ms: 1 }
  await using host = await startDecoy(telnet, { auth }, { hostname: 'vm' })
  const client = new Client(host, 'agrees')
  await client.until('login: ')
  for (const [i, password] of ['x\xff\xff\x07y', '', '888888'].entries()) {
    client.send('admin\r\0')
    assert.equal(await client.until('Password: '), 'admin\r\nPassword: ')
    client.send(`${password}\r\0`)
    if (i < 2) assert.equal(await client.until('login: '), '\r\nLogin incorrect\r\nvm login: ')
  }
  assert.equal(await client.end(), '\r\nLogin incorrect\r\n')
  const attempts = await host.fields('login.attempt')
  assert.deepEqual(
    attempts.map(({ user_name, password, accepted }) => [user_name, password, accepted]),
    [
      ['admin', 'x\xff\x07y', false],
      ['admin', '', false],
      ['admin', '888888', false],
    ],
  )
  assert.deepEqual(host.faults, [])
})

test('Debian refuses five times in its own words', async () => {
  const auth = { policy: 'refuse', failure_delay_ms: 1 }
  await using host = await startDecoy(telnet, { persona: 'debian-12', auth }, { hostname: 'vm' })
  const client = new Client(host, 'agrees')
  await client.until('login: ')
  for (let i = 0; i < 5; i++) {
    client.send('admin\r\0')
    await client.until('Password: ')
    client.send('x\r\0')
    if (i < 4) assert.equal(await client.until('login: '), '\r\n\r\nLogin incorrect\r\nvm login: ')
  }
  assert.equal(await client.end(), '\r\n\r\nLogin incorrect\r\nMaximum number of tries exceeded (5)\r\n')
})

test('a name is edited as at a terminal', async () => {
  await using host = await startDecoy(telnet, { auth: { policy: 'refuse', failure_delay_ms: 1 } })
  const client = new Client(host, 'agrees')
  await client.until('login: ')
  client.send('adm\x7f\x7f\x7fxy\x15roo\x01\x7ft\r\n')
  assert.equal(
    await client.until('Password: '),
    'adm\b \b\b \b\b \bxy\b \b\b \broo^A\b \b\b \bt\r\nPassword: ',
  )
  client.send('\x7fpa\x7f\x7fsecret\r\0')
  await client.until('login: ')
  client.leave()
  const [attempt] = await host.fields('login.attempt')
  assert.deepEqual([attempt?.user_name, attempt?.password], ['root', 'secret'])
})

test('who is let in is on the machine, with a terminal of the size that the client told', async () => {
  const machines = new Echo()
  await using host = await startDecoy(telnet, {}, { machines, hostname: 'cam.example.net' })
  const client = new Client(host, 'agrees')
  await client.until('login: ')
  client.send('root\r\0')
  await client.until('Password: ')
  client.send('vizxv\r\0')
  await client.until('# ')
  client.send('ls\xff\xff\r\0')
  assert.equal(await client.until('\r'), 'ls\xff\xff\r')
  client.send('\xff\xfa\x1f\0\x64\0\x1e\xff\xf0')
  await until(() => machines.sizes.length > 0, 'the new size is told')
  const [request] = machines.requests
  assert.equal(request?.persona, 'router-mips')
  assert.equal(request.user, 'root')
  assert.equal(request.hostname, 'cam')
  assert.deepEqual(request.terminal, { type: 'network', columns: 120, rows: 40 })
  assert.deepEqual(machines.sizes, ['100x30'])
  machines.listener!.ended({ status: 0 })
  await client.end()
  const [attempt] = await host.fields('login.attempt')
  assert.equal(attempt?.accepted, true)
  const [fingerprint] = await host.fields('client.fingerprint')
  assert.equal(fingerprint?.fingerprint, 'WONT 1,WILL 31,DO 1,DO 3')
})

test('what is typed ahead of the shell is the shell’s', async () => {
  const machines = new Echo()
  await using host = await startDecoy(telnet, {}, { machines })
  const client = new Client(host, 'agrees')
  await client.until('login: ')
  client.send('root\r\0')
  await client.until('Password: ')
  client.send('vizxv\r\0enable\r\nsh\r\n')
  const seen = await client.until('# enable\rsh\r')
  assert.match(seen, /# enable\rsh\r$/)
  assert.equal(seen.split('enable').length, 2, 'it is shown once')
  client.leave()
})

test('a machine is closed when its peer leaves', async () => {
  const machines = new Echo()
  await using host = await startDecoy(telnet, {}, { machines })
  const client = new Client(host, 'agrees')
  await client.until('login: ')
  client.send('root\r\0')
  await client.until('Password: ')
  client.send('x\r\0')
  await client.until('# ')
  client.leave()
  await until(() => machines.closed === 1, 'the machine is closed')
})

test('a name that is an option of login lets in where telnetd passed it on (CVE-2026-24061)', async () => {
  const machines = new Echo()
  await using host = await startDecoy(telnet, { persona: 'debian-12' }, { machines })
  const client = new Client(host, 'agrees', '-f root')
  await client.until('# ')
  client.leave()
  const [attempt] = await host.fields('login.attempt')
  assert.deepEqual([attempt?.user_name, attempt?.password], ['root', ''])
  const [fault] = await host.fields('protocol.malformed')
  assert.deepEqual([fault?.reason, fault?.detail], ['telnet.cve-2026-24061', '-f root'])
  assert.deepEqual(machines.requests[0]?.environment, [])
})
