import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { afterEach, describe, it } from 'node:test'
import { treeOf } from '../../../../src/machine/files/literal.ts'
import type { Machine } from '../../../../src/machine/machine.ts'
import { fetchPolicy } from '../../../../src/machine/programs/network/policy.ts'
import { parseUrl } from '../../../../src/machine/programs/network/url.ts'
import { verdict } from '../../../../src/machine/programs/network/verdict.ts'
import { runProgram, type Ran, type RunSettings } from '../../call.ts'
import { stubMachine } from '../../stub-machine.ts'
import { programNamed } from '../differential.ts'

/** `reach` at 0.9 answers, `port` below a half refuses. */
function machineWith(chances: Readonly<Record<string, number>>): {
  machine: Machine
  files: ReturnType<typeof treeOf>['files']
} {
  const { files } = treeOf({
    '/tmp': { directory: true, mode: 0o1777 },
    '/etc/passwd': 'root:x:0:0::/root:/bin/bash\n',
  })
  const machine = { ...stubMachine(files), chance: (key: string) => chances[key.split(':')[0]!] ?? 0 }
  return { machine, files }
}

const refusing = { reach: 0.9, port: 0.1 }
const answering = { reach: 0.9, port: 0.9 }

async function run(
  command: string,
  chances: Readonly<Record<string, number>>,
  settings: RunSettings = {},
): Promise<Ran & { files: ReturnType<typeof treeOf>['files'] }> {
  const { machine, files } = machineWith(chances)
  const [name, ...args] = command.split(' ')
  const ran = await runProgram(programNamed(name!), files, {
    args,
    argv0: name!,
    machine,
    directory: '/tmp',
    environment: { LC_ALL: 'C' },
    ...settings,
  })
  return { ...ran, files }
}

const withoutTime = (text: string) =>
  text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME').replaceAll(/after \d+ ms/g, 'after N ms')

afterEach(() => {
  fetchPolicy.standIn = () => undefined
})

describe('programs that fetch', () => {
  // The real one asks a port of this machine where nobody listens.
  for (const command of [
    'wget http://127.0.0.1:1/x',
    'wget -q http://127.0.0.1:1/x',
    'wget -nv http://127.0.0.1:1/x',
    'wget',
    'wget -Z',
    'wget foo://x',
    'curl http://127.0.0.1:1/x',
    'curl -s http://127.0.0.1:1/x',
    'curl -sS http://127.0.0.1:1/x',
    'curl -O http://127.0.0.1:1/x',
    'curl -O http://127.0.0.1:1/',
    'curl',
    'curl --zzz',
    'curl -o',
    'curl foo://x',
    'busybox wget http://127.0.0.1:1/x',
    'busybox wget -q http://127.0.0.1:1/x',
    'busybox ftpget 127.0.0.1 a b',
    'busybox nc 127.0.0.1 1',
  ])
    it(`say what the real ones say where nobody listens: ${command}`, async () => {
      const [name, ...args] = command.split(' ')
      const directory = process.env['TMPDIR'] ?? '/tmp'
      const real = spawnSync(name!, args, {
        cwd: directory,
        encoding: 'latin1',
        input: '',
        env: { PATH: '/usr/bin', LC_ALL: 'C' },
        timeout: 10_000,
      })
      const ours = await run(command, refusing)
      assert.equal(withoutTime(ours.stderr), withoutTime(real.stderr))
      assert.equal(ours.stdout, real.stdout)
      assert.equal(ours.status, real.status)
    })

  it('say what was to be fetched, and where to', async () => {
    const ran = await run('wget -q -O /tmp/a http://198.51.100.7/bins.sh', refusing)
    assert.deepEqual(
      ran.happenings.filter((h) => h.type === 'download'),
      [
        {
          type: 'download',
          url: 'http://198.51.100.7/bins.sh',
          tool: 'wget',
          path: '/tmp/a',
          outcome: 'refused',
        },
      ],
    )
  })

  it('agree about a host: a page that is not there is not there for curl either', async () => {
    assert.match(
      (await run('wget http://198.51.100.7/x', answering)).stderr,
      /404 Not Found\n.* ERROR 404: Not Found\.\n/,
    )
    assert.match((await run('curl -s http://198.51.100.7/x', answering)).stdout, /404 Not Found/)
    assert.equal((await run('curl -s -f http://198.51.100.7/x', answering)).status, 22)
  })

  it('hand over what the owner has for a URL', async () => {
    fetchPolicy.standIn = (url) => (url === 'http://198.51.100.7/x' ? Buffer.from('harmless\n') : undefined)
    const got = await run('wget http://198.51.100.7/x', {})
    assert.equal(Buffer.from(got.files.read('/tmp/x')).toString(), 'harmless\n')
    assert.match(
      withoutTime(got.stderr),
      /^--TIME--  http:\/\/198\.51\.100\.7\/x\nConnecting to 198\.51\.100\.7:80\.\.\. connected\.\nHTTP request sent, awaiting response\.\.\. 200 OK\nLength: 9 \[application\/octet-stream\]\nSaving to: 'x'\n\n {5}0K \. {49,60}100% .*=0s\n\nTIME \(.*\) - 'x' saved \[9\/9\]\n\n$/,
    )
    assert.equal((await run('curl -s http://198.51.100.7/x', {})).stdout, 'harmless\n')
    assert.equal((await run('curl -s -o /tmp/y http://198.51.100.7/x', {})).files.exists('/tmp/y'), true)
  })

  it('draw the same lot for a host and port each time', () => {
    const { machine } = machineWith(answering)
    assert.deepEqual(verdict(machine, '198.51.100.7', 80), verdict(machine, '198.51.100.7', 80))
    assert.equal(verdict(machine, 'example.com', 80).type, 'name')
    assert.equal(verdict(machine, '127.0.0.1', 80).type, 'refused')
  })
})

describe('a URL', () => {
  it('is taken apart as it is written', () => {
    assert.deepEqual(parseUrl('198.51.100.7:8080/a?b'), {
      scheme: 'http',
      host: '198.51.100.7',
      port: 8080,
      givenPort: true,
      path: '/a?b',
      user: '',
      text: 'http://198.51.100.7:8080/a?b',
    })
    assert.equal(parseUrl('http://x:99999/'), undefined)
    assert.equal(parseUrl('HTTPS://User@Host.example')?.text, 'https://User@host.example/')
  })
})
