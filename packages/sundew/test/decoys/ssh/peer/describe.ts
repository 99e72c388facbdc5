import { messageNumber as number } from '../../../../src/wire/ssh/message/message-number.ts'
import { WireReader } from '../../../../src/wire/ssh/message/wire-reader.ts'

/** A server's message as two servers can be compared by: what is random or a host's own is left out. */
export function describe(payload: Uint8Array, groupPending: boolean): string {
  const type = payload[0]
  const bytes = Buffer.from(payload)
  switch (type) {
    case number.debug:
      // What sshd says of the line in authorized_keys that let somebody in.
      return ''
    case number.kexInit:
      return `KEXINIT ${text(bytes.subarray(17))}`
    case number.kexReply:
      return groupPending ? group(payload) : reply(payload)
    case number.gexReply:
      return reply(payload)
    case number.globalRequest: {
      const reader = new WireReader(payload, number.globalRequest)
      const name = reader.name()
      if (name !== 'hostkeys-00@openssh.com') return text(bytes)
      const wantReply = reader.flag()
      const keys: string[] = []
      while (reader.left > 0) keys.push(new WireReader(reader.string()).name())
      return `hostkeys-00 ${wantReply} ${keys.join()}`
    }
    case number.requestSuccess:
      return bytes.length > 1 ? `REQUEST_SUCCESS ${proofs(payload)}` : 'REQUEST_SUCCESS'
    default:
      return text(bytes)
  }
}

/** Whether its size on the wire is no matter of chance. */
export function hasFixedSize(payload: Uint8Array): boolean {
  return ![number.kexReply, number.gexReply, number.requestSuccess].includes(payload[0] as 31)
}

function text(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1')).slice(1, -1)
}

function group(payload: Uint8Array): string {
  const reader = new WireReader(payload, number.kexReply)
  return `GROUP of ${reader.mpint().length * 8} bits`
}

function reply(payload: Uint8Array): string {
  const reader = new WireReader(payload)
  const type = reader.byte()
  const key = new WireReader(reader.string()).name()
  // A whole number may be a byte or two short by chance.
  const share = Math.round(reader.string().length / 8)
  const signature = new WireReader(reader.string()).name()
  return `REPLY ${type} ${key} share ${share} signed by ${signature}, ${reader.left} left`
}

function proofs(payload: Uint8Array): string {
  const reader = new WireReader(payload.subarray(1))
  const signatures: string[] = []
  while (reader.left > 0) signatures.push(new WireReader(reader.string()).name())
  return signatures.join()
}
