import { crc32, deflateRawSync, gzipSync } from 'node:zlib'

/** A file inside an archive. */
export interface Member {
  readonly name: string
  readonly data: Buffer
}

/** 2026-01-01 00:00 in the DOS form of zip: the same bytes at every run. */
const dosDate = ((2026 - 1980) << 9) | (1 << 5) | 1

/** A zip archive (PKWARE APPNOTE 6.3, §4.3). */
export function zip(members: readonly Member[]): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let at = 0
  for (const { name, data } of members) {
    const packed = deflateRawSync(data, { level: 9 })
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(8, 4)
    common.writeUInt16LE(dosDate, 8)
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(data.length, 18)
    common.writeUInt16LE(name.length, 22)
    locals.push(Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), packed)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(at, 10)
    central.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, Buffer.from(name))
    at += 4 + common.length + name.length + packed.length
  }
  const index = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(members.length, 4)
  end.writeUInt16LE(members.length, 6)
  end.writeUInt32LE(index.length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...locals, index, Buffer.from('PK\x05\x06', 'latin1'), end])
}

/** A tar archive (POSIX.1-1988 ustar). */
export function tar(members: readonly Member[]): Buffer {
  const blocks = members.flatMap(({ name, data }) => {
    const head = Buffer.alloc(512)
    head.write(name, 0)
    head.write('0000644\0' + '0000000\0' + '0000000\0', 100)
    head.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124)
    head.write('15124523600\0', 136)
    head.write('        0', 148)
    head.write('ustar\x0000', 257, 'latin1')
    const sum = head.reduce((total, byte) => total + byte, 0)
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return [head, data, Buffer.alloc((512 - (data.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

/** A gzip file without a name or time. */
export function gz(data: Buffer): Buffer {
  return gzipSync(data, { level: 9 })
}
