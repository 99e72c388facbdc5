// Lists of bad names, addresses, URLs and hashes as feeds have them, made up: the same ones every time.
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ListSection } from '../../packages/sundew/src/hub/intel/list-section.ts'

/** How many of each there are in so many indicators. */
const shares = { names: 0.5, addresses: 0.25, urls: 0.15, hashes: 0.1 } as const

const tlds = ['com', 'net', 'org', 'ru', 'cn', 'info', 'xyz', 'top', 'co.uk', 'de', 'com.br', 'online']

/** Numbers that look like chance (xorshift32). */
export function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

/** Name number n: nobody else's, of two to four labels. */
export function listedName(n: number): string {
  const domain = `${word(n)}-${n.toString(36)}.${tlds[n % tlds.length]!}`
  return n % 3 === 0 ? `www.${domain}` : n % 7 === 0 ? `cdn.${word(n * 31)}.${domain}` : domain
}

/** A name that no list of {@link writeLists} holds. */
export function cleanName(n: number): string {
  return `${n % 2 === 0 ? 'www.' : ''}${word(n * 17)}-clean${n.toString(36)}.${tlds[n % tlds.length]!}`
}

/**
 * Writes the lists: together as many different indicators as asked for.
 *
 * @returns their sections of `intel.files`, and how many indicators of which kind they hold
 */
export async function writeLists(folder: string, indicators: number) {
  const count = (kind: keyof typeof shares) => Math.round(indicators * shares[kind])
  const sections: ListSection[] = []
  const put = async (name: string, head: string, lines: number, line: (n: number) => string) => {
    const path = join(folder, `${name}.txt`)
    await writeLines(path, head, lines, line)
    sections.push({ path, name, format: 'auto' } as ListSection)
  }
  await put('names', '# domains\n', count('names'), listedName)
  await put('addresses', '# addresses\n', count('addresses'), listedAddress)
  await put(
    'urls',
    '# id,dateadded,url,url_status,threat\n',
    count('urls'),
    (n) =>
      `"${n}","2026-11-${String(1 + (n % 24)).padStart(2, '0')} 10:00:00","http://${listedName(n + 10_000_000)}/a/${word(n)}.php?id=${n}","online","malware_download"`,
  )
  await put('hashes', '# sha256\n', count('hashes'), hash)
  return {
    sections,
    counts: {
      names: count('names'),
      addresses: count('addresses'),
      urls: count('urls'),
      hashes: count('hashes'),
    },
  }
}

/** A file of lines that are made one after the other; returns its bytes. */
export async function writeLines(
  path: string,
  head: string,
  lines: number,
  line: (n: number) => string,
): Promise<number> {
  const file = createWriteStream(path, { highWaterMark: 1024 * 1024 })
  let text = head
  let bytes = 0
  for (let n = 0; n < lines; n++) {
    text += `${line(n)}\n`
    if (text.length < 1_000_000 && n < lines - 1) continue
    bytes += text.length
    if (!file.write(text)) await once(file, 'drain')
    text = ''
  }
  file.end()
  await once(file, 'close')
  return bytes
}

/** Mostly hosts, some networks, one in ten of IPv6; spread over the space and all different. */
function listedAddress(n: number): string {
  if (n % 10 === 9) return `2a0${n & 7}:${(n >>> 16).toString(16)}:${(n & 0xffff).toString(16)}::1`
  // The step has no factor with the length of the space, so that none comes twice.
  const address = 0x0100_0000 + ((n * 7_919) % (222 * 2 ** 24))
  const network = `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}`
  return n % 20 === 0 ? `${network}.0/24` : `${network}.${address & 255}`
}

function hash(n: number): string {
  let text = ''
  for (let part = 0; part < 8; part++)
    text += scattered(n * 8 + part)
      .toString(16)
      .padStart(8, '0')
  return text
}

/** Four to nine letters. */
function word(n: number): string {
  let state = scattered(n)
  let text = ''
  for (let letters = 4 + (n % 6); letters > 0; letters--) {
    text += String.fromCharCode(97 + (state % 26))
    state = (Math.floor(state / 26) ^ (n << letters)) >>> 0
  }
  return text
}

/** Another number of 32 bits for each: odd factors lose nothing. */
function scattered(n: number): number {
  let mixed = Math.imul(n ^ (n >>> 15), 0x2c1b_3c6d)
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a_2d39)
  return (mixed ^ (mixed >>> 15)) >>> 0
}
