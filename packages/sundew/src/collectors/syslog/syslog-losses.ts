import type { LossesWords } from '../flow/losses.ts'

/** What is said of lines that nobody will ever know of. */
export const syslogLosses: LossesWords = {
  packets: {
    code: 'SUNDEW_SYSLOG_DROPPED',
    message: (count) =>
      `the kernel dropped ${count} datagrams of syslog because they came faster than they were read: "sundew doctor" tells the receive buffer and how to raise it`,
  },
  rows: {
    code: 'SUNDEW_FIREWALL_DROPPED',
    message: (count) =>
      `${count} lines of firewalls were read and could not be kept: more waits for the store than collectors.syslog.waiting_mb allows, or the disk refuses`,
  },
}
