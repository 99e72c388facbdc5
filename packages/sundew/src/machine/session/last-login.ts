import type { FileSystem } from '../files/file-system.ts'
import { readLastLogin, writeLastLogin, type LastLogin } from '../files/last-logins.ts'

/** sshd's words about the login before, and writes this one down: `Last login: Tue Nov 25 12:00:00 2026 from 192.0.2.1`. */
export function lastLogin(files: FileSystem, uid: number, now: LastLogin): string | undefined {
  try {
    const before = readLastLogin(files, uid)
    writeLastLogin(files, uid, now)
    if (before === undefined) return undefined
    return `Last login: ${ctime(before.ms)}${before.host === '' ? '' : ` from ${before.host}`}`
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
