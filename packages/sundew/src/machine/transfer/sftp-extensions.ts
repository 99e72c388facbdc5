import type { Mount } from '../files/file-system.ts'
import type { PacketReader } from './sftp-packets.ts'
import { packet, packetOf } from './sftp-packets.ts'
import { maxDataBytes, maxHandles, maxPacketBytes } from './sftp-limits.ts'
import type { SftpServer } from './sftp-server.ts'

/** Name and version of each, in the order of the server's first packet. */
export const extensions: readonly string[] = [
  ['posix-rename@openssh.com', '1'],
  ['statvfs@openssh.com', '2'],
  ['fstatvfs@openssh.com', '2'],
  ['hardlink@openssh.com', '1'],
  ['fsync@openssh.com', '1'],
  ['lsetstat@openssh.com', '1'],
  ['limits@openssh.com', '1'],
  ['expand-path@openssh.com', '1'],
  ['copy-data', '1'],
  ['home-directory', '1'],
  ['users-groups-by-id@openssh.com', '1'],
].flat()

const failure = 4
/** What one copy-data moves at most in one go. */
const copyBytes = 64 * 1024
/** And in all: what the limits of the tree do not refuse already (zeros) ends here. */
const mostCopiedBytes = 64 * 1024 * 1024
/** Numbers in one users-groups-by-id. */
const mostIds = 1024

/** The answer to SSH_FXP_EXTENDED; undefined where there is no such extension. */
export function extend(server: SftpServer, id: number, reader: PacketReader): Uint8Array | undefined {
  const { files } = server
  const name = reader.text()
  switch (name) {
    case 'posix-rename@openssh.com': {
      const [from, to] = [server.path(reader.text()), server.path(reader.text())]
      return server.tried(id, () => files.rename(from, to))
    }
    case 'hardlink@openssh.com': {
      const [from, to] = [server.path(reader.text()), server.path(reader.text())]
      return server.tried(id, () => files.link(from, to))
    }
    case 'statvfs@openssh.com':
      return volume(server, id, server.path(reader.text()))
    case 'fstatvfs@openssh.com': {
      const handle = server.handle(reader.bytes())
      return handle?.type === 'file' ? volume(server, id, handle.path) : server.status(id, failure)
    }
    case 'fsync@openssh.com': {
      const handle = server.handle(reader.bytes())
      return handle?.type === 'file' ? server.status(id, 0) : server.status(id, 2)
    }
    case 'lsetstat@openssh.com':
      return server.status(id, server.change(server.path(reader.text()), reader.attributes(), false))
    case 'limits@openssh.com':
      return packetOf(packet.extendedReply, [
        id,
        BigInt(maxPacketBytes),
        BigInt(maxDataBytes),
        BigInt(maxDataBytes),
        BigInt(maxHandles),
      ])
    case 'expand-path@openssh.com':
      return expand(server, id, reader.text())
    case 'home-directory': {
      const user = reader.text()
      const home = user === '' ? server.directory : server.names.home(user)
      return home === undefined ? server.status(id, failure) : server.name(id, home)
    }
    case 'users-groups-by-id@openssh.com':
      return packetOf(packet.extendedReply, [
        id,
        namesOf(reader.bytes(), (number) => server.names.user(number)),
        namesOf(reader.bytes(), (number) => server.names.group(number)),
      ])
    case 'copy-data':
      return copy(server, id, reader)
    default:
      return undefined
  }
}

function volume(server: SftpServer, id: number, path: string): Uint8Array {
  let mount: Mount | undefined
  const code = server.outcome(() => (mount = server.files.mountOf(path)))
  if (mount === undefined) return server.status(id, code)
  const blocks = (bytes: number) => BigInt(Math.floor(bytes / 4096))
  const options = mount.options.split(',')
  const flags = (options.includes('ro') ? 1n : 0n) | (options.includes('nosuid') ? 2n : 0n)
  const free = [blocks(mount.freeBytes), blocks(mount.freeBytes)]
  const files = [mount.totalFiles, mount.freeFiles, mount.freeFiles].map(BigInt)
  return packetOf(packet.extendedReply, [
    id,
    4096n,
    4096n,
    blocks(mount.totalBytes),
    ...free,
    ...files,
    0n,
    flags,
    255n,
  ])
}

/** `~` and `~user` at the start are homes. */
function expand(server: SftpServer, id: number, path: string): Uint8Array {
  const tilde = /^~([^/]*)(\/.*)?$/s.exec(path)
  if (tilde === null) return server.realPath(id, path)
  const home = tilde[1] === '' ? server.directory : server.names.home(tilde[1]!)
  if (home === undefined) return server.status(id, 2, 'no such user')
  return server.realPath(id, `${home}${tilde[2] ?? ''}`)
}

function namesOf(ids: Buffer, of: (id: number) => string | undefined): Uint8Array {
  const names: Buffer[] = []
  for (let at = 0; at + 4 <= ids.length && at < 4 * mostIds; at += 4) {
    const name = Buffer.from(of(ids.readUInt32BE(at)) ?? '', 'latin1')
    const length = Buffer.alloc(4)
    length.writeUInt32BE(name.length)
    names.push(length, name)
  }
  return Buffer.concat(names)
}

/** From one file into another, up to its end where the length is 0. */
function copy(server: SftpServer, id: number, reader: PacketReader): Uint8Array {
  const from = server.handle(reader.bytes())
  const start = reader.u64()
  const length = reader.u64()
  const to = server.handle(reader.bytes())
  const at = reader.u64()
  if (from?.type !== 'file' || to?.type !== 'file' || from.path === to.path) return server.status(id, failure)
  return server.tried(id, () => {
    from.file.seek(start)
    if (!to.isAppended) to.file.seek(at)
    let left = Math.min(length === 0 ? mostCopiedBytes : length, mostCopiedBytes)
    while (left > 0) {
      const bytes = from.file.read(Math.min(copyBytes, left))
      if (bytes.length === 0) break
      to.file.write(bytes)
      left -= bytes.length
    }
  })
}
