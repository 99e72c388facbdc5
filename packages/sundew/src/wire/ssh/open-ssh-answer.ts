import type { PacketFault } from './packet-reader.ts'

/** OpenSSH's last words to what is no packet: a disconnect's reason code (RFC 4250 §4.2.2) and text. */
export interface LastWords {
  readonly code: number
  readonly text: string
}

/**
 * What sshd 9.2 sends before it closes, in an SSH_MSG_DISCONNECT; undefined where it closes without a word. It has one for the faults of
 * length and tag as well, "Packet corrupt", but ends before that is sent: tried with the real one.
 */
export function openSshAnswer(fault: PacketFault): LastWords | undefined {
  switch (fault.reason) {
    case 'bad-padding':
      return protocolError(`Corrupted padlen ${fault.padding} on input.`)
    case 'bad-type':
      return protocolError(`Invalid ssh2 packet type: ${fault.type}`)
    case 'bad-length':
    case 'bad-block':
    case 'bad-mac':
    case 'long-padding':
    case 'bad-compression':
    case 'empty':
      return undefined
  }
}

function protocolError(text: string): LastWords {
  return { code: 2, text }
}
