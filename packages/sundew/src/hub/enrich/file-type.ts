/** How many first bytes {@link detectType} looks at. */
export const typeBytes = 512

type Magic = readonly [type: string, at: number, magic: string]

/** First match wins: longer before shorter. Bytes as one character each. */
const magics: readonly Magic[] = [
  ['application/x-elf', 0, '\x7fELF'],
  ['application/vnd.microsoft.portable-executable', 0, 'MZ'],
  ['application/x-mach-binary', 0, '\xcf\xfa\xed\xfe'],
  ['application/x-mach-binary', 0, '\xce\xfa\xed\xfe'],
  ['application/x-mach-binary', 0, '\xca\xfe\xba\xbe\x00\x00\x00\x02'],
  ['application/java-vm', 0, '\xca\xfe\xba\xbe'],
  ['application/vnd.android.dex', 0, 'dex\n'],
  ['application/wasm', 0, '\x00asm'],
  ['application/pdf', 0, '%PDF-'],
  ['application/postscript', 0, '%!PS'],
  ['application/rtf', 0, '{\\rtf'],
  ['application/x-ole-storage', 0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  ['application/zip', 0, 'PK\x03\x04'],
  ['application/zip', 0, 'PK\x05\x06'],
  ['application/gzip', 0, '\x1f\x8b'],
  ['application/x-bzip2', 0, 'BZh'],
  ['application/x-xz', 0, '\xfd7zXZ\x00'],
  ['application/zstd', 0, '\x28\xb5\x2f\xfd'],
  ['application/x-7z-compressed', 0, '7z\xbc\xaf\x27\x1c'],
  ['application/vnd.rar', 0, 'Rar!\x1a\x07'],
  ['application/vnd.ms-cab-compressed', 0, 'MSCF'],
  ['application/x-tar', 257, 'ustar'],
  ['application/x-ms-shortcut', 0, 'L\x00\x00\x00\x01\x14\x02\x00'],
  ['image/png', 0, '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', 0, '\xff\xd8\xff'],
  ['image/gif', 0, 'GIF8'],
  ['image/webp', 8, 'WEBP'],
  ['image/bmp', 0, 'BM'],
  ['image/vnd.microsoft.icon', 0, '\x00\x00\x01\x00'],
  ['application/vnd.sqlite3', 0, 'SQLite format 3\x00'],
  ['application/x-php', 0, '<?php'],
  ['text/x-shellscript', 0, '#!'],
  ['message/rfc822', 0, 'Received:'],
]

/** What a file is by its first bytes: a media type, text/html, text/plain or application/octet-stream. Never by its name. */
export function detectType(first: Uint8Array): string {
  const head = Buffer.from(first.buffer, first.byteOffset, Math.min(first.byteLength, typeBytes)).toString(
    'latin1',
  )
  for (const [type, at, magic] of magics) if (head.startsWith(magic, at)) return type
  if (head === '') return 'application/x-empty'
  const text = head
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase()
  if (text.startsWith('<!doctype html') || text.startsWith('<html')) return 'text/html'
  if (text.startsWith('<?xml')) return 'text/xml'
  return /[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(head) ? 'application/octet-stream' : 'text/plain'
}
