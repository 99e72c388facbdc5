import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { MachineRequest } from '../../../src/machine/host.ts'
import { networkOf } from '../../../src/machine/kernel/network.ts'
import { personas } from '../../../src/machine/personas.ts'
import { loginEnvironment } from '../../../src/machine/session/login-environment.ts'

const root = { name: 'root', uid: 0, gid: 0, groups: [0], home: '/root', shell: '/bin/bash' }

/** SSH_CONNECTION's third word, and the interface's address. */
function addresses(own: string): [string, string] {
  const request: MachineRequest = {
    session: 's',
    persona: 'debian-12',
    source: '192.0.2.7',
    peer: { address: '192.0.2.7', port: 50_000 },
    own: { address: own, port: 22 },
    service: 'ssh',
    hostname: 'web01',
    user: 'root',
    run: { type: 'shell' },
    terminal: undefined,
    environment: [],
  }
  const { address } = networkOf(personas['debian-12'], own, () => 0.5)
  const environment = loginEnvironment(request, root, { tty: undefined, session: 1, address })
  return [environment.get('SSH_CONNECTION')!.split(' ')[2]!, address]
}

describe('where somebody came to', () => {
  for (const own of ['203.0.113.9', '192.168.7.3', '172.17.0.2', '::ffff:203.0.113.9'])
    it(`is the interface's address: ${own}`, () => {
      assert.deepEqual(addresses(own), [own.replace('::ffff:', ''), own.replace('::ffff:', '')])
    })
  for (const own of ['127.0.0.1', '::ffff:127.0.0.1', '::1'])
    it(`is not a loopback: ${own}`, () => {
      const [told, address] = addresses(own)
      assert.equal(told, address)
      assert.match(told, /^10\./)
    })
  it('is an IPv6 address where they came by IPv6', () => {
    assert.equal(addresses('2001:db8::9')[0], '2001:db8::9')
  })
})
