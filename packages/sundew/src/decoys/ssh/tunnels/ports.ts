/** How tunnels to a port are answered: by the decoy that stands for a port, or by the sink. */
export type Answerer =
  | { readonly by: 'decoy'; readonly as: number }
  | { readonly by: 'sink'; readonly tls: boolean; readonly greeting: string }

const decoys: readonly (readonly [as: number, ports: readonly number[]])[] = [
  [25, [25, 26, 1025, 2525, 2526, 3535, 25000]],
  [587, [587]],
  [465, [465]],
  [80, [80, 81, 8000, 8008, 8080, 8081, 8888]],
  [443, [443, 4443, 8443, 9443]],
]

const imap =
  '* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ STARTTLS AUTH=PLAIN] Dovecot (Debian) ready.\r\n'
const ftp = '220 (vsFTPd 3.0.3)\r\n'
const pop3 = '+OK Dovecot (Debian) ready.\r\n'

/** What servers that speak first say, as Debian's packages set them up. */
const greetings: readonly (readonly [port: number, tls: boolean, greeting: string])[] = [
  [21, false, ftp],
  [22, false, 'SSH-2.0-OpenSSH_8.4p1 Debian-5+deb11u3\r\n'],
  [110, false, pop3],
  [143, false, imap],
  [990, true, ftp],
  [993, true, imap.replace('STARTTLS ', '')],
  [995, true, pop3],
  [5900, false, 'RFB 003.008\n'],
]

const answerers = new Map<number, Answerer>([
  ...decoys.flatMap(([as, ports]) => ports.map((port) => [port, { by: 'decoy', as }] as const)),
  ...greetings.map(([port, tls, greeting]) => [port, { by: 'sink', tls, greeting }] as const),
])

/** What answers at a port; undefined for one where little can be expected. */
export function answererOf(port: number): Answerer | undefined {
  return answerers.get(port)
}
