import { treeOf } from '../packages/sundew/src/machine/files/literal.ts'
import { packet, packetOf, type Field } from '../packages/sundew/src/machine/transfer/sftp-packets.ts'
import { SftpServer } from '../packages/sundew/src/machine/transfer/sftp-server.ts'
import type { Target } from './target.ts'

/** Bytes of answers that one input may bring about: each packet of it is answered once. */
const mostAnswered = 64 * 1024 * 1024

const number = (value: number): Field => ({
  raw: Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255),
})
const text = (value: string): Uint8Array => Buffer.from(value, 'latin1')
const init = packetOf(packet.init, [3])
const open = (path: string, flags: number): Uint8Array =>
  packetOf(packet.open, [1, text(path), number(flags), number(0)])
const handle = Uint8Array.of(0, 0, 0, 0)

/** A file transfer, by whoever was let in. */
export const sftp: Target = {
  name: 'sftp',
  seeds: [
    [init, open('/etc/passwd', 1), packetOf(packet.read, [2, handle, number(0), number(0), number(32_768)])],
    [
      init,
      open('x', 0x1a),
      packetOf(packet.write, [2, handle, number(0), number(3), text('abc')]),
      packetOf(packet.close, [3, handle]),
    ],
    [init, packetOf(packet.opendir, [1, text('/')]), packetOf(packet.readdir, [2, handle])],
    [
      init,
      packetOf(packet.realpath, [1, text('../../..//etc/./')]),
      packetOf(packet.stat, [2, text('/etc/passwd')]),
    ],
    [
      init,
      packetOf(packet.rename, [1, text('/etc/passwd'), text('/x')]),
      packetOf(packet.remove, [2, text('/x')]),
    ],
    [init, packetOf(packet.extended, [1, text('statvfs@openssh.com'), text('/')])],
  ].map((packets) => Buffer.concat(packets)),
  start() {
    return Promise.resolve({
      bear(input: Uint8Array) {
        const tree = treeOf({
          '/root': { directory: true },
          '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
        })
        const server = new SftpServer({
          files: tree.files,
          directory: '/root',
          umask: 0o022,
          now: Date.now,
          happened: () => {},
        })
        server.feed(input)
        let answered = 0
        for (let answer = server.next(); answer !== undefined; answer = server.next())
          answered += answer.length
        server.end()
        if (answered > mostAnswered) throw new Error(`${answered} bytes of answers to ${input.length}`)
        return Promise.resolve()
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    })
  },
}
