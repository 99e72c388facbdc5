import { options } from '../common/options.ts'
import { reasonOf, tool, type Tool } from '../common/tool.ts'

const elfMachines: Record<number, string> = {
  2: 'SPARC',
  3: 'Intel 80386',
  4: 'Motorola m68k',
  8: 'MIPS',
  20: 'PowerPC or cisco 4500',
  21: '64-bit PowerPC',
  40: 'ARM',
  42: 'Renesas SH',
  62: 'x86-64',
  183: 'ARM aarch64',
  243: 'UCB RISC-V',
}

/** What a file holds, from its first bytes. */
export const file = tool('file', async (t: Tool) => {
  const o = options(
    t,
    'bcCdEf:F:hikLm:nNprsSvzZ0',
    'brief=b mime=i mime-type no-dereference=h dereference=L separator:=F version=v',
  )
  if (o.has('v')) {
    t.put('file-5.44\nmagic file from /etc/magic:/usr/share/misc/magic\n')
    return 0
  }
  if (o.operands.length === 0) {
    await t.call.stderr.write(
      'Usage: file [-bcCdEhikLlNnprsSvzZ0] [--apple] [--extension] [--mime-encoding]\n            [--mime-type] [-e <testname>] [-F <separator>]  [-f <namefile>]\n            [-m <magicfiles>] [-P <parameter=value>] [--exclude-quiet]\n            <file> ...\n       file -C [-m <magicfiles>]\n       file [--help]\n',
    )
    return 1
  }
  const width = Math.max(...o.operands.map((name) => name.length)) + 2
  for (const name of o.operands) {
    let kind: string
    try {
      kind = kindOf(t, t.call.path(name), o.has('L'))
    } catch (error) {
      kind = `cannot open \`${name}' (${reasonOf(error)})`
    }
    t.put(o.has('b') ? `${kind}\n` : `${`${name}:`.padEnd(width)}${kind}\n`)
    await t.call.spend()
  }
  return 0
})

function kindOf(t: Tool, path: string, follow: boolean): string {
  const stat = follow ? t.files.stat(path) : t.files.lstat(path)
  if (stat.type === 'directory') return (stat.mode & 0o1000) !== 0 ? 'sticky, directory' : 'directory'
  if (stat.type === 'link') {
    const target = t.files.readLink(path)
    return `${t.files.exists(path) ? '' : 'broken '}symbolic link to ${target}`
  }
  if (stat.type === 'character' || stat.type === 'block')
    return `${stat.type} special (${stat.major}/${stat.minor})`
  if (stat.type === 'fifo') return 'fifo (named pipe)'
  if (stat.type === 'socket') return 'socket'
  if (stat.size === 0) return 'empty'
  const opened = t.files.open(path, { read: true })
  const bytes = Buffer.from(opened.read(4096))
  opened.close()
  if (bytes.length === 0) return 'empty'
  const text = bytes.toString('latin1')
  const setuid = `${(stat.mode & 0o4000) !== 0 ? 'setuid ' : ''}${(stat.mode & 0o2000) !== 0 ? 'setgid ' : ''}`
  if (text.startsWith('\x7fELF')) return setuid + elf(bytes)
  if (text.startsWith('#!')) {
    const line = text.slice(2).split('\n')[0]!.trim()
    const interpreter = line.split(/\s+/)
    const base = interpreter[0]!.slice(interpreter[0]!.lastIndexOf('/') + 1)
    const shown = {
      sh: 'POSIX shell script',
      bash: 'Bourne-Again shell script',
      dash: 'POSIX shell script',
      python3: 'Python script',
      perl: 'Perl script text executable',
    }[base === 'env' ? (interpreter[1] ?? '') : base]
    return shown === undefined
      ? `a ${line} script, ASCII text executable`
      : shown.endsWith('executable')
        ? shown
        : `${shown}, ASCII text executable`
  }
  if (text.startsWith('\x1f\x8b')) return 'gzip compressed data'
  if (text.startsWith('BZh')) return `bzip2 compressed data, block size = ${text[3]}00k`
  if (text.startsWith('\xfd7zXZ')) return 'XZ compressed data, checksum CRC64'
  if (text.startsWith('PK\x03\x04'))
    return 'Zip archive data, at least v2.0 to extract, compression method=deflate'
  if (text.slice(257, 262) === 'ustar') return 'POSIX tar archive (GNU)'
  if (text.startsWith('\x89PNG')) return 'PNG image data'
  if (text.startsWith('\xff\xd8\xff')) return 'JPEG image data'
  if (text.startsWith('MZ')) return 'MS-DOS executable'
  if (/^-----BEGIN (OPENSSH|RSA) PRIVATE KEY/.test(text))
    return text.startsWith('-----BEGIN O') ? 'OpenSSH private key' : 'PEM RSA private key'
  if (/[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]/.test(text)) return 'data'
  const ascii = !/[\x80-\xff]/.test(text)
  const utf8 = Buffer.from(bytes.toString('utf8')).equals(bytes)
  const kind = ascii ? 'ASCII text' : utf8 ? 'Unicode text, UTF-8 text' : 'ISO-8859 text'
  return `${kind}${text.includes('\r\n') ? ', with CRLF line terminators' : text.includes('\n') ? '' : ', with no line terminators'}`
}

function elf(bytes: Buffer): string {
  const wide = bytes[4] === 2
  const little = bytes[5] === 1
  const half = (at: number): number =>
    at + 2 > bytes.length ? 0 : little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)
  const machine = elfMachines[half(18)] ?? `*unknown arch 0x${half(18).toString(16)}*`
  const type =
    { 1: 'relocatable', 2: 'executable', 3: 'pie executable', 4: 'core file' }[half(16)] ?? 'unknown'
  const dynamic = half(16) === 3
  return `ELF ${wide ? '64' : '32'}-bit ${little ? 'LSB' : 'MSB'} ${type}, ${machine}, version 1 (SYSV)${dynamic ? `, dynamically linked, interpreter ${wide ? '/lib64/ld-linux-x86-64.so.2' : '/lib/ld-linux.so.2'}, for GNU/Linux 3.2.0, stripped` : half(16) === 2 ? ', statically linked, stripped' : ''}`
}
