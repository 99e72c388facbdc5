import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'node:test'
import { unbound } from '../../../src/intel/publish/unbound.ts'
import { authority, realAddress } from '../../authority.ts'
import { dig, freePort, hasNamed } from '../../named.ts'
import { conforms } from './conformance.ts'
import { fakeBlocklist } from './fake-blocklist.ts'
import { hasTool, renderedBy, scratch, writeFiles } from './in-folder.ts'
import { readZone } from './read-zone.ts'

conforms(unbound, {
  configs: [
    {},
    { addresses: false, action: 'null' },
    { form: 'local-zone' },
    { form: 'local-zone', action: 'nodata' },
    { form: 'local-zone', action: 'drop' },
    { form: 'local-zone', action: 'null' },
  ],
  read(files, { form }) {
    if (form === 'rpz')
      return readZone(files.get('block.rpz.sundew.zone')!, files.get('allow.rpz.sundew.zone')!)
    const text = files.get('unbound.conf')!
    const all = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, value]) => value!)
    const covering = all(/local-zone: "([^"]+)\." always_(?!transparent)/g)
    return {
      covering,
      names: [...covering, ...all(/local-zone: "([^"]+)\." transparent/g)],
      holes: all(/local-zone: "([^"]+)\." always_transparent/g),
      addresses: all(/response-ip: (\S+) /g),
    }
  },
})

describe(
  'the real Unbound',
  { skip: !(hasTool('unbound') && hasNamed) && 'no Unbound, or no dig here' },
  () => {
    for (const form of ['rpz', 'local-zone'])
      test(`has no listed name, and asks for allowed ones: ${form}`, async () => {
        const told = fakeBlocklist({
          domains: ['bad.example'],
          hosts: ['only.host.example', 'x.bad.example'],
          addresses: ['203.0.113.0/24'],
          allowedDomains: ['good.bad.example'],
          allowedHosts: ['www.bad.example'],
          allowedAddresses: ['203.0.113.7'],
        })
        await using up = await authority({ 'there.example': '203.0.113.9', 'beside.example': '203.0.113.7' })
        await using folder = scratch()
        const { files, leftOut } = renderedBy(unbound, told, { form })
        await writeFiles(folder.path, {
          files: new Map(
            [...files].map(([name, text]) => [name, text.replaceAll('/var/lib/lists', folder.path)]),
          ),
          leftOut,
        })
        const port = await freePort()
        const main = join(folder.path, 'main.conf')
        await writeFile(
          main,
          `server:
    interface: 127.0.0.1@${port}
    do-daemonize: no
    chroot: ""
    username: ""
    pidfile: ""
    directory: "${folder.path}"
    use-syslog: no
    do-not-query-localhost: no
    num-threads: 1
include: "${join(folder.path, 'unbound.conf')}"
forward-zone:
    name: "."
    forward-addr: 127.0.0.1@${up.port}
remote-control:
    control-enable: no
`,
        )
        const child = spawn('unbound', ['-c', main], { stdio: 'ignore' })
        try {
          for (let i = 0; i < 50 && !/status/.test(await dig(port, 'up.example')); i++) await sleep(50)
          for (const name of ['bad.example', 'x.bad.example', 'a.b.bad.example', 'there.example'])
            assert.match(await dig(port, name), /status: NXDOMAIN/, name)
          for (const name of [
            'fine.example',
            'notbad.example',
            'good.bad.example',
            'x.good.bad.example',
            'www.bad.example',
            'below.only.host.example',
          ])
            assert.equal((await dig(port, '+short', name)).trim(), realAddress, name)
          assert.equal((await dig(port, '+short', 'beside.example')).trim(), '203.0.113.7')
          const only = await dig(port, 'only.host.example')
          if (form === 'rpz') assert.match(only, /status: NXDOMAIN/)
          else assert.match(only, /\s0\.0\.0\.0\n/)
        } finally {
          child.kill('SIGKILL')
          if (child.exitCode === null) await once(child, 'exit')
        }
      })
  },
)
