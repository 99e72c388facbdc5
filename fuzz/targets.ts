import { asciicast } from './asciicast.ts'
import { dnstap } from './dnstap.ts'
import { feeds } from './feeds.ts'
import { logs } from './logs.ts'
import { netflow } from './netflow.ts'
import { pcap } from './pcap.ts'
import { sflow } from './sflow.ts'
import { sftp } from './sftp.ts'
import { shell } from './shell.ts'
import { sshMessages } from './ssh-messages.ts'
import { sshTransport } from './ssh-transport.ts'
import { syslog } from './syslog.ts'
import type { Target } from './target.ts'
import { telnet } from './telnet.ts'

/** What `npm run fuzz NAME` tries, in turn. */
export const targets: Readonly<Record<string, readonly Target[]>> = {
  ssh: [sshTransport, sshMessages, telnet, shell, sftp, asciicast],
  flows: [netflow, sflow, pcap],
  intel: [feeds],
  watch: [logs, dnstap],
  syslog: [syslog],
}
