import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientQuirks } from '../../../src/wire/ssh/client-quirks.ts'
import { sshPersonas } from '../../../src/wire/ssh/personas.ts'

const methods = sshPersonas['openssh-9.2p1-debian-12'].lists.kex
const curve = 'curve25519-sha256@libssh.org'
const group = 'diffie-hellman-group-exchange-sha256'

// The patterns of OpenSSH 9.2's compat.c, one client of each.
for (const [software, withheld, noHostKeys] of [
  ['OpenSSH_6.5p1', [curve], false],
  ['OpenSSH_6.6', [curve], false],
  ['OpenSSH_6.6.1p1 Ubuntu-2ubuntu2.13', [], false],
  ['OpenSSH_6.7', [], false],
  ['OpenSSH_9.2p1 Debian-2+deb12u10', [], false],
  ['PuTTY_Local:_Sep__1_2012', [group], false],
  ['PuTTY-Release-0.52', [group], false],
  ['PuTTY_Release_0.58', [group], false],
  ['PuTTY_Release_0.64', [group], false],
  ['PuTTY_Release_0.65', [], false],
  ['PuTTY_Release_0.78', [], false],
  ['FuTTY_x', [group], false],
  ['WinSCP_release_4.3', [group], false],
  ['WinSCP_release_5.0.9', [group], false],
  ['WinSCP_release_5.1', [group], false],
  ['WinSCP_release_5.1.3', [group], false],
  ['WinSCP_release_5.2', [], false],
  ['WinSCP_release_5.5', [group], false],
  ['WinSCP_release_5.7.4', [group], false],
  ['WinSCP_release_5.7.5', [], false],
  ['Cisco-1.25', [], true],
  ['TeraTerm SSH 3', [], true],
  ['TTSSH/2.72 Win32', [], true],
  ['TTSSH/2.73 Win32', [], false],
  ['Go', [], false],
  ['', [], false],
] as const)
  test(`${software || 'no name'}: ${withheld.join() || 'everything is offered'}${noHostKeys ? ', host keys are not told' : ''}`, () => {
    const quirks = clientQuirks(software)
    assert.deepEqual(methods.filter(quirks.withholds), withheld)
    assert.equal(quirks.noHostKeys, noHostKeys)
  })
