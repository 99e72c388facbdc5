import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'node:test'
import { dnsmasq } from '../../../src/intel/publish/dnsmasq.ts'
import { authority, realAddress } from '../../authority.ts'
import { dig, freePort, hasNamed } from '../../named.ts'
import { conforms } from './conformance.ts'
import { fakeBlocklist } from './fake-blocklist.ts'
import { hasTool, renderedBy, scratch, writeFiles } from './in-folder.ts'
import { entryLines, onlyFile } from './rendered.ts'

conforms(dnsmasq, {
  configs: [{}, { action: 'null' }],
  read(files) {
    const lines = entryLines(onlyFile(files))
    const covering = lines.flatMap((line) => /^(?:local|address)=\/([^*/][^/]*)\//.exec(line)?.[1] ?? [])
    return {
      covering,
      names: [...covering, ...lines.flatMap((line) => /^host-record=([^,]+),/.exec(line)?.[1] ?? [])],
      holes: lines.flatMap((line) => /^server=\/([^/]+)\/#$/.exec(line)?.[1] ?? []),
    }
  },
})

describe(
  'the real dnsmasq',
  { skip: !(hasTool('dnsmasq') && hasNamed) && 'no dnsmasq, or no dig here' },
  () => {
    test('has no listed name, and asks for allowed ones', async () => {
      const told = fakeBlocklist({
        domains: ['bad.example'],
        hosts: ['only.host.example', 'x.bad.example'],
        allowedDomains: ['good.bad.example', 'deep.www.bad.example'],
        allowedHosts: ['www.bad.example'],
      })
      await using up = await authority({})
      await using folder = scratch()
      await writeFiles(folder.path, renderedBy(dnsmasq, told))
      const port = await freePort()
      const child = spawn(
        'dnsmasq',
        `-k -C ${join(folder.path, 'dnsmasq.conf')} --no-resolv --no-hosts --pid-file= -p ${port} --bind-interfaces --listen-address=127.0.0.1 --server=127.0.0.1#${up.port}${process.getuid?.() === 0 ? ' -u root' : ''}`.split(
          ' ',
        ),
        { stdio: 'ignore' },
      )
      try {
        for (let i = 0; i < 50 && !/status/.test(await dig(port, 'up.example')); i++) await sleep(50)
        for (const name of ['bad.example', 'x.bad.example', 'notgood.bad.example', 'y.www.bad.example'])
          assert.match(await dig(port, name), /status: NXDOMAIN/, name)
        for (const name of [
          'fine.example',
          'notbad.example',
          'good.bad.example',
          'x.good.bad.example',
          'www.bad.example',
          'deep.www.bad.example',
          'x.deep.www.bad.example',
          'below.only.host.example',
        ])
          assert.equal((await dig(port, '+short', name)).trim(), realAddress, name)
        assert.equal((await dig(port, '+short', 'only.host.example')).trim(), '0.0.0.0')
        assert.equal((await dig(port, '+short', 'only.host.example', 'AAAA')).trim(), '::')
      } finally {
        child.kill('SIGKILL')
        if (child.exitCode === null) await once(child, 'exit')
      }
    })
  },
)
