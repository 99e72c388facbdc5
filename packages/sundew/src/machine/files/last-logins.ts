import type { FileSystem } from './file-system.ts'

/** The last login of an account. */
export interface LastLogin {
  readonly ms: number
  readonly tty: string
  readonly host: string
}

const path = '/var/log/lastlog'
/** glibc's struct lastlog on 64-bit Linux: time (4), line (32), host (256). */
const record = { bytes: 292, line: 4, lineBytes: 32, host: 36, hostBytes: 256 }
/** Accounts past it are not written down. */
const maxUid = 65_535

/** What /var/log/lastlog has of an account: of none where it is not there, or cut. */
export function readLastLogin(files: FileSystem, uid: number): LastLogin | undefined {
  if (uid > maxUid) return undefined
  const at = uid * record.bytes
  const entry = logOf(files).subarray(at, at + record.bytes)
  if (entry.length < record.bytes || entry.readUInt32LE(0) === 0) return undefined
  const text = (start: number, length: number): string =>
    entry.toString('latin1', start, start + length).replace(/\0.*$/s, '')
  return {
    ms: entry.readUInt32LE(0) * 1000,
    tty: text(record.line, record.lineBytes),
    host: text(record.host, record.hostBytes),
  }
}

/** Writes one down, as sshd does. @throws FileError */
export function writeLastLogin(files: FileSystem, uid: number, login: LastLogin): void {
  if (uid > maxUid) return
  const log = logOf(files)
  const at = uid * record.bytes
  const entry = Buffer.alloc(record.bytes)
  entry.writeUInt32LE(Math.floor(login.ms / 1000) >>> 0, 0)
  entry.write(login.tty, record.line, record.lineBytes, 'latin1')
  entry.write(login.host, record.host, record.hostBytes, 'latin1')
  const all = Buffer.alloc(Math.max(log.length, at + record.bytes))
  log.copy(all)
  entry.copy(all, at)
  files.write(path, all)
}

/** As it was written down before anybody came. */
export function startLastLogins(files: FileSystem, uid: number, login: LastLogin): void {
  if (!files.exists(path)) return
  writeLastLogin(files, uid, login)
  files.setTimes(path, login.ms, login.ms)
}

function logOf(files: FileSystem): Buffer {
  try {
    return Buffer.from(files.read(path))
  } catch {
    return Buffer.alloc(0)
  }
}
