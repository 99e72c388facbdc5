import { zip } from './archives.ts'

/** A program for 32-bit Windows that ends at once with status 0: `xor eax, eax; ret`. */
export function exe(): Buffer {
  const file = Buffer.alloc(1024)
  file.write('MZ')
  file.writeUInt16LE(0x40, 0x18)
  file.writeUInt32LE(0x80, 0x3c)
  file.write('PE\0\0', 0x80, 'latin1')
  file.writeUInt16LE(0x014c, 0x84) // i386
  file.writeUInt16LE(1, 0x86) // sections
  file.writeUInt16LE(224, 0x94) // bytes of the optional header
  file.writeUInt16LE(0x0103, 0x96) // executable, 32 bits, no relocations
  const optional = 0x98
  file.writeUInt16LE(0x010b, optional) // PE32
  file.writeUInt32LE(512, optional + 4) // bytes of code
  file.writeUInt32LE(0x1000, optional + 16) // entry
  file.writeUInt32LE(0x1000, optional + 20) // base of code
  file.writeUInt32LE(0x2000, optional + 24)
  file.writeUInt32LE(0x400000, optional + 28) // image base
  file.writeUInt32LE(0x1000, optional + 32) // section alignment
  file.writeUInt32LE(512, optional + 36) // file alignment
  file.writeUInt16LE(4, optional + 40) // operating system 4.0
  file.writeUInt16LE(4, optional + 48) // subsystem 4.0
  file.writeUInt32LE(0x2000, optional + 56) // bytes of the image
  file.writeUInt32LE(512, optional + 60) // bytes of the headers
  file.writeUInt16LE(3, optional + 68) // console
  for (const [at, bytes] of [
    [72, 0x100000],
    [76, 0x1000],
    [80, 0x100000],
    [84, 0x1000],
    [92, 16],
  ] as const) {
    file.writeUInt32LE(bytes, optional + at)
  }
  const section = optional + 224
  file.write('.text', section)
  file.writeUInt32LE(3, section + 8)
  file.writeUInt32LE(0x1000, section + 12)
  file.writeUInt32LE(512, section + 16)
  file.writeUInt32LE(512, section + 20)
  file.writeUInt32LE(0x60000020, section + 36) // code, executable, readable
  file.set([0x31, 0xc0, 0xc3], 512)
  return file
}

/** An Android package in outline: the archive opens, and nothing can be installed from it. */
export function apk(): Buffer {
  const manifest =
    '<?xml version="1.0" encoding="utf-8"?>\n<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="org.example.sample" android:versionCode="1" android:versionName="1.0"><application android:label="Sample" android:hasCode="false"/></manifest>\n'
  return zip([
    { name: 'AndroidManifest.xml', data: Buffer.from(manifest) },
    { name: 'META-INF/MANIFEST.MF', data: Buffer.from('Manifest-Version: 1.0\r\nCreated-By: 1.0\r\n\r\n') },
    { name: 'res/raw/sample.txt', data: Buffer.from('Sample\n') },
  ])
}

/** A second of silence, MPEG-1 layer III, 128 kbit/s, 44.1 kHz, stereo: 417 bytes a frame, all of them empty. */
export function mp3(): Buffer {
  const frame = Buffer.alloc(417)
  frame.set([0xff, 0xfb, 0x90, 0x64])
  return Buffer.concat(Array<Buffer>(39).fill(frame))
}
