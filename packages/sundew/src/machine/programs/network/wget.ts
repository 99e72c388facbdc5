import { bytesOf, lineBatches } from '../common/lines.ts'
import { hintOf, options } from '../common/options.ts'
import type { Options } from '../common/options.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { makeFolders } from '../files/mkdir.ts'
import { busyboxWget } from './busybox-wget.ts'
import { fetchOf, stamp } from './fetching.ts'
import { parseUrl, type ParsedUrl } from './url.ts'
import { connectTimeoutMs, resolveTimeoutMs } from './verdict.ts'

/** URLs of one run that are tried. */
const maxUrls = 200

/** GNU Wget 1.21.3. */
export const wget = tool('wget', async (t: Tool) => {
  if (t.busybox) return busyboxWget(t)
  const o = options(
    t,
    'VhbedqvnFB:i:o:a:O:t:cNST:w:Q:P:x46U:E:kKmprl:A:R:D:I:X:HLe:',
    'version=V background=b quiet=q verbose=v no-verbose=nv output-file:=o append-output:=a output-document:=O tries:=t continue=c timeout:=T dns-timeout: connect-timeout:=T read-timeout: wait:=w waitretry: random-wait quota:=Q directory-prefix:=P no-check-certificate user-agent:=U header: post-data: post-file: method: body-data: body-file: input-file:=i no-cache referer: save-headers server-response=S spider timestamping=N no-clobber=nc no-directories=nd force-directories=x recursive=r level:=l mirror=m page-requisites=p convert-links=k no-parent user: password: http-user: http-password: ftp-user: ftp-password: no-proxy show-progress progress: limit-rate: inet4-only=4 inet6-only=6 no-hsts secure-protocol: ca-certificate: max-redirect: content-disposition retry-connrefused no-host-directories=nH no-config no-cookies load-cookies: debug=d execute:=e base:=B no-dns-cache prefer-family: no-iri',
    { hint: usage, status: 2 },
  )
  if (o.has('V')) {
    t.put(
      'GNU Wget 1.21.3 built on linux-gnu.\n\n-cares +digest -gpgme +https +ipv6 +iri +large-file -metalink +nls \n+ntlm +opie +psl +ssl/gnutls \n\nWgetrc: \n    /etc/wgetrc (system)\nLocale: \n    /usr/share/locale \nCopyright (C) 2015 Free Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later\n<http://www.gnu.org/licenses/gpl.html>.\nThis is free software: you are free to change and redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n\nOriginally written by Hrvoje Niksic <hniksic@xemacs.org>.\nPlease send bug reports and questions to <bug-wget@gnu.org>.\n',
    )
    return 0
  }
  // `-nv`, `-nc`: getopt sees n and then the letter.
  const no = (letter: string): boolean => t.args.some((arg) => arg === `-n${letter}`) || o.has(`n${letter}`)
  const urls = [...o.operands]
  const list = o.value('i')
  if (list !== undefined) {
    try {
      for await (const { lines } of lineBatches(t, t.input(list)))
        urls.push(...lines.map((line) => line.trim()).filter((line) => line !== ''))
    } catch (error) {
      await t.call.stderr.write(`${list}: ${reasonOf(error)}\n`)
    }
  }
  if (urls.length === 0) {
    if (list !== undefined) {
      await t.call.stderr.write(`No URLs found in ${list}.\n`)
      return 1
    }
    throw new Exit(1, `${t.name}: missing URL\n${hint}`)
  }
  const session = new Session(t, o, no)
  let status = 0
  for (const url of urls.slice(0, maxUrls)) {
    const result = await session.get(url)
    if (result !== 0 && (status === 0 || result < status)) status = result
  }
  await session.end(status)
  return status
})

const hint = "Usage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n"

function usage(t: Tool): never {
  throw new Exit(2, `${t.name}: ${hintOf(t)}\n${hint}`)
}

class Session {
  readonly #t: Tool
  readonly #o: Options
  readonly #quiet: boolean
  readonly #terse: boolean
  readonly #no: (letter: string) => boolean
  #log: ReturnType<Tool['output']> | undefined
  #document: ReturnType<Tool['output']> | undefined
  #got = 0
  #bytes = 0
  #began = 0

  constructor(t: Tool, o: Options, no: (letter: string) => boolean) {
    this.#t = t
    this.#o = o
    this.#no = no
    this.#quiet = o.has('q')
    this.#terse = no('v') || o.has('nv')
    this.#began = performance.now()
  }

  /** To stderr, unless it is to be quiet. */
  async #say(text: string, terse = false): Promise<void> {
    if (this.#quiet || (this.#terse && !terse)) return
    const file = this.#o.value('o') ?? this.#o.value('a')
    if (file !== undefined && this.#log === undefined)
      try {
        this.#log = this.#t.output(file, this.#o.has('a'))
      } catch (error) {
        throw new Exit(1, `${file}: ${reasonOf(error)}\n`)
      }
    await (this.#log ?? this.#t.call.stderr).write(text)
  }

  #q(text: string): string {
    return this.#t.utf8 ? `\xe2\x80\x98${text}\xe2\x80\x99` : `'${text}'`
  }

  async get(text: string): Promise<number> {
    const { call } = this.#t
    const url = parseUrl(text)
    if (url === undefined || url.host === '') {
      await this.#say(`${text}: ${url === undefined ? 'Bad port number' : 'Invalid host name'}.\n`, true)
      return 1
    }
    if (!/^(https?|ftps?)$/.test(url.scheme)) {
      await this.#say(`${text}: Unsupported scheme ${this.#q(url.scheme)}.\n`, true)
      return 1
    }
    const document = this.#o.value('O')
    if (document !== undefined && document !== '-' && this.#document === undefined)
      try {
        this.#document = this.#t.output(document)
      } catch (error) {
        throw new Exit(1, `${document}: ${reasonOf(error)}\n`)
      }
    const name = document ?? this.#nameFor(url)
    const { how, bytes } = fetchOf(call, url, 'wget', document === '-' ? '' : call.path(name))
    const tries = Number(this.#o.value('t') ?? 20) || 20
    const timeoutMs = Math.min(Number(this.#o.value('T') ?? 0) * 1000 || connectTimeoutMs, connectTimeoutMs)
    for (let attempt = 1; ; attempt++) {
      await this.#say(
        `--${stamp(call.machine.now())}--  ${attempt > 1 ? `(try:${String(attempt).padStart(2)})  ` : ''}${url.text}\n`,
      )
      if (url.scheme === 'ftp') await this.#say(`           => ${this.#q(name)}\n`)
      if (how.type === 'name') {
        await this.#say(`Resolving ${url.host} (${url.host})... `)
        await call.sleep(resolveTimeoutMs)
        await this.#say('failed: Temporary failure in name resolution.\n')
        await this.#say(`wget: unable to resolve host address ${this.#q(url.host)}\n`, true)
        return 4
      }
      const at = `${how.address.includes(':') ? `[${how.address}]` : how.address}:${url.port}`
      const named = how.address !== url.host
      if (named) {
        await this.#say(`Resolving ${url.host} (${url.host})... ${how.address}\n`)
        await this.#say(`Connecting to ${url.host} (${url.host})|${how.address}|:${url.port}... `)
      } else await this.#say(`Connecting to ${at}... `)
      if (how.type === 'refused') {
        await call.sleep(20)
        await this.#say('failed: Connection refused.\n', true)
        return 4
      }
      if (how.type === 'timeout') {
        await call.sleep(timeoutMs)
        await this.#say('failed: Connection timed out.\n', true)
        if (attempt >= tries) {
          await this.#say('Giving up.\n\n')
          return 4
        }
        await this.#say('Retrying.\n\n')
        await call.sleep(Math.min(attempt, 10) * 1000)
        continue
      }
      await call.sleep(60)
      await this.#say('connected.\n')
      if (url.scheme === 'ftp') return this.#ftp(url)
      if (url.scheme === 'https' && bytes === undefined) {
        await call.sleep(60)
        await this.#say('Unable to establish SSL connection.\n', true)
        return 4
      }
      await this.#say(`${url.scheme} request sent, awaiting response... `.replace(/^https?/, 'HTTP'))
      await call.sleep(80)
      if (bytes === undefined) {
        if (this.#terse) await this.#say(`${url.text}:\n`, true)
        await this.#say('404 Not Found\n')
        await this.#say(`${stamp(call.machine.now())} ERROR 404: Not Found.\n`, true)
        await this.#say('\n')
        return 8
      }
      return this.#save(url, name, bytes, document)
    }
  }

  async #ftp(url: ParsedUrl): Promise<number> {
    await this.#say(`Logging in as ${url.user.split(':')[0] || 'anonymous'} ... `)
    await this.#t.call.sleep(150)
    await this.#say('\nLogin incorrect.\n', true)
    return 6
  }

  /** Where it goes: the last part of the URL, with a number where that is taken. */
  #nameFor(url: ParsedUrl): string {
    const path = url.path.replace(/#.*$/, '')
    const slash = path.split('?')[0]!.lastIndexOf('/')
    let name = path.slice(slash + 1)
    if (name === '' || name.startsWith('?')) name = `index.html${name}`
    name = name.slice(0, 240)
    if (this.#o.has('x', 'r', 'm') && !this.#no('d'))
      name = `${url.host}${path.split('?')[0]!.slice(0, slash)}/${name}`
    const folder = this.#o.value('P')
    if (folder !== undefined && folder !== '.') name = `${folder.replace(/\/+$/, '')}/${name}`
    if (this.#o.has('c', 'N', 'r', 'm', 'x') || this.#no('c')) return name
    let free = name
    for (let i = 1; i < 10_000 && this.#t.files.exists(this.#t.call.path(free)); i++) free = `${name}.${i}`
    return free
  }

  async #save(
    url: ParsedUrl,
    name: string,
    bytes: Uint8Array,
    document: string | undefined,
  ): Promise<number> {
    const { call, files } = this.#t
    const size = bytes.length
    const human = size < 1024 ? '' : ` (${wgetSize(size)})`
    await this.#say('200 OK\n')
    if (this.#o.has('spider')) {
      await this.#say(`Length: ${size}${human} [application/octet-stream]\nRemote file exists.\n\n`)
      return 0
    }
    if (this.#o.has('c') && files.exists(call.path(name)) && files.stat(call.path(name)).size >= size) {
      await this.#say('\n    The file is already fully retrieved; nothing to do.\n\n')
      return 0
    }
    await this.#say(`Length: ${size}${human} [application/octet-stream]\n`)
    const shown = document === '-' ? 'STDOUT' : name
    await this.#say(`Saving to: ${this.#q(shown)}\n\n`)
    const rate = 400_000 + call.machine.chance(`rate:${url.host}`) * 4_000_000
    const seconds = size / rate
    const terminal = call.stderr.terminal !== undefined && this.#o.value('o') === undefined
    const bar = terminal || this.#o.has('show-progress')
    if (bar) await this.#bar(shown, size, 0, undefined, call.stderr.terminal?.columns ?? 80)
    for (let waited = 0; waited < Math.min(seconds, 20); waited += 0.5)
      await call.sleep(Math.min(500, (seconds - waited) * 1000))
    try {
      if (document === '-') await this.#t.write(bytes)
      else if (this.#document !== undefined) await this.#document.write(bytes)
      else {
        const slash = name.lastIndexOf('/')
        if (slash > 0) await makeFolders(this.#t, name.slice(0, slash))
        files.write(call.path(name), bytes, 0o666 & ~call.umask)
      }
    } catch (error) {
      await this.#say(
        `${name}: ${reasonOf(error)}\n\nCannot write to ${this.#q(name)} (${reasonOf(error)}).\n`,
        true,
      )
      return 3
    }
    if (bar) await this.#bar(shown, size, size, seconds, call.stderr.terminal?.columns ?? 80)
    else await this.#dots(size, seconds)
    const speed = wgetSpeed(size / Math.max(seconds, 0.00001))
    if (this.#terse)
      await this.#say(
        `${stamp(call.machine.now())} URL:${url.text} [${size}/${size}] -> "${document === '-' ? '-' : name}" [1]\n`,
        true,
      )
    else
      await this.#say(
        `\n${stamp(call.machine.now())} (${speed}) - ${document === '-' ? 'written to stdout' : `${this.#q(name)} saved`} [${size}/${size}]\n\n`,
      )
    this.#got++
    this.#bytes += size
    return 0
  }

  async #bar(
    name: string,
    size: number,
    done: number,
    seconds: number | undefined,
    columns: number,
  ): Promise<void> {
    if (this.#terse || (this.#quiet && !this.#o.has('show-progress'))) return
    const width = Math.max(10, columns - 58)
    const label = name.slice(0, 20).padEnd(20)
    const filled = done === size ? `${'='.repeat(Math.max(0, width - 2))}>` : ''
    const percent = `${String(size === 0 ? 100 : Math.floor((done / size) * 100)).padStart(4)}%`
    const amount = done === 0 ? '0' : wgetSize(done, 2)
    const rate =
      seconds === undefined || seconds < 0.001
        ? '--.-KB/s'
        : wgetSpeed(size / seconds)
            .replace(' ', '')
            .padStart(8)
    const left =
      seconds === undefined
        ? '               '
        : `    in ${seconds < 0.05 ? '0s' : `${seconds.toFixed(1)}s`}`.padEnd(15)
    await this.#t.call.stderr.write(
      `\r${label}${percent}[${filled.padEnd(width - 1)}]${amount.padStart(8)}  ${rate}${left}${done === size && seconds !== undefined ? '\n' : ''}`,
    )
  }

  /** `     0K .......... ..........` */
  async #dots(size: number, seconds: number): Promise<void> {
    const perRow = 50 * 1024
    let text = ''
    for (let at = 0; at < size || at === 0; at += perRow) {
      const dots = Math.ceil(Math.min(perRow, size - at) / 1024)
      let row = ''
      for (let i = 0; i < 50; i++) row += (i % 10 === 0 ? ' ' : '') + (i < dots ? '.' : ' ')
      const done = Math.min(size, at + perRow)
      const speed = wgetSpeed(size / Math.max(seconds, 0.00001)).replace(/ ?([KMG]?)B\/s/, '$1')
      text += `${String(at / 1024).padStart(6)}K${row} ${String(size === 0 ? 100 : Math.floor((done / size) * 100)).padStart(3)}% ${speed.padStart(4)}${done >= size ? `=${seconds < 0.05 ? '0' : seconds.toFixed(1)}s` : ` ${Math.ceil(((size - done) / size) * seconds)}s`}\n`
      if (text.length > 32_768) {
        await this.#say(text)
        text = ''
      }
    }
    await this.#say(text)
  }

  async end(status: number): Promise<void> {
    if (this.#got > 1 && status === 0) {
      const seconds = Math.max(0.01, (performance.now() - this.#began) / 1000)
      await this.#say(
        `FINISHED --${stamp(this.#t.call.machine.now())}--\nTotal wall clock time: ${seconds.toFixed(1)}s\nDownloaded: ${this.#got} files, ${wgetSize(this.#bytes)} in ${seconds.toFixed(1)}s (${wgetSpeed(this.#bytes / seconds)})\n`,
      )
    }
    this.#document?.close()
    this.#log?.close()
    void bytesOf
  }
}

function wgetSize(bytes: number, digits = 1): string {
  let value = bytes
  for (const unit of ['', 'K', 'M', 'G']) {
    if (value < 1024 || unit === 'G')
      return unit === ''
        ? String(value)
        : `${value < 9.95 && digits === 1 ? value.toFixed(1) : value < 10 ? value.toFixed(digits) : value < 100 ? value.toFixed(digits === 2 ? 2 : 0) : value.toFixed(0)}${unit}`
    value /= 1024
  }
  return String(bytes)
}

function wgetSpeed(perSecond: number): string {
  const units = ['B/s', 'KB/s', 'MB/s', 'GB/s']
  let value = perSecond
  let i = 0
  while (value >= 1024 && i < 3) {
    value /= 1024
    i++
  }
  return `${value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : value.toFixed(0)} ${units[i]}`
}
