import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { busyboxLinks } from '../../../../src/machine/files/busybox-applets.ts'
import { treeOf } from '../../../../src/machine/files/literal.ts'
import { runProgram, type RunSettings } from '../../call.ts'
import { stubMachine } from '../../stub-machine.ts'
import { programNamed } from '../differential.ts'

const busybox = programNamed('busybox')

function tree() {
  return treeOf({
    '/bin/busybox': {
      content: '\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x3e\x00\x01\x00 and more',
      mode: 0o755,
    },
    '/tmp': { directory: true, mode: 0o1777 },
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
    '/full': { content: 'x', mode: 0o644 },
  }).files
}

const run = (args: readonly string[], settings: RunSettings = {}) =>
  runProgram(busybox, tree(), { args, argv0: 'busybox', ...settings })

/** Commands that leave nothing behind, on paths that are in no tree. */
const commands = [
  'cat /nope',
  'cat -z',
  'rm /nope',
  'rm -z',
  'chmod 777 /nope',
  'cp /nope /nope2',
  'mv /nope /nope2',
  'ls /nope',
  'ls -z',
  'dd if=/nope',
  'dd if=/etc/passwd of=/nope/x',
  'ECCHI',
  '81c46036wget',
  'OWARI',
  'touch /nope/x',
  'rmdir /nope',
  'mkdir /nope/x',
  'mkdir',
  'chmod',
  'cp',
  'rm',
  'wget',
  'tftp',
  'ftpget',
  'nc',
  'wget foo://x',
  'wget http://',
  'wget -O',
  'which',
  'head /nope',
  'wc /nope',
  'find /nope',
  'md5sum /nope',
  'tar xf /nope',
  'echo -e a\\x41\\n',
  'echo -n x',
  'true',
  'false',
  'basename /a/b',
  'dirname /a/b',
  'grep x /nope',
  'sed p /nope',
  'sort /nope',
  'cut',
  'mknod',
  'ln',
  'touch',
  'base64 /nope',
  'yes --help',
  'ftpput',
  'telnet',
  'ping',
  'traceroute',
  'nslookup',
  'printf %s\\n a',
  '--list',
  '--version',
  'ls --version',
  'cat --version',
  'uname -x',
  'uname --version',
  'date -z',
  'id nobodyx',
  'sleep',
  'sleep x',
  'hostname -x',
  'free -x',
  'killall -9 nothing-runs',
  'killall',
  'kill -9 99999',
  'umount /nope',
  'mount /nope',
  'mount /nope /nope',
  'insmod /nope',
  'env x=1 /nope',
  'sysctl nosuch',
  'reboot -x',
  'stat /nope',
  'ifconfig nosuch',
  'df /nope',
  'du /nope',
]

describe('busybox', () => {
  for (const command of commands)
    it(`says what the real one says: ${command}`, async () => {
      const args = command.split(' ')
      const real = spawnSync('busybox', args, {
        input: '',
        encoding: 'latin1',
        env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      })
      const ours = await run(args)
      const first = (text: string) => text.split('\n\n').slice(0, 2).join('\n\n').trimEnd()
      assert.equal(first(ours.stderr + ours.stdout), first(real.stderr + real.stdout))
      assert.equal(ours.status, real.status)
    })

  it('has its list of applets in columns', async () => {
    const real = spawnSync('busybox', [], { encoding: 'latin1' })
    const ours = await run([])
    const applets = (text: string) => text.slice(text.indexOf('Currently defined functions:'))
    assert.equal(ours.stdout.split('\n')[0], real.stdout.split('\n')[0])
    assert.equal(applets(ours.stdout), applets(real.stdout))
  })

  it('answers the probes of bots: a token, its own first bytes', async () => {
    assert.equal((await run(['SATORI'])).stderr, 'SATORI: applet not found\n')
    const bytes = await run(['dd', 'if=/bin/busybox', 'bs=22', 'count=1'])
    assert.equal(bytes.stdout.length, 22)
    assert.match(bytes.stderr, /^1\+0 records in\n1\+0 records out\n/)
  })

  it('is older on a router, and lacks what that build lacks', async () => {
    const files = tree()
    const machine = stubMachine(files, { name: 'router-mips' })
    const listed = await run([], { machine })
    assert.match(listed.stdout, /^BusyBox v1\.30\.1 /)
    assert.equal((await run(['xxd'], { machine })).stderr, 'xxd: applet not found\n')
  })

  for (const name of ['router-mips', 'camera-arm'] as const)
    it(`has each applet that is linked to on ${name}, and a program for each that devices are asked for`, async () => {
      const machine = stubMachine(tree(), { name })
      const listed = (await run(['--list'], { machine })).stdout.trim().split('\n')
      const linked = Object.values(busyboxLinks[name]).flatMap((names) => names.split(' '))
      assert.deepEqual([...new Set([...linked, 'busybox'])].toSorted(), listed.toSorted())
      for (const applet of 'cat chmod cp dd df echo free hexdump ifconfig kill killall ls mount netstat ps rm sh tftp top uname wget'.split(
        ' ',
      ))
        assert(listed.includes(applet), applet)
    })

  it('shows files in columns of one width each', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sundew-busybox-'))
    try {
      for (const name of ['a', 'bb', 'c'.repeat(20), 'd', 'e'.repeat(12)])
        await writeFile(join(folder, name), name)
      const files = treeOf({
        [folder]: { directory: true },
        ...Object.fromEntries(
          ['a', 'bb', 'c'.repeat(20), 'd', 'e'.repeat(12)].map((name) => [join(folder, name), name]),
        ),
        '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
        '/etc/group': 'root:x:0:\n',
      }).files
      for (const options of [['-C'], ['-l'], ['-n'], ['-lh']]) {
        const args = ['ls', ...options, folder]
        const real = spawnSync('busybox', args, { encoding: 'latin1' }).stdout
        const ours = (await runProgram(busybox, files, { args, argv0: 'busybox' })).stdout
        const plain = (text: string) =>
          text.replace(/total .*\n/, '').replaceAll(/\w{3} [ \d]\d +[\d:]{4,5} /g, 'DATE ')
        assert.equal(plain(ours), plain(real))
      }
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('runs as the applet that a link to it names', async () => {
    const ran = await runProgram(busybox, tree(), { args: ['/nope'], argv0: '/bin/cat' })
    assert.equal(ran.stderr, "cat: can't open '/nope': No such file or directory\n")
  })
})
