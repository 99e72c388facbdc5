import type { FileSystem } from '../files/file-system.ts'

const path = '/var/log/lastlog'
/** glibc's struct lastlog on 64-bit Linux: time (4), line (32), host (256). */
const record = { bytes: 292, line: 4, lineBytes: 32, host: 36, hostBytes: 256 }
/** Accounts past it are not written down. */
const maxUid = 65_535

/** sshd's words about the login before, and writes this one down: `Last login: Tue Nov 25 12:00:00 2026 from 192.0.2.1`. */
export function lastLogin(
  files: FileSystem,
  uid: number,
  now: { readonly ms: number; readonly tty: string; readonly host: string },
): string | undefined {
  if (uid > maxUid) return undefined
  try {
    const log = files.exists(path) ? Buffer.from(files.read(path)) : Buffer.alloc(0)
    const at = uid * record.bytes
    const before = log.subarray(at, at + record.bytes)
    const seconds = before.length === record.bytes ? before.readUInt32LE(0) : 0
    const host = before.toString('latin1', record.host, record.host + record.hostBytes).replace(/\0.*$/s, '')
    const entry = Buffer.alloc(record.bytes)
    entry.writeUInt32LE(Math.floor(now.ms / 1000) >>> 0, 0)
    entry.write(now.tty, record.line, record.lineBytes, 'latin1')
    entry.write(now.host, record.host, record.hostBytes, 'latin1')
    const all = Buffer.alloc(Math.max(log.length, at + record.bytes))
    log.copy(all)
    entry.copy(all, at)
    files.write(path, all)
    if (seconds === 0) return undefined
    return `Last login: ${ctime(seconds * 1000)}${host === '' ? '' : ` from ${host}`}`
  } catch {
    return undefined
  }
}

/** C's ctime in UTC, which is where the machine is. */
function ctime(ms: number): string {
  // Tue, 25 Nov 2026 12:00:00 GMT
  const [day, date, month, year, time] = new Date(ms).toUTCString().replace(',', '').split(' ')
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`
}
