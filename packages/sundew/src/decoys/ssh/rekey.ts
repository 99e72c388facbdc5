import { ciphers } from '../../wire/ssh/cipher/ciphers.ts'
import type { PacketReader } from '../../wire/ssh/packet-reader.ts'
import type { PacketWriter } from '../../wire/ssh/packet-writer.ts'
import type { Manners } from './manners.ts'

/** Whether keys have been used enough to be changed before `bytes` more go out (packet.c's ssh_packet_need_rekeying). */
export function isRekeyDue(
  rule: Manners['rekeys'],
  reader: PacketReader,
  writer: PacketWriter,
  cipherIn: string,
  cipherOut: string,
  bytes: number,
): boolean {
  if (reader.packets === 0 && writer.packets === 0) return false
  if (reader.packets > rule.packets || writer.packets > rule.packets) return true
  const blockIn = ciphers.get(cipherIn)!.blockBytes
  const blockOut = ciphers.get(cipherOut)!.blockBytes
  return (
    writer.blocks + Math.ceil(bytes / blockOut) > rule.blocks(blockOut) ||
    reader.blocks > rule.blocks(blockIn)
  )
}
