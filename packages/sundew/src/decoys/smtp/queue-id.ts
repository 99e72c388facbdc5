import { now } from '../../core/clock.ts'

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** `value` in base 62, exactly `width` digits, the low ones. */
export function base62(value: number, width: number): string {
  let text = ''
  for (let rest = value; text.length < width; rest = Math.floor(rest / 62))
    text = digits.charAt(rest % 62) + text
  return text
}

/** Queue files that a busy spool has about it: inodes come back once a message has left. */
const inodes = 4096
const firstInode = 0x20000 + Math.floor(Math.random() * 0xe00000)
let nextInode = 0

/**
 * A short queue id of Postfix (enable_long_queue_ids = no): the microseconds of the second in five hexadecimal digits,
 * then the inode of the queue file.
 */
export function postfixQueueId(): string {
  const { ms, ns } = now()
  const micros = (ms % 1000) * 1000 + Math.floor(ns / 1000)
  nextInode = (nextInode + 1) % inodes
  return (
    micros.toString(16).toUpperCase().padStart(5, '0') + (firstInode + nextInode).toString(16).toUpperCase()
  )
}

/** A message id of Exim 4.96: seconds, process id and 500 µs ticks, in base 62. Each connection is a process. */
export function eximMessageId(connection: number): string {
  const { ms, ns } = now()
  const ticks = (ms % 1000) * 2 + (ns < 500_000 ? 0 : 1)
  return `${base62(Math.floor(ms / 1000), 6)}-${base62(2000 + (connection % 30_000), 6)}-${base62(ticks, 2)}`
}

/** A queue id of Sendmail 8.12 and later: year, month, day, hour, minute and second in base 60, sequence, process id. */
export function sendmailQueueId(connection: number): string {
  const now = new Date()
  const time = [
    now.getUTCMonth(),
    now.getUTCDate(),
    now.getUTCHours(),
    now.getUTCMinutes(),
    now.getUTCSeconds(),
  ]
  const year = digits.charAt((now.getUTCFullYear() - 1900) % 60)
  sequence = (sequence + 1) % 3600
  const head = year + time.map((part) => digits.charAt(part)).join('')
  return `${head}${base62(sequence, 2)}${String(2000 + (connection % 30_000)).padStart(6, '0')}`
}

let sequence = 0
