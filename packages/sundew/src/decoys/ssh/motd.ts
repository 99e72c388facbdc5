/** What Debian 12 shows at a login with a terminal: its kernel by `uname -snrvm`, and /etc/motd. */
export function motd(hostname: string): string {
  const host = hostname.split('.', 1)[0]!
  return `Linux ${host} 6.1.0-37-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22) x86_64

The programs included with the Debian GNU/Linux system are free software;
the exact distribution terms for each program are described in the
individual files in /usr/share/doc/*/copyright.

Debian GNU/Linux comes with ABSOLUTELY NO WARRANTY, to the extent
permitted by applicable law.
`
}
