import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openAsset } from '../../../src/machine/files/asset.ts'
import type { FileSystem } from '../../../src/machine/files/file-system.ts'
import { packTree, restKinds, unpackTree, type FileToPack } from '../../../src/machine/files/packed-tree.ts'
import { personaTree } from '../../../src/machine/files/persona-tree.ts'
import type { MachinePersona, PersonaName } from '../../../src/machine/persona.ts'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

function persona(name: PersonaName): MachinePersona {
  return {
    name,
    shell: name === 'debian-12' ? 'bash' : 'ash',
    kernel: {
      name: 'Linux',
      release: '6.1.0-37-amd64',
      version: '',
      machine: 'x86_64',
      operatingSystem: 'GNU/Linux',
    },
    processor: { model: '', count: 2, mhz: 2400 },
    memoryKb: 4_018_128,
    diskBytes: 40 * 1024 ** 3,
  }
}

const nowMs = Date.UTC(2026, 10, 25, 12)

function treeFor(name: PersonaName, secret = 'a') {
  const chance = (key: string) =>
    createHash('sha256').update(`${secret} ${key}`).digest().readUInt32BE(0) / 2 ** 32
  return personaTree(
    persona(name),
    () => ({
      hostname: 'web03',
      bootMs: nowMs - 40 * 24 * 3_600_000,
      now: () => nowMs,
      chance,
      network: {
        address: '10.1.2.3',
        prefix: 24,
        gateway: '10.1.2.1',
        interface: 'ens3',
        resolvers: ['1.1.1.1', '8.8.8.8'],
      },
    }),
    { now: () => nowMs },
  )
}

function each(files: FileSystem, path: string, visit: (path: string) => void): void {
  for (const name of files.list(path)) {
    const child = `${path === '/' ? '' : path}/${name}`
    visit(child)
    if (files.lstat(child).type === 'directory') each(files, child, visit)
  }
}

describe('Debian 12', () => {
  const tree = treeFor('debian-12')
  const { files } = tree
  it('has every file under its name, of the size that is read, and nothing of it is copied', () => {
    let count = 0
    each(files, '/', (path) => {
      count++
      const stat = files.lstat(path)
      assert.equal(files.realPath(path.slice(0, path.lastIndexOf('/')) || '/').length > 0, true)
      if (stat.type === 'file') {
        const file = files.open(path, { read: true })
        file.seek(Math.max(0, stat.size - 16))
        assert.equal(file.read(64).length, Math.min(16, stat.size), path)
        file.close()
        assert.ok(stat.mtimeMs <= nowMs, `${path} is from ${new Date(stat.mtimeMs).toISOString()}`)
        assert.ok(stat.ctimeMs >= stat.mtimeMs)
      }
    })
    assert.ok(count > 26_000, `${count}`)
    assert.deepEqual(tree.used, { bytes: 0, files: 0 })
  })
  it('is this machine: name, users, keys, disk', () => {
    assert.equal(text(files.read('/etc/hostname')), 'web03\n')
    const user = files.list('/home')[0]!
    assert.match(text(files.read('/etc/passwd')), new RegExp(`^${user}:x:1000:1000:`, 'm'))
    assert.match(text(files.read('/etc/shadow')), /^root:\$y\$j9T\$[./0-9A-Za-z]{22}\$[./0-9A-Za-z]{43}:\d+:/)
    assert.match(text(files.read('/etc/group')), new RegExp(`^sudo:x:27:${user}$`, 'm'))
    assert.equal(files.stat(`/home/${user}/.bashrc`).uid, 1000)
    assert.match(
      text(files.read('/etc/ssh/ssh_host_ed25519_key.pub')),
      /^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5\S{48} root@web03\n$/,
    )
    assert.equal(files.stat('/etc/ssh/ssh_host_ed25519_key').mode, 0o600)
    assert.match(text(files.read('/var/log/auth.log')), /^2026-\S+ web03 \S+: /)
    assert.doesNotMatch(text(files.read('/etc/fstab')), /\{\{/)
    assert.equal(text(files.read('/etc/shadow')), text(treeFor('debian-12').files.read('/etc/shadow')))
    assert.notEqual(
      text(files.read('/etc/shadow')),
      text(treeFor('debian-12', 'b').files.read('/etc/shadow')),
    )
  })
  it('has programs with true headers, and the package list', () => {
    const ls = files.read('/bin/ls')
    assert.equal(ls.length, files.stat('/usr/bin/ls').size)
    assert.equal(text(ls.subarray(0, 5)), '\x7fELF\x02')
    assert.equal(Buffer.from(ls).readUInt16LE(18), 62)
    assert.match(text(files.read('/var/lib/dpkg/status')), /Package: linux-image-6\.1\.0-37-amd64\n/)
    assert.doesNotMatch(text(files.read('/var/lib/dpkg/status')), /6\.1\.0-56/)
    assert.ok(files.exists('/boot/vmlinuz-6.1.0-37-amd64'))
  })
  it('has what it is written over, and the next machine has not', () => {
    files.append('/etc/passwd', Buffer.from('x:x:0:0::/:/bin/sh\n'))
    files.write('/bin/ls', Buffer.from('mine'))
    files.unlink('/usr/bin/curl')
    assert.match(text(files.read('/etc/passwd')), /x:x:0:0/)
    assert.equal(text(files.read('/usr/bin/ls')), 'mine')
    assert.equal(files.exists('/bin/curl'), false)
    const { files: next } = treeFor('debian-12')
    assert.doesNotMatch(text(next.read('/etc/passwd')), /x:x:0:0/)
    assert.ok(next.exists('/bin/curl'))
  })
})

describe('a router and a camera', () => {
  for (const [name, machine, big] of [
    ['router-mips', 8, true],
    ['camera-arm', 40, false],
  ] as const) {
    it(`${name} shows its processor in /bin/busybox, which its commands lead to`, () => {
      const { files } = treeFor(name)
      const busybox = Buffer.from(files.read('/bin/sh'))
      assert.equal(busybox.length, files.stat('/bin/busybox').size)
      assert.equal(big ? busybox.readUInt16BE(18) : busybox.readUInt16LE(18), machine)
      each(files, '/', (path) => {
        const stat = files.lstat(path)
        if (stat.type === 'file') assert.equal(files.read(path).length, stat.size, path)
        if (stat.type === 'link' && path.includes('bin/')) assert.ok(files.exists(path), path)
      })
      files.write('/tmp/dropped', Buffer.from('x'))
      files.write('/dev/dropped', Buffer.from('x'))
    })
  }
  it('a camera keeps its system from being written', () => {
    assert.throws(
      () => treeFor('camera-arm').files.write('/bin/x', Buffer.from('x')),
      /Read-only file system/,
    )
  })
})

describe('a packed tree', () => {
  it('reads back as it was', () => {
    const kind = { type: 'directory', mode: 0o755, uid: 0, gid: 0 } as const
    const file = (name: string, size: number, time: number, installed: boolean): FileToPack => ({
      name,
      size,
      time,
      installed,
      kind: { ...kind, type: 'file' },
      kept: Buffer.from(name),
      rest: restKinds.none,
      children: [],
    })
    const one = file('one', 2 ** 40, 1_700_000_000, false)
    const children = [
      file('zwei', 5, 12, true),
      one,
      { ...file('two', 3, 1_600_000_000, false), sameAs: one },
    ]
    const packed = packTree({ ...file('', 4096, 0, true), kind, kept: Buffer.alloc(0), children })
    const tree = unpackTree(packed)
    assert.equal(tree.count, 4)
    assert.deepEqual([...tree.size], [4096, 2 ** 40, 3, 5])
    assert.deepEqual([...tree.time], [0, 1_700_000_000, 1_600_000_000, 12])
    assert.deepEqual([...tree.installed], [1, 0, 0, 1])
    assert.deepEqual([...tree.aliases], [[2, 1]])
    for (let cut = 0; cut < packed.length; cut++) {
      assert.throws(() => unpackTree(packed.subarray(0, cut)), Error)
    }
  })
  it('that was damaged on disk is not used', () => {
    const bytes = readFileSync(join(import.meta.dirname, '../../../assets/machine/debian-12.tree'))
    bytes[bytes.length >> 1]! ^= 1
    assert.throws(() => openAsset(bytes), /damaged/)
  })
})

describe('copies of a persona’s own programs', () => {
  for (const name of ['debian-12', 'router-mips', 'camera-arm'] as const)
    it(`are not what they left on ${name}`, () => {
      const { files, left } = treeFor(name)
      for (const program of ['/bin/echo', '/bin/sh', '/bin/ls']) files.write('/tmp/x', files.read(program))
      files.write('/tmp/y', Buffer.concat([files.read('/bin/ls').subarray(0, -1), Buffer.from('!')]))
      assert.deepEqual(
        left.takeAll().map((file) => file.path),
        [files.realPath('/tmp/y')],
      )
    })
})
