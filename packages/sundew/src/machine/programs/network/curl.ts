import { bytesOf, latin1 } from '../common/lines.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { makeFolders } from '../files/mkdir.ts'
import { fetchOf, notFoundPage } from './fetching.ts'
import { parseUrl, type ParsedUrl } from './url.ts'
import { connectTimeoutMs, resolveTimeoutMs } from './verdict.ts'

const maxUrls = 200
/** What is told of an upload. */
const maxUploadBytes = 1024 * 1024

const schemes =
  'dict file ftp ftps gopher gophers http https imap imaps ldap ldaps mqtt pop3 pop3s rtmp rtsp scp sftp smb smbs smtp smtps telnet tftp'.split(
    ' ',
  )

/** Options that take a value, by letter and by name. */
const valued = new Set('o A b c C d D e E F h H K m P Q r t T u U w x X y Y z'.split(' '))
const names: Record<string, string> = {
  output: 'o',
  'remote-name': 'O',
  silent: 's',
  'show-error': 'S',
  location: 'L',
  insecure: 'k',
  head: 'I',
  data: 'd',
  'data-binary': 'd',
  'data-raw': 'd',
  'data-urlencode': 'd',
  'data-ascii': 'd',
  json: 'd',
  form: 'F',
  'form-string': 'F',
  'upload-file': 'T',
  fail: 'f',
  'fail-with-body': 'f',
  include: 'i',
  verbose: 'v',
  version: 'V',
  help: 'h',
  'user-agent': 'A',
  header: 'H',
  request: 'X',
  user: 'u',
  proxy: 'x',
  'max-time': 'm',
  'connect-timeout': 'connect',
  cookie: 'b',
  'cookie-jar': 'c',
  referer: 'e',
  'write-out': 'w',
  range: 'r',
  'continue-at': 'C',
  'create-dirs': 'dirs',
  'output-dir': 'folder',
  compressed: '',
  retry: 'value',
  'retry-delay': 'value',
  'retry-max-time': 'value',
  'retry-all-errors': '',
  'retry-connrefused': '',
  get: 'G',
  'no-buffer': 'N',
  'progress-bar': '#',
  'no-progress-meter': 'nometer',
  url: 'url',
  ipv4: '4',
  ipv6: '6',
  'http1.1': '',
  'http1.0': '0',
  http2: '',
  tlsv1: '',
  'tlsv1.2': '',
  'tlsv1.3': '',
  sslv3: '',
  globoff: 'g',
  'remote-time': 'R',
  'location-trusted': 'L',
  'max-redirs': 'value',
  'max-filesize': 'value',
  'limit-rate': 'value',
  cacert: 'value',
  cert: 'value',
  key: 'value',
  resolve: 'value',
  interface: 'value',
  ciphers: 'value',
  socks5: 'value',
  'socks5-hostname': 'value',
  socks4: 'value',
  noproxy: 'value',
  'doh-url': 'value',
  proto: 'value',
  'remote-name-all': 'all',
  parallel: 'Z',
  anyauth: '',
  basic: '',
  'ssl-no-revoke': '',
  'path-as-is': '',
  'tcp-fastopen': '',
  disable: 'q',
  'speed-limit': 'value',
  'speed-time': 'value',
  'keepalive-time': 'value',
}

interface Settings {
  readonly flags: Set<string>
  readonly last: Map<string, string>
  readonly urls: string[]
  /** `-o`, `-O` in order: they go with the URLs. */
  readonly outputs: (string | undefined)[]
}

/** curl 7.88.1. */
export const curl = tool('curl', async (t: Tool) => {
  const s = read(t)
  if (s.flags.has('V')) {
    t.put(
      'curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.15 zlib/1.2.13 brotli/1.0.9 zstd/1.5.4 libidn2/2.3.3 libpsl/0.21.2 (+libidn2/2.3.3) libssh2/1.10.0 nghttp2/1.52.0 librtmp/2.3 OpenLDAP/2.5.13\nRelease-Date: 2023-02-20, security patched: 7.88.1-10+deb12u8\nProtocols: dict file ftp ftps gopher gophers http https imap imaps ldap ldaps mqtt pop3 pop3s rtmp rtsp scp sftp smb smbs smtp smtps telnet tftp\nFeatures: alt-svc AsynchDNS brotli GSS-API HSTS HTTP2 HTTPS-proxy IDN IPv6 Kerberos Largefile libz NTLM NTLM_WB PSL SPNEGO SSL threadsafe TLS-SRP UnixSockets zstd\n',
    )
    return 0
  }
  if (s.flags.has('h')) {
    t.put(`Usage: curl [options...] <url>\n${shown.map((one) => ` ${one}\n`).join('')}`)
    return 0
  }
  if (s.urls.length === 0) throw new Exit(2, tryHelp)
  await uploads(t, s)
  let status = 0
  for (const [i, text] of s.urls.slice(0, maxUrls).entries()) {
    const output = s.outputs[i] ?? (s.flags.has('all') ? '-O' : undefined)
    status = await transfer(t, s, text, output)
  }
  return status
})

/** What `--help` lists, as the real one's first page does. */
const shown = [
  '-d, --data <data>',
  '-f, --fail',
  '-h, --help <category>',
  '-i, --include',
  '-o, --output <file>',
  '-O, --remote-name',
  '-s, --silent',
  '-T, --upload-file <file>',
  '-u, --user <user:password>',
  '-A, --user-agent <name>',
  '-v, --verbose',
  '-V, --version',
]

const tryHelp = "curl: try 'curl --help' or 'curl --manual' for more information\n"

function read(t: Tool): Settings {
  const s: Settings = { flags: new Set(), last: new Map(), urls: [], outputs: [] }
  const set = (key: string, value: string | undefined): void => {
    s.flags.add(key)
    if (value !== undefined) s.last.set(key, value)
    if (key === 'o') s.outputs.push(value)
    else if (key === 'O') s.outputs.push('-O')
    else if (key === 'url' && value !== undefined) s.urls.push(value)
  }
  const { args } = t
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') {
      s.urls.push(...args.slice(i + 1))
      break
    }
    if (arg.startsWith('--')) {
      const name = arg.slice(2)
      const known =
        names[name] ??
        (name.startsWith('no-') && names[name.slice(3)] !== undefined
          ? ''
          : Object.entries(names).find(([n]) => n.startsWith(name))?.[1])
      if (known === undefined) throw new Exit(2, `curl: option ${arg}: is unknown\n${tryHelp}`)
      if (
        known === 'value' ||
        known === 'url' ||
        known === 'connect' ||
        known === 'folder' ||
        (valued.has(known) && known !== 'h')
      ) {
        const value = args[++i]
        if (value === undefined) throw new Exit(2, `curl: option ${arg}: requires parameter\n${tryHelp}`)
        set(known, value)
      } else set(known, undefined)
      continue
    }
    if (!arg.startsWith('-') || arg === '-') {
      s.urls.push(arg)
      continue
    }
    for (let j = 1; j < arg.length; j++) {
      const c = arg[j]!
      if (!/[0-9a-zA-Z#:]/.test(c)) throw new Exit(2, `curl: option ${arg}: is unknown\n${tryHelp}`)
      if (!valued.has(c) || c === 'h') {
        set(c, undefined)
        continue
      }
      const rest = arg.slice(j + 1)
      const value = rest !== '' ? rest : args[++i]
      if (value === undefined) throw new Exit(2, `curl: option -${c}: requires parameter\n${tryHelp}`)
      set(c, value)
      break
    }
  }
  return s
}

/** What was to be sent goes to the record. */
async function uploads(t: Tool, s: Settings): Promise<void> {
  const send =
    s.last.get('T') ??
    s.last
      .get('F')
      ?.replace(/^[^=]*=[@<]/, '@')
      .replace(/;.*$/, '') ??
    s.last.get('d')
  if (send === undefined || s.urls[0] === undefined) return
  const file = s.last.has('T') ? s.last.get('T')! : send.startsWith('@') ? send.slice(1) : undefined
  let bytes = bytesOf(send)
  if (file !== undefined) {
    try {
      const input = t.input(file)
      const parts: Uint8Array[] = []
      let length = 0
      while (length < maxUploadBytes) {
        const part = await input.read()
        if (part === undefined) break
        parts.push(Uint8Array.from(part))
        length += part.length
      }
      input.close?.()
      bytes = Buffer.concat(parts).subarray(0, maxUploadBytes)
    } catch (error) {
      if (s.last.has('T')) throw new Exit(26, `curl: Can't open '${file}'!\n${tryHelp}`)
      void reasonOf(error)
      await t.call.stderr.write(
        `Warning: Couldn't read data from file "${file}", this makes an empty POST.\n`,
      )
      bytes = Buffer.alloc(0)
    }
  }
  const url = parseUrl(s.urls[0])
  if (url !== undefined)
    t.call.happened({ type: 'connect', host: url.host, port: url.port, tool: 'curl', bytes })
}

async function transfer(t: Tool, s: Settings, text: string, output: string | undefined): Promise<number> {
  const { call } = t
  const silent = s.flags.has('s')
  const complain = async (code: number, message: string): Promise<number> => {
    await t.flush()
    if (!silent || s.flags.has('S')) await call.stderr.write(`curl: (${code}) ${message}\n`)
    return code
  }
  const url = parseUrl(text)
  if (url === undefined) return complain(3, 'URL using bad/illegal format or missing URL')
  if (!schemes.includes(url.scheme))
    return complain(1, `Protocol "${url.scheme}" not supported or disabled in libcurl`)
  if (url.scheme === 'file') return local(t, url, output, complain)
  if (url.host === '') return complain(3, 'URL using bad/illegal format or missing URL')
  let name = output
  if (output === '-O') {
    const path = url.path.split(/[?#]/)[0]!
    name = path.slice(path.lastIndexOf('/') + 1)
    if (name === '') {
      await call.stderr.write('curl: Remote file name has no length!\n')
      return complain(23, 'Failed writing received data to disk/application')
    }
  }
  const folder = s.last.get('folder')
  if (folder !== undefined && name !== undefined && name !== '-') name = `${folder}/${name}`
  const toFile = name !== undefined && name !== '-'
  const { how, bytes } = fetchOf(call, url, 'curl', toFile ? call.path(name!) : '')
  const meter =
    !silent && !s.flags.has('#') && !s.flags.has('nometer') && (toFile || call.stdout.terminal === undefined)
  const head =
    '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n'
  const zero = '\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0'
  if (meter) await call.stderr.write(head + zero)
  const wait = async (ms: number): Promise<void> => {
    for (let second = 1; ms > 0; second++) {
      await call.sleep(Math.min(1000, ms))
      ms -= 1000
      if (meter && ms > 0)
        await call.stderr.write(
          zero.replace('--:--:-- --:--:-- --:--:--', `--:--:-- ${clock(second)} --:--:--`),
        )
    }
  }
  const limit = Math.min(
    Number(s.last.get('m') ?? Infinity) * 1000 || Infinity,
    Number(s.last.get('connect') ?? Infinity) * 1000 || Infinity,
  )
  if (how.type === 'name') {
    if (limit < resolveTimeoutMs) {
      await wait(limit)
      return complain(28, `Resolving timed out after ${limit + 1} milliseconds`)
    }
    await wait(resolveTimeoutMs)
    return complain(6, `Could not resolve host: ${url.host}`)
  }
  if (how.type === 'timeout') {
    if (limit < connectTimeoutMs) {
      await wait(limit)
      if (meter) await call.stderr.write(`${zero}\n`)
      return complain(28, `Connection timed out after ${limit + 1} milliseconds`)
    }
    await wait(connectTimeoutMs)
    if (meter) await call.stderr.write(`${zero}\n`)
    return complain(
      28,
      `Failed to connect to ${url.host} port ${url.port} after ${connectTimeoutMs + 500} ms: Couldn't connect to server`,
    )
  }
  const ms = 5 + Math.floor(call.machine.chance(`distance:${how.address}`) * 180)
  await call.sleep(ms)
  if (how.type === 'refused') {
    if (meter) await call.stderr.write(`${zero}\n`)
    return complain(
      7,
      `Failed to connect to ${url.host} port ${url.port} after ${ms} ms: Couldn't connect to server`,
    )
  }
  await call.sleep(ms)
  if (bytes === undefined && url.scheme !== 'http') {
    if (meter) await call.stderr.write(`${zero}\n`)
    if (url.scheme === 'https')
      return complain(
        35,
        'OpenSSL SSL_connect: Connection reset by peer in connection to ' + `${url.host}:${url.port} `,
      )
    if (url.scheme === 'ftp') return complain(67, 'Access denied: 530')
    return complain(56, 'Recv failure: Connection reset by peer')
  }
  const body = bytes ?? bytesOf(notFoundPage)
  const size = body.length
  const date = new Date(call.machine.now()).toUTCString()
  const headers = `HTTP/1.1 ${bytes === undefined ? '404 Not Found' : '200 OK'}\r\nServer: nginx\r\nDate: ${date}\r\nContent-Type: ${bytes === undefined ? 'text/html' : 'application/octet-stream'}\r\nContent-Length: ${size}\r\nConnection: keep-alive\r\n\r\n`
  const row = (percent: number, got: number): string => {
    const speed = String(Math.floor((got * 1000) / (2 * ms))).padStart(6)
    return `\r${String(percent).padStart(3)} ${String(size).padStart(5)}  ${String(percent).padStart(3)} ${String(got).padStart(5)}    0     0 ${speed}      0 --:--:-- --:--:-- --:--:-- ${speed.trim().padStart(5)}`
  }
  if (bytes === undefined && s.flags.has('f')) {
    if (meter)
      await call.stderr.write(
        `\r  0 ${String(size).padStart(5)}    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\n`,
      )
    return complain(22, 'The requested URL returned error: 404')
  }
  try {
    const only = s.flags.has('I')
    const out = toFile ? await open(t, s, name!) : undefined
    const write = async (some: Uint8Array | string): Promise<void> => {
      if (out === undefined) await t.write(some)
      else await out.write(some)
    }
    if (only || s.flags.has('i')) await write(headers)
    if (!only) await write(body)
    out?.close()
  } catch (error) {
    if (error instanceof Exit) throw error
    await call.stderr.write(`Warning: Failed to open the file ${name}: ${reasonOf(error)}\n`)
    if (meter) await call.stderr.write(`${row(0, 0)}\n`)
    return complain(23, 'Failure writing output to destination')
  }
  if (meter)
    await call.stderr.write(
      `${s.flags.has('I') ? `\r  0 ${String(size).padStart(5)}    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0` : row(100, size)}\n`,
    )
  const format = s.last.get('w')
  if (format !== undefined)
    t.put(
      format
        .replaceAll(
          /%\{(\w+)\}/g,
          (_, key: string) =>
            ({
              http_code: bytes === undefined ? '404' : '200',
              response_code: bytes === undefined ? '404' : '200',
              size_download: String(size),
              time_total: ((2 * ms) / 1000).toFixed(6),
              url_effective: url.text,
              remote_ip: how.address,
              remote_port: String(url.port),
              content_type: 'text/html',
              num_redirects: '0',
            })[key] ?? '',
        )
        .replaceAll('\\n', '\n')
        .replaceAll('\\t', '\t'),
    )
  return 0
}

async function open(t: Tool, s: Settings, name: string): Promise<ReturnType<Tool['output']>> {
  const slash = name.lastIndexOf('/')
  if (s.flags.has('dirs') && slash > 0) await makeFolders(t, name.slice(0, slash))
  return t.output(name)
}

async function local(
  t: Tool,
  url: ParsedUrl,
  output: string | undefined,
  complain: (code: number, message: string) => Promise<number>,
): Promise<number> {
  try {
    const bytes = t.files.read(url.path)
    if (output === undefined || output === '-') await t.write(bytes)
    else {
      const out = t.output(output === '-O' ? url.path.slice(url.path.lastIndexOf('/') + 1) : output)
      await out.write(bytes)
      out.close()
    }
    return 0
  } catch (error) {
    void reasonOf(error)
    return complain(37, `Couldn't open file ${latin1(bytesOf(url.path))}`)
  }
}

function clock(seconds: number): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`.padStart(
    8,
  )
}
