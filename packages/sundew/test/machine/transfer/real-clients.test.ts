import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'

const harness = join(import.meta.dirname, 'harness.ts')
const hasClients = existsSync('/usr/bin/sftp') && existsSync('/usr/bin/scp')

interface Report {
  happened: { type: string; path: string; bytes: string; via: string }[]
  left: Record<string, string>
}

describe("OpenSSH's own clients", { skip: !hasClients }, () => {
  let folder = ''
  let wrapper = ''
  const report = () => JSON.parse(readFileSync(join(folder, 'report'), 'utf8')) as Report
  const run = (program: string, args: readonly string[], input = '') =>
    spawnSync(program, args, {
      input,
      cwd: folder,
      encoding: 'latin1',
      env: { ...process.env, SUNDEW_HARNESS: join(folder, 'report') },
      timeout: 20_000,
    })
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'sundew-scp-'))
    wrapper = join(folder, 'ssh')
    // The last argument is the command; for SFTP it is "-s host sftp".
    writeFileSync(
      wrapper,
      `#!/bin/sh\nfor last; do :; done\nif [ "$last" = sftp ]; then exec ${process.execPath} ${harness} sftp-server; fi\nexec ${process.execPath} ${harness} $last\n`,
    )
    chmodSync(wrapper, 0o755)
    mkdirSync(join(folder, 'up/inner'), { recursive: true })
    writeFileSync(join(folder, 'up/one'), 'one\n', { mode: 0o755 })
    chmodSync(join(folder, 'up/one'), 0o755)
    writeFileSync(join(folder, 'up/inner/two'), Buffer.alloc(300_000, 2))
    utimesSync(join(folder, 'up/one'), 1_500_000_000, 1_500_000_000)
  })
  after(() => rmSync(folder, { recursive: true }))

  it('sftp lists, fetches, puts, renames', () => {
    const commands = [
      'pwd',
      'ls -l',
      'get big.bin',
      'put up/one /tmp/one',
      'chmod 700 /tmp/one',
      'rename /tmp/one /tmp/two',
      'mkdir /tmp/d',
      'ln -s /etc /tmp/l',
      'rm /nowhere',
      'put up/one /rom/x',
      'df /tmp',
      'put -r up /tmp',
    ]
    const done = run(
      '/usr/bin/sftp',
      ['-q', '-D', `${process.execPath} ${harness} sftp-server`],
      `${commands.join('\n')}\n`,
    )
    assert.match(done.stdout, /Remote working directory: \/root/)
    assert.match(done.stdout, /^-rw-r--r-- +\? root +root +700000 Jan {2}2 .*big\.bin\s*$/m)
    assert.match(done.stderr, /remote delete \/nowhere: No such file or directory/)
    assert.match(done.stderr, /dest open "\/rom\/x": Failure/)
    assert.deepEqual(readFileSync(join(folder, 'big.bin')), Buffer.alloc(700_000, 7))
    const { left, happened } = report()
    assert.match(left['/tmp/two']!, /^700 \d+ b25lCg==$/)
    assert.match(left['/tmp/d']!, /^755 /)
    assert.equal(left['/tmp/up/inner/two']!.split(' ')[2], Buffer.alloc(300_000, 2).toString('base64'))
    assert.deepEqual(happened.map((h) => `${h.via} ${h.path}`).sort(), [
      'sftp /tmp/one',
      'sftp /tmp/up/inner/two',
      'sftp /tmp/up/one',
    ])
  })

  for (const [name, flag] of [
    ['the old protocol', ['-O']],
    ['SFTP', []],
  ] as const) {
    const scp = (...args: string[]) => run('/usr/bin/scp', ['-S', wrapper, ...flag, ...args])
    it(`scp by ${name} puts a folder with times, and fetches it`, () => {
      const up = scp('-r', '-p', 'up', 'h:/tmp')
      assert.equal(up.status, 0, up.stderr)
      const { left, happened } = report()
      assert.equal(left['/tmp/up/one'], '755 1500000000000 b25lCg==')
      assert.equal(left['/tmp/up/inner/two']!.split(' ')[2], Buffer.alloc(300_000, 2).toString('base64'))
      assert.deepEqual(happened.map((h) => h.path).sort(), ['/tmp/up/inner/two', '/tmp/up/one'])
      const down = scp('-r', '-p', 'h:/root/folder', '.')
      assert.equal(down.status, 0, down.stderr)
      assert.equal(readFileSync(join(folder, 'folder/inner/deep.txt'), 'latin1'), 'deep')
      assert.equal(statSync(join(folder, 'folder/inner/deep.txt')).mtimeMs, 1_600_000_000_000)
      rmSync(join(folder, 'folder'), { recursive: true })
    })
    it(`scp by ${name} is told what does not work`, () => {
      assert.match(scp('h:/root/none', '.').stderr, /\/root\/none.*No such file/)
      assert.match(scp('h:/root/folder', '.').stderr, /not a regular file/)
      const readOnly = scp('up/one', 'h:/rom/x')
      assert.match(readOnly.stderr, name === 'SFTP' ? /Failure/ : /scp: \/rom\/x: Read-only file system/)
      assert.equal(readOnly.status, 1)
      const twice = scp('up/one', 'up/inner/two', 'h:/root/notes.txt')
      assert.match(twice.stderr, name === 'SFTP' ? /mkdir .*: Failure/ : /notes\.txt: Not a directory/)
    })
  }
  it("the old protocol's faults are answered in scp's words", () => {
    const sink = (input: string, ...args: string[]) => {
      const done = spawnSync(process.execPath, [harness, 'scp', '-t', ...args], { input, encoding: 'latin1' })
      return [done.stdout, done.status]
    }
    for (const [input, said] of [
      ['hello\n', '\x01scp: hello\n'],
      ['\n', '\x01scp: protocol error: unexpected <newline>\n'],
      ['C06x4 1 a\n', '\x01scp: protocol error: bad mode\n'],
      ['C0644x1 a\n', '\x01scp: protocol error: mode not delimited\n'],
      ['C0644 x a\n', '\x01scp: protocol error: size not present\n'],
      ['C0644 1a\n', '\x01scp: protocol error: size not delimited\n'],
      ['C0644 99999999999999999999 a\n', '\x01scp: protocol error: size out of range\n'],
      ['C0644 1 ../a\n', '\x01scp: error: unexpected filename: ../a\n'],
      ['D0755 0 a\n', '\x01scp: protocol error: received directory without -r\n'],
      ['T1 0 x 0\n', '\x01scp: protocol error: atime.sec not present\n'],
      ['C0644 5 a\nab', '\0\x01scp: dropped connection\n'],
    ] as const) {
      assert.deepEqual(sink(input, '/tmp'), [`\0${said}`, 1], input)
    }
    assert.deepEqual(sink('', '-d', '/tmp/no'), ['\x01scp: /tmp/no: No such file or directory\n', 1])
    assert.deepEqual(sink('', 'a', 'b'), ['\x01scp: ambiguous target\n', 1])
  })
})
