import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { treeOf } from '../../../src/machine/files/literal.ts'
import type { Happening } from '../../../src/machine/happening.ts'
import { maxPacketBytes } from '../../../src/machine/transfer/sftp-limits.ts'
import { packet, packetOf, type Field } from '../../../src/machine/transfer/sftp-packets.ts'
import { SftpServer } from '../../../src/machine/transfer/sftp-server.ts'

const realServer = '/usr/lib/openssh/sftp-server'
const u32 = (n: number): Field => ({ raw: Buffer.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255) })
const handle = (n: number): Uint8Array => Buffer.of(0, 0, 0, n)
const noAttributes = u32(0)
const init = packetOf(packet.init, [3])

function serverOf(root: string, happened: (h: Happening) => void = () => {}, directory = root) {
  const tree = treeOf({
    '/root': { directory: true, mode: 0o700 },
    [dirname(root)]: { directory: true, mode: 0o700 },
    [root]: { directory: true },
    '/etc/passwd': existsSync('/etc/passwd') ? readFileSync('/etc/passwd') : '',
    '/etc/group': existsSync('/etc/group') ? readFileSync('/etc/group') : '',
  })
  return {
    tree,
    server: new SftpServer({ files: tree.files, directory, umask: 0o022, now: Date.now, happened }),
  }
}

/** One that fast-check prints in short. */
function shown(make: Request): Request {
  const own: Request = (id, root) => make(id, root)
  return Object.defineProperty(own, fc.toStringMethod, {
    value: () => JSON.stringify(Buffer.from(make(0, '').subarray(4)).toString('latin1')),
  })
}

/** Every answer, taken at once. */
function answers(server: SftpServer, bytes: Uint8Array): Buffer {
  server.feed(bytes)
  const all: Uint8Array[] = []
  for (let answer = server.next(); answer !== undefined; answer = server.next()) all.push(answer)
  return Buffer.concat(all)
}

function split(bytes: Buffer): Buffer[] {
  const packets: Buffer[] = []
  for (let at = 0; at + 4 <= bytes.length; at += 4 + bytes.readUInt32BE(at)) {
    packets.push(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at)))
  }
  return packets
}

/** What the real server answers; it leaves at the end of its input, so that comes once it has said enough. */
async function real(input: Buffer, cwd: string, expected: number): Promise<Buffer[]> {
  // As many open files as on a server, whatever this machine lets.
  const child = spawn('/bin/sh', ['-c', `ulimit -n 1024; exec ${realServer}`], {
    cwd,
    env: { TZ: 'UTC', HOME: '/root', USER: 'root' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const parts: Buffer[] = []
  const silent = setTimeout(() => child.stdin.end(), 2000)
  child.stdin.write(input)
  for await (const part of child.stdout as AsyncIterable<Buffer>) {
    parts.push(part)
    if (split(Buffer.concat(parts)).length >= expected) child.stdin.end()
  }
  clearTimeout(silent)
  return split(Buffer.concat(parts))
}

/** An answer without what differs between two disks: times, and the order of names. */
function plain(answer: Buffer): unknown {
  const type = answer[0]
  const at = { at: 5 }
  const attributes = () => {
    const flags = answer.readUInt32BE(at.at)
    at.at += 4
    if (flags === 0) return 'none'
    const size = answer.readBigUInt64BE(at.at)
    const mode = answer.readUInt32BE(at.at + 16)
    const said = [
      flags,
      (mode & 0o170000) === 0o040000 ? 'any' : size,
      answer.readUInt32BE(at.at + 8),
      answer.readUInt32BE(at.at + 12),
      mode,
    ]
    at.at += 28
    return said.join(' ')
  }
  const text = () => {
    const length = answer.readUInt32BE(at.at)
    at.at += 4 + length
    return answer.toString('latin1', at.at - length, at.at)
  }
  if (type === packet.attrs) return ['attrs', attributes()]
  if (type !== packet.name) return answer.toString('latin1')
  const count = answer.readUInt32BE(5)
  at.at = 9
  const names: string[][] = []
  for (let i = 0; i < count; i++) {
    names.push([
      text(),
      text()
        .replace(/^(d.{33}).{8}/, '$1 anysize')
        .replace(/ \w{3} [ \d]\d ( \d{4}|\d\d:\d\d) /, ' date '),
      attributes(),
    ])
  }
  return ['name', ...names.sort((a, b) => (a[0]! < b[0]! ? -1 : 1))]
}

const name = fc.constantFrom('a', 'b', 'c')
const relative = fc
  .tuple(fc.array(name, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '', '', '/', '/.'))
  .map(([names, end]) => names.join('/') + end)
const mode = fc.constantFrom(0o755, 0o644, 0o700, 0o4755)
type Request = (id: number, root: string) => Buffer

const paths = (type: number, ...rest: Field[]) =>
  relative.map(
    (p): Request =>
      (id, root) =>
        packetOf(type, [id, `${root}/${p}`, ...rest]),
  )
const two = (type: number, ...before: Field[]) =>
  fc.tuple(relative, relative).map(
    ([p, q]): Request =>
      (id, root) =>
        packetOf(type, [id, ...before, `${root}/${p}`, `${root}/${q}`]),
  )
const handles = fc.nat(3).map(handle)

const request: fc.Arbitrary<Request> = fc.oneof(
  paths(packet.stat),
  paths(packet.lstat),
  paths(packet.opendir),
  paths(packet.remove),
  paths(packet.rmdir),
  paths(packet.realpath),
  paths(packet.readlink),
  fc.tuple(relative, fc.option(mode)).map(
    ([p, m]): Request =>
      (id, root) =>
        packetOf(packet.mkdir, [id, `${root}/${p}`, ...(m === null ? [noAttributes] : [u32(4), u32(m)])]),
  ),
  fc.tuple(relative, fc.constantFrom(1, 2, 3, 0x0a, 0x1a, 0x2a, 0x0e, 0x1b, 0), fc.option(mode)).map(
    ([p, flags, m]): Request =>
      (id, root) =>
        packetOf(packet.open, [
          id,
          `${root}/${p}`,
          flags,
          ...(m === null ? [noAttributes] : [u32(4), u32(m)]),
        ]),
  ),
  two(packet.rename),
  fc.tuple(relative, relative).map(
    ([p, q]): Request =>
      (id, root) =>
        packetOf(packet.symlink, [id, p, `${root}/${q}`]),
  ),
  two(packet.extended, 'posix-rename@openssh.com'),
  two(packet.extended, 'hardlink@openssh.com'),
  handles.map(
    (h): Request =>
      (id) =>
        packetOf(packet.close, [id, h]),
  ),
  handles.map(
    (h): Request =>
      (id) =>
        packetOf(packet.readdir, [id, h]),
  ),
  handles.map(
    (h): Request =>
      (id) =>
        packetOf(packet.fstat, [id, h]),
  ),
  handles.map(
    (h): Request =>
      (id) =>
        packetOf(packet.extended, [id, 'fsync@openssh.com', h]),
  ),
  fc.tuple(handles, fc.nat(300), fc.nat(300_000)).map(
    ([h, at, length]): Request =>
      (id) =>
        packetOf(packet.read, [id, h, BigInt(at), length]),
  ),
  fc.tuple(handles, fc.nat(300), fc.nat(200)).map(
    ([h, at, length]): Request =>
      (id) =>
        packetOf(packet.write, [id, h, BigInt(at), Buffer.alloc(length, 'w')]),
  ),
  fc.tuple(relative, mode, fc.nat(500)).map(
    ([p, m, size]): Request =>
      (id, root) =>
        packetOf(packet.setstat, [id, `${root}/${p}`, u32(5), BigInt(size), u32(m)]),
  ),
  fc.tuple(handles, mode).map(
    ([h, m]): Request =>
      (id) =>
        packetOf(packet.fsetstat, [id, h, u32(4), u32(m)]),
  ),
  fc.tuple(relative, mode).map(
    ([p, m]): Request =>
      (id, root) =>
        packetOf(packet.extended, [id, 'lsetstat@openssh.com', `${root}/${p}`, u32(8), u32(m), u32(m)]),
  ),
  fc.constantFrom('limits@openssh.com', 'unknown@example.org').map(
    (e): Request =>
      (id) =>
        packetOf(packet.extended, [id, e]),
  ),
  fc.constantFrom('~nobodyknown/x', '~', '~root', '~root/../x', '').map(
    (p): Request =>
      (id) =>
        packetOf(packet.extended, [id, 'expand-path@openssh.com', p]),
  ),
  fc.constantFrom('root', 'nobodyknown').map(
    (p): Request =>
      (id) =>
        packetOf(packet.extended, [id, 'home-directory', p]),
  ),
  fc.constant<Request>((id) =>
    packetOf(packet.extended, [
      id,
      'users-groups-by-id@openssh.com',
      Buffer.from('0000000000000001', 'hex'),
      Buffer.from('00000000ffff0000', 'hex'),
    ]),
  ),
  fc.tuple(handles, handles, fc.nat(300), fc.nat(300)).map(
    ([h, k, from, to]): Request =>
      (id) =>
        packetOf(packet.extended, [id, 'copy-data', h, BigInt(from), 0n, k, BigInt(to)]),
  ),
)

describe('the SFTP server', () => {
  it('says version 3, and the extensions of OpenSSH 9.2', () => {
    const { server } = serverOf('/root')
    const said = answers(server, init).toString('latin1')
    assert.match(
      said,
      /posix-rename@openssh\.com.*limits@openssh\.com.*users-groups-by-id@openssh\.com\0\0\0\x011$/s,
    )
  })

  it(
    'answers as the real one does, request by request',
    { skip: !existsSync(realServer) || process.getuid?.() !== 0 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(request.map(shown), { minLength: 20, maxLength: 60, size: 'max' }),
          async (requests) => {
            const root = join(mkdtempSync(join(tmpdir(), 'sundew-sftp-')), 'r')
            mkdirSync(root)
            try {
              const start = [
                packetOf(packet.mkdir, [1, `${root}/a`, noAttributes]),
                packetOf(packet.mkdir, [2, `${root}/a/b`, noAttributes]),
                packetOf(packet.open, [3, `${root}/b`, 0x1b, noAttributes]),
                packetOf(packet.opendir, [4, root]),
              ]
              const all = Buffer.concat([init, ...start, ...requests.map((r, i) => r(i + 10, root))])
              const { server } = serverOf(root)
              const ours = split(answers(server, all))
              server.end()
              const theirs = await real(all, root, ours.length)
              for (const [i, answer] of theirs.entries())
                assert.deepEqual(
                  ours[i] && plain(ours[i]),
                  plain(answer),
                  `answer ${i} to ${JSON.stringify(requests[i - 5]?.(0, '').toString())}`,
                )
              assert.equal(ours.length, theirs.length)
            } finally {
              rmSync(join(root, '..'), { recursive: true })
            }
          },
        ),
        { numRuns: 60 },
      )
    },
  )

  it('bears any bytes, answers of bounded size, and ends as the real one does at what is no packet', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 200 }),
            request.map((r) => r(7, '/root')),
          ),
        ),
        (parts) => {
          const { server, tree } = serverOf('/root')
          answers(server, init)
          for (const part of parts)
            for (const answer of split(answers(server, part))) assert.ok(answer.length <= maxPacketBytes)
          server.end()
          assert.ok(tree.used.bytes < 2_000_000)
        },
      ),
    )
    for (const [bytes, exit] of [
      [packetOf(packet.stat, [1, '/']), 255],
      [Buffer.of(0xff, 0xff, 0xff, 0xff, 1), 11],
      [Buffer.of(0, 0, 0, 0, 1), 255],
      [Buffer.concat([init, Buffer.of(0, 0, 0, 9, packet.stat, 0, 0, 0, 1, 0, 0, 0, 9)]), 255],
    ] as const) {
      const { server } = serverOf('/root')
      answers(server, bytes)
      assert.equal(server.exit, exit)
      // At the end of its input the real one leaves, whatever waits.
      if (existsSync(realServer) && bytes.length < 10)
        assert.equal(spawnSync(realServer, [], { input: bytes }).status, exit)
    }
  })

  it('makes no more answers than are taken', () => {
    const { server } = serverOf('/root')
    const open = packetOf(packet.open, [1, '/root/big', 0x1b, noAttributes])
    answers(
      server,
      Buffer.concat([init, open, packetOf(packet.write, [2, handle(0), 0n, Buffer.alloc(200_000, 'x')])]),
    )
    server.feed(
      Buffer.concat(
        Array.from({ length: 5000 }, (_, i) => packetOf(packet.read, [i, handle(0), 0n, 0xffffffff])),
      ),
    )
    assert.equal(server.next()?.length, 200_013)
    assert.equal(server.next()?.length, 200_013)
  })

  it('tells of a file that was uploaded, once, also where the peer leaves in the middle', () => {
    const happenings: Happening[] = []
    const { server, tree } = serverOf('/root', (h) => happenings.push(h))
    const write = (path: string, n: number) => [
      packetOf(packet.open, [1, path, 0x1a, noAttributes]),
      packetOf(packet.write, [2, handle(n), 0n, Buffer.from(path)]),
    ]
    answers(
      server,
      Buffer.concat([init, ...write('x', 0), packetOf(packet.close, [3, handle(0)]), ...write('/root/y', 0)]),
    )
    assert.equal(happenings.length, 1)
    server.end()
    assert.deepEqual(
      happenings.map((h) => h.type === 'file' && [h.path, Buffer.from(h.bytes).toString(), h.via, h.partial]),
      [
        ['/root/x', 'x', 'sftp', false],
        ['/root/y', '/root/y', 'sftp', false],
      ],
    )
    assert.deepEqual(tree.left.takeAll(), [])
  })

  it('holds 1,019 files at most', () => {
    const { server } = serverOf('/root')
    const opens = Array.from({ length: 1020 }, (_, i) =>
      packetOf(packet.open, [i, `/root/${i}`, 0x1a, noAttributes]),
    )
    const said = split(answers(server, Buffer.concat([init, ...opens])))
    assert.equal(said.at(-2)![0], packet.handle)
    assert.equal(said.at(-1)![0], packet.status)
  })
})
