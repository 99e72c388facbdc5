import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MachineListener, MachineRequest } from '../../src/machine/host.ts'
import type { ToMachines } from '../../src/processes/machines/protocol.ts'
import { RemoteMachines } from '../../src/processes/machines/remote-machines.ts'

const request: MachineRequest = {
  session: 's',
  persona: 'debian-12',
  source: '192.0.2.1',
  peer: { address: '192.0.2.1', port: 1234 },
  own: { address: '192.0.2.200', port: 22 },
  service: 'ssh',
  hostname: 'web1',
  user: 'root',
  run: { type: 'shell' },
  terminal: undefined,
  environment: [],
}

function remote(limits = { sessions: 3, sessionsPerSource: 2 }) {
  const sent: ToMachines[] = []
  const troubles: string[] = []
  const machines = new RemoteMachines({
    limits,
    send: (message) => sent.push(message),
    trouble: (code) => troubles.push(code),
  })
  return { machines, sent, troubles }
}

function listening() {
  const heard: unknown[] = []
  const listener: MachineListener = {
    output: (stream, bytes) => heard.push([stream, Buffer.from(bytes).toString()]),
    happened: (happening) => void heard.push(happening),
    ended: (how) => heard.push(how),
  }
  return { heard, listener }
}

test('while the machines are away nothing is opened, and the owner is told', () => {
  const { machines, troubles } = remote()
  assert.equal(machines.open(request, listening().listener), undefined)
  assert.deepEqual(troubles, ['SUNDEW_MACHINES_DOWN'])
  machines.here()
  assert.ok(machines.open(request, listening().listener))
})

test('a source has so many sessions and no more, until one ends', () => {
  const { machines } = remote()
  machines.here()
  const { listener, heard } = listening()
  machines.open(request, listener)
  machines.open(request, listener)
  assert.equal(machines.open(request, listener), undefined)
  assert.deepEqual(heard, [{ type: 'limit', limit: 'machine_sessions_per_source', value: 2 }])
  assert.ok(machines.open({ ...request, source: '192.0.2.2' }, listener), 'others have theirs')
  assert.equal(machines.open({ ...request, source: '192.0.2.3' }, listener), undefined, 'and all together')
  machines.heard({ type: 'ended', id: 1, how: { status: 0 } })
  assert.ok(machines.open(request, listener))
})

test('when the machines die, their sessions end as if killed, and later ones start anew', () => {
  const { machines, sent } = remote()
  machines.here()
  const { listener, heard } = listening()
  const session = machines.open(request, listener)!
  machines.gone()
  assert.deepEqual(heard, [{ signal: 'KILL' }])
  session.input(Buffer.from('x'))
  machines.here()
  assert.deepEqual(
    sent.map(({ type }) => type),
    ['reset', 'open', 'reset'],
    'nothing is said of what is over',
  )
})

test('a file is said to be kept once it is, also where the peer is gone', async () => {
  const { machines, sent } = remote()
  machines.here()
  const kept = Promise.withResolvers<void>()
  const session = machines.open(request, { ...listening().listener, happened: () => kept.promise })!
  session.close()
  const happening = {
    type: 'file',
    path: '/x',
    bytes: new Uint8Array(1),
    via: 'shell',
    partial: false,
  } as const
  machines.heard({ type: 'happened', id: 1, happening, waits: true })
  assert.equal(sent.at(-1)?.type, 'close')
  kept.resolve()
  await kept.promise
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(sent.at(-1)?.type, 'kept')
  const settled = machines.settled()
  machines.heard({ type: 'closed', id: 1 })
  await settled
})
