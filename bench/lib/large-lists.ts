import { closeSync, openSync, writeSync } from 'node:fs'

/** Lines of which one write is made. */
const linesAtOnce = 20_000

/** Lists as publishers write them, of any size: a line by its number. */
export const largeLists = {
  'plain addresses': { head: '', line: (number: number) => `${addressOf(number)}\n` },
  'plain names': { head: '', line: (number: number) => `${nameOf(number)} # malware ${number % 50}\n` },
  hosts: { head: '', line: (number: number) => `0.0.0.0 ${nameOf(number)}\n` },
  csv: {
    head: 'ip,malware,first_seen\n',
    line: (number: number) => `${addressOf(number)},bot ${number % 9},2026-07-30 11:54:23\n`,
  },
  'csv of URLhaus': {
    head: '# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n',
    line: (number: number) =>
      `"${number}","2026-07-30 11:54:23","http://${addressOf(number)}:37352/bin.sh","online","2026-07-30 11:54:23",` +
      `"malware_download","32-bit,elf,mips,Mozi","https://urlhaus.abuse.ch/url/${number}/","reporter"\n`,
  },
  'json lines': {
    head: '',
    line: (number: number) => `{"cidr":"${addressOf(number)}/32","sblid":"SBL${number}","rir":"apnic"}\n`,
  },
} as const

/** Writes a list of so many lines, each another; its size in bytes. */
export function writeLargeList(path: string, kind: keyof typeof largeLists, lines: number): number {
  const { head, line } = largeLists[kind]
  const file = openSync(path, 'w')
  try {
    let bytes = writeSync(file, head)
    for (let from = 0; from < lines; from += linesAtOnce) {
      const count = Math.min(linesAtOnce, lines - from)
      bytes += writeSync(file, Array.from({ length: count }, (_, index) => line(from + index)).join(''))
    }
    return bytes
  } finally {
    closeSync(file)
  }
}

/** Four and a half million different ones: 45.0.0.0 and on. */
function addressOf(number: number): string {
  return `${45 + (number >>> 24)}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`
}

function nameOf(number: number): string {
  return `host${number}.example${number % 1000}.com`
}
