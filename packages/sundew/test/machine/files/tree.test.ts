import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FileError, type ErrorCode } from '../../../src/machine/files/file-system.ts'
import { treeOf } from '../../../src/machine/files/literal.ts'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const bytes = (s: string) => Buffer.from(s, 'latin1')
const user = { uid: 1000, gid: 1000, groups: [1000, 27] }
const other = { uid: 1001, gid: 1001, groups: [1001] }

function fails(code: ErrorCode, run: () => unknown): void {
  assert.throws(run, (error: unknown) => error instanceof FileError && error.code === code, code)
}

function tree() {
  return treeOf({
    '/etc/passwd': 'root:x:0:0\n',
    '/etc/shadow': { content: 'root:*\n', mode: 0o640, gid: 42 },
    '/bin': { link: 'usr/bin' },
    '/usr/bin/ls': { content: '\x7fELF', mode: 0o755 },
    '/tmp': { directory: true, mode: 0o1777 },
    '/home/user': { directory: true, mode: 0o700, uid: 1000, gid: 1000 },
    '/srv/shared': { directory: true, mode: 0o2775, gid: 27 },
    '/loop': { link: 'loop' },
    '/dev/null': { device: ['c', 1, 3], mode: 0o666 },
    '/dev/zero': { device: ['c', 1, 5], mode: 0o666 },
    '/dev/full': { device: ['c', 1, 7], mode: 0o666 },
    '/dev/nothing': { device: ['c', 99, 7], mode: 0o666 },
  })
}

describe('paths', () => {
  it('go through links, and .. is above where the link led', () => {
    const { files } = tree()
    assert.equal(files.realPath('/bin/../bin/./ls'), '/usr/bin/ls')
    assert.equal(text(files.read('//bin//ls')), '\x7fELF')
    assert.equal(files.realPath('/../..'), '/')
    assert.equal(files.lstat('/bin').type, 'link')
    assert.equal(files.lstat('/bin/').type, 'directory')
    assert.equal(files.readLink('/bin'), 'usr/bin')
  })
  it('end in a slash only where there is a directory', () => {
    const { files } = tree()
    fails('ENOTDIR', () => files.stat('/etc/passwd/'))
    fails('ENOTDIR', () => files.stat('/etc/passwd/x'))
    fails('EISDIR', () => files.write('/tmp/new/', bytes('x')))
  })
  it('are refused where they lead in circles or are too long', () => {
    const { files } = tree()
    fails('ELOOP', () => files.stat('/loop'))
    fails('ENAMETOOLONG', () => files.stat(`/tmp/${'x'.repeat(256)}`))
    fails('ENOENT', () => files.stat(`/tmp/${'x'.repeat(255)}`))
    fails('ENAMETOOLONG', () => files.stat('/tmp/'.padEnd(4096, '/')))
    fails('ENOENT', () => files.stat(''))
  })
  it('may hold any byte', () => {
    const { files } = tree()
    files.write('/tmp/\xff\n\x01', bytes('x'))
    assert.deepEqual(files.list('/tmp'), ['\xff\n\x01'])
  })
})

describe('rights', () => {
  it('keep others out, and let user 0 in', () => {
    const { files } = tree()
    const asUser = files.as(user)
    fails('EACCES', () => asUser.read('/etc/shadow'))
    fails('EACCES', () => asUser.write('/etc/passwd', bytes('x')))
    fails('EACCES', () => asUser.write('/etc/new', bytes('x')))
    fails('EACCES', () => files.as(other).stat('/home/user/x'))
    assert.equal(text(files.read('/etc/shadow')), 'root:*\n')
    assert.equal(files.may('/etc/passwd', 'execute'), false)
    assert.equal(asUser.may('/usr/bin/ls', 'execute'), true)
  })
  it("keep others' files in a sticky directory", () => {
    const { files } = tree()
    files.as(user).write('/tmp/mine', bytes('x'), 0o666)
    fails('EPERM', () => files.as(other).unlink('/tmp/mine'))
    fails('EPERM', () => files.as(other).rename('/tmp/mine', '/tmp/theirs'))
    // fs.protected_regular: not even user 0.
    fails('EACCES', () => files.write('/tmp/mine', bytes('y')))
    files.unlink('/tmp/mine')
  })
  it("give a set-group-ID directory's group on", () => {
    const asUser = tree().files.as(user)
    asUser.makeDirectory('/srv/shared/d')
    asUser.write('/srv/shared/d/f', bytes(''))
    assert.equal(asUser.stat('/srv/shared/d').mode, 0o2755)
    assert.equal(asUser.stat('/srv/shared/d/f').gid, 27)
  })
  it('are lost with a change by somebody else', () => {
    const { files } = tree()
    files.write('/tmp/s', bytes('x'))
    files.chmod('/tmp/s', 0o6777)
    files.as(user).append('/tmp/s', bytes('y'))
    assert.equal(files.stat('/tmp/s').mode, 0o777)
  })
})

describe('devices', () => {
  it('answer as their numbers say', () => {
    const { files } = tree()
    files.write('/dev/null', bytes('gone'))
    assert.equal(files.read('/dev/null').length, 0)
    fails('ENOSPC', () => files.write('/dev/full', bytes('x')))
    fails('EFBIG', () => files.read('/dev/zero'))
    fails('ENXIO', () => files.open('/dev/nothing', { read: true }))
    files.makeNode('/tmp/n', 'character', 0o666, 1, 3)
    assert.equal(files.read('/tmp/n').length, 0)
    fails('EPERM', () => files.as(user).makeNode('/tmp/m', 'character', 0o666, 1, 3))
  })
})

describe('an open file', () => {
  it('lives on without a name', () => {
    const { files, left } = tree()
    const file = files.open('/tmp/f', { write: true, read: true, create: true })
    file.write(bytes('hello'))
    files.unlink('/tmp/f')
    file.seek(0)
    assert.equal(text(file.read(10)), 'hello')
    assert.equal(file.stat().nlink, 0)
    file.close()
    assert.deepEqual(left.takeAll(), [])
  })
  it('far beyond its end takes next to nothing, and reads as zeros', () => {
    const made = tree()
    const file = made.files.open('/tmp/f', { write: true, read: true, create: true })
    file.seek(2 ** 40)
    file.write(bytes('x'))
    assert.equal(file.stat().size, 2 ** 40 + 1)
    assert.ok(file.stat().blocks <= 128)
    assert.ok(made.used.bytes < 1000)
    file.seek(2 ** 40 - 2)
    assert.equal(text(file.read(10)), '\0\0x')
    fails('EFBIG', () => {
      file.seek(2 ** 44)
      file.write(bytes('x'))
    })
    file.close()
    made.files.unlink('/tmp/f')
    assert.deepEqual(made.used, { bytes: 0, files: 0 })
  })
})

describe('a machine that is full', () => {
  it('refuses bytes and files with ENOSPC, and says so', () => {
    const said: string[] = []
    const made = treeOf(
      { '/tmp': { directory: true, mode: 0o1777 } },
      { limits: { bytes: 200_000, files: 5 }, onLimit: (limit, value) => said.push(`${limit} ${value}`) },
    )
    fails('ENOSPC', () => made.files.write('/tmp/big', Buffer.alloc(300_000, 1)))
    assert.ok(made.files.stat('/tmp/big').size > 100_000)
    assert.equal(made.files.mountOf('/tmp').freeBytes, 0)
    made.files.unlink('/tmp/big')
    assert.ok(made.files.mountOf('/tmp').freeBytes > 0)
    for (let i = 0; i < 5; i++) made.files.makeDirectory(`/tmp/${i}`)
    fails('ENOSPC', () => made.files.makeDirectory('/tmp/6'))
    assert.deepEqual(said, ['file_bytes 200000', 'files 5'])
  })
  it('takes zeros by the gigabyte, as its disk would', () => {
    const made = tree()
    const file = made.files.open('/tmp/zero', { write: true, create: true })
    for (let i = 0; i < 1024; i++) file.write(Buffer.alloc(1024 * 1024))
    assert.equal(file.stat().blocks * 512, 2 ** 30)
    assert.ok(made.used.bytes < 2 ** 21)
  })
})

describe('what they left', () => {
  it('is told before it is lost, and listed at the end', () => {
    const lost: string[] = []
    const { files, left, own } = treeOf(
      { '/tmp': { directory: true, mode: 0o1777 }, '/etc/motd': 'hi' },
      { onLosing: (file) => lost.push(`${file.path} ${text(file.read(100))}`) },
    )
    files.write('/tmp/a', bytes('first'))
    files.write('/tmp/a', bytes('second'))
    files.write('/tmp/b', bytes('b'))
    files.rename('/tmp/a', '/tmp/b')
    files.append('/etc/motd', bytes('!'))
    own.append('/etc/motd.own', bytes('!'))
    files.write('/tmp/c', bytes('c'))
    assert.equal(text(files.take('/tmp/c')!.read(9)), 'c')
    files.unlink('/tmp/c')
    assert.deepEqual(lost, ['/tmp/a first', '/tmp/b b'])
    const at = left.takeAll().map((file) => `${file.path} ${text(file.read(100))}`)
    assert.deepEqual(at, ['/tmp/b second', '/etc/motd hi!'])
    assert.deepEqual(left.takeAll(), [])
  })
  it('has no copies of the machine’s own programs, but what is like one, or written over one', () => {
    const lost: string[] = []
    const program = `\x7fELF${'x'.repeat(100_000)}`
    const { files, left } = treeOf(
      { '/tmp': { directory: true }, '/usr/bin/ls': { content: program, mode: 0o755 }, '/etc/motd': 'hi' },
      { onLosing: (file) => lost.push(file.path) },
    )
    files.write('/tmp/copy', bytes(program))
    files.write('/tmp/changed', bytes(`${program.slice(0, -1)}y`))
    files.write('/tmp/longer', bytes(`${program}x`))
    files.write('/tmp/motd', bytes('hi'))
    files.write('/usr/bin/ls', bytes(`${program.slice(0, -1)}z`))
    files.write('/tmp/copy', bytes(program))
    files.unlink('/tmp/copy')
    assert.equal(files.take('/tmp/changed')?.path, '/tmp/changed')
    assert.deepEqual(lost, [])
    const at = left.takeAll().map((file) => file.path)
    assert.deepEqual(at, ['/tmp/longer', '/tmp/motd', '/usr/bin/ls'])
  })
})

describe('a generated tree', () => {
  it('is asked at each opening, by whom, and lets nothing be made', () => {
    let asked = 0
    const made = treeOf({ '/proc': { directory: true } })
    made.mount({
      device: 'proc',
      path: '/proc',
      type: 'proc',
      options: 'rw,nosuid,nodev,noexec,relatime',
      holds: {
        generated: {
          stat: (path) =>
            path === ''
              ? { type: 'directory', mode: 0o555 }
              : path === 'self'
                ? { type: 'link', mode: 0o777 }
                : path === 'count' || path === 'secret'
                  ? { type: 'file', mode: path === 'count' ? 0o444 : 0o400 }
                  : undefined,
          list: () => ['self', 'count'],
          readLink: (_path, caller) => String(caller.process),
          read: () => `${++asked}\n`,
        },
      },
    })
    const { files } = made
    assert.equal(text(files.read('/proc/count')), '1\n')
    assert.equal(text(files.read('/proc/../proc/count')), '2\n')
    assert.equal(files.as({ uid: 0, gid: 0, groups: [] }, 77).readLink('/proc/self'), '77')
    assert.equal(files.stat('/proc/count').size, 0)
    fails('EIO', () => files.write('/proc/count', bytes('x')))
    fails('ENOENT', () => files.write('/proc/new', bytes('x')))
    fails('ENOENT', () => files.makeDirectory('/proc/new'))
    fails('EPERM', () => files.unlink('/proc/count'))
    fails('EBUSY', () => files.removeDirectory('/proc'))
    fails('EACCES', () => files.as(user).read('/proc/secret'))
    fails('EXDEV', () => files.rename('/proc/count', '/x'))
    assert.equal(files.mountOf('/proc/count').type, 'proc')
    assert.deepEqual(files.list('/proc'), ['self', 'count'])
  })
})

describe('a volume that is read-only', () => {
  it('says so', () => {
    const made = treeOf({ '/rom': { directory: true } })
    made.mount({ device: '/dev/mtdblock2', path: '/rom', type: 'squashfs', options: 'ro,relatime' })
    fails('EROFS', () => made.files.write('/rom/x', bytes('x')))
    fails('EROFS', () => made.files.makeDirectory('/rom/x'))
    fails('EROFS', () => made.files.chmod('/rom', 0o777))
    fails('ENOENT', () => made.files.stat('/rom/x'))
  })
})
