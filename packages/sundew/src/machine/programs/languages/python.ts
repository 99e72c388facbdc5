import { latin1, whole } from '../common/lines.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { fetchOf } from '../network/fetching.ts'
import { parseUrl } from '../network/url.ts'
import { prompts } from '../network/tftp.ts'
import { connecting } from '../network/connecting.ts'

const maxScriptBytes = 1024 * 1024
const maxStatements = 2000

/** Modules that a bare Debian has. Others are not found. */
const modules = new Set(
  'os sys re time socket subprocess pty base64 json urllib urllib.request urllib.parse http http.client http.server hashlib random string struct threading multiprocessing platform shutil pathlib tempfile glob ssl select signal io math itertools functools collections datetime zlib gzip bz2 lzma codecs binascii ctypes pwd grp getpass logging argparse traceback fcntl termios tty pickle csv copy queue asyncio uuid email smtplib ftplib telnetlib sqlite3 unittest types inspect warnings errno resource atexit contextlib operator secrets code cmd builtins'.split(
    ' ',
  ),
)

/** `python3`: what intruders write in one line is recognised; of the rest nothing happens, or a plausible error. */
export const python = tool(['python3', 'python3.11', 'python'], async (t: Tool) => {
  const [first, ...rest] = t.args
  if (first === '-V' || first === '--version' || first === '-VV') {
    t.put('Python 3.11.2\n')
    return 0
  }
  if (first === '-c') {
    if (rest[0] === undefined)
      throw new Exit(
        2,
        "Argument expected for the -c option\nusage: python3 [option] ... [-c cmd | -m mod | file | -] [arg] ...\nTry `python -h' for more information.\n",
      )
    return new Script(t, rest[0], '<string>', rest).run()
  }
  if (first === '-m') {
    const name = rest[0] ?? ''
    if (name === 'http.server') for (;;) await t.call.sleep(60_000)
    if (!modules.has(name.split('.')[0]!)) throw new Exit(1, `/usr/bin/python3: No module named ${name}\n`)
    return 0
  }
  if (first !== undefined && first !== '-' && !first.startsWith('-')) {
    let text: string
    try {
      text = latin1(t.files.read(t.call.path(first)).subarray(0, maxScriptBytes))
    } catch (error) {
      const number =
        { 'No such file or directory': 2, 'Permission denied': 13, 'Is a directory': 21 }[reasonOf(error)] ??
        5
      if (number === 21)
        throw new Exit(1, `/usr/bin/python3: can't find '__main__' module in '${t.call.path(first)}'\n`)
      throw new Exit(
        2,
        `python3: can't open file '${t.call.path(first)}': [Errno ${number}] ${reasonOf(error)}\n`,
      )
    }
    return new Script(t, text, t.call.path(first), t.args).run()
  }
  if (t.call.stdin.terminal === undefined) {
    const bytes = await whole(t, t.stdin(), maxScriptBytes)
    if (bytes.length > 0) t.call.happened({ type: 'file', path: '', bytes, via: 'stdin', partial: false })
    return new Script(t, latin1(bytes), '<stdin>', ['-']).run()
  }
  t.put(
    'Python 3.11.2 (main, Aug 26 2024, 07:20:54) [GCC 12.2.0] on linux\nType "help", "copyright", "credits" or "license" for more information.\n',
  )
  return prompts(t, '>>> ', async (line) => {
    if (/^(exit|quit)\s*\(/.test(line)) return false
    if (/^(exit|quit)$/.test(line)) t.put(`Use ${line}() or Ctrl-D (i.e. EOF) to exit\n`)
    else {
      const value = literal(line)
      if (value !== undefined) t.put(/^['"]/.test(line) ? `'${value}'\n` : `${value}\n`)
      else
        await new Script(t, line, '<stdin>', ['']).run().catch(async (error: unknown) => {
          if (!(error instanceof Exit)) throw error
          await t.call.stderr.write(error.message)
        })
    }
    return true
  })
})

class Script {
  readonly #t: Tool
  readonly #text: string
  readonly #name: string
  readonly #variables = new Map<string, string>()

  constructor(t: Tool, text: string, name: string, argv: readonly string[]) {
    this.#t = t
    this.#text = text
    this.#name = name
    this.#variables.set('sys.version', '3.11.2 (main, Aug 26 2024, 07:20:54) [GCC 12.2.0]')
    this.#variables.set('sys.platform', 'linux')
    this.#variables.set('os.name', 'posix')
    this.#variables.set('sys.executable', '/usr/bin/python3')
    this.#variables.set('sys.argv[0]', argv[0] ?? '')
  }

  async run(): Promise<number> {
    let line = 0
    let count = 0
    for (const row of this.#text.split('\n')) {
      line++
      for (const statement of statements(row)) {
        if (++count > maxStatements) return 0
        await this.#t.call.spend()
        const status = await this.#statement(statement.trim(), row, line)
        if (status !== undefined) return status
      }
    }
    return 0
  }

  #error(row: string, line: number, text: string): never {
    const shown = this.#name === '<string>' || this.#name === '<stdin>' ? '' : `    ${row.trim()}\n`
    throw new Exit(
      1,
      `Traceback (most recent call last):\n  File "${this.#name}", line ${line}, in <module>\n${shown}${text}\n`,
    )
  }

  async #statement(s: string, row: string, line: number): Promise<number | undefined> {
    const t = this.#t
    if (s === '' || s.startsWith('#')) return undefined
    if (/^print\s+["'\w]/.test(s))
      throw new Exit(
        1,
        `  File "${this.#name}", line ${line}\n    ${row.trim()}\n    ${'^'.repeat(Math.min(s.length, 200))}\nSyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?\n`,
      )
    const imported = /^(?:import\s+([\w., ]+)|from\s+([\w.]+)\s+import\b.*)$/.exec(s)
    if (imported !== null) {
      for (const item of (imported[1] ?? imported[2]!).split(',')) {
        const name = item.trim().split(/\s+/)[0]!
        if (!modules.has(name) && !modules.has(name.split('.')[0]!))
          this.#error(row, line, `ModuleNotFoundError: No module named '${name}'`)
      }
      return undefined
    }
    const spawn = /\bpty\.spawn\(\s*(?:\[\s*)?["']([^"']+)["']/.exec(s)
    if (spawn !== null) {
      await t.flush()
      return t.call.run([spawn[1]!])
    }
    const system = /\bos\.(system|popen)\(\s*(.+?)\s*\)/.exec(s)
    if (system !== null) {
      const script = this.#value(system[2]!)
      if (script !== undefined) {
        await t.flush()
        await t.call.shell(script)
      }
      return undefined
    }
    const exec = /\bos\.exec[lv]p?e?\(\s*["']([^"']+)["']/.exec(s)
    if (exec !== null) {
      await t.flush()
      return t.call.run([exec[1]!])
    }
    const run =
      /\bsubprocess\.(?:call|run|Popen|check_output|check_call|getoutput)\(\s*(\[[^\]]*\]|.+?)\s*(?:,.*)?\)\s*$/.exec(
        s,
      )
    if (run !== null) {
      await t.flush()
      if (run[1]!.startsWith('[')) {
        const argv = [...run[1]!.matchAll(/["']([^"']*)["']/g)].map((m) => m[1]!)
        if (argv.length > 0 && !(s.includes('socket') && s.includes('connect'))) {
          const status = await t.call.run(argv)
          if (status === 127)
            this.#error(row, line, `FileNotFoundError: [Errno 2] No such file or directory: '${argv[0]}'`)
        }
      } else {
        const script = this.#value(run[1]!)
        if (script !== undefined) await t.call.shell(script)
      }
      return undefined
    }
    const connect = /\.connect\(\s*\(\s*["']([^"']+)["']\s*,\s*(\d{1,5})\s*\)\s*\)/.exec(s)
    if (connect !== null) {
      const how = await connecting(t.call, connect[1]!, Number(connect[2]), 'python3', 130_000)
      if (how.type === 'name')
        this.#error(row, line, 'socket.gaierror: [Errno -3] Temporary failure in name resolution')
      if (how.type === 'refused')
        this.#error(row, line, 'ConnectionRefusedError: [Errno 111] Connection refused')
      if (how.type === 'timeout') this.#error(row, line, 'TimeoutError: [Errno 110] Connection timed out')
      this.#error(row, line, 'ConnectionResetError: [Errno 104] Connection reset by peer')
    }
    const fetched = /\b(?:urlopen|urlretrieve)\(\s*["']([^"']+)["'](?:\s*,\s*["']([^"']+)["'])?/.exec(s)
    if (fetched !== null) {
      const url = parseUrl(fetched[1]!)
      if (url === undefined) this.#error(row, line, `ValueError: unknown url type: '${fetched[1]}'`)
      const { how, bytes } = fetchOf(
        t.call,
        url,
        'python3',
        fetched[2] === undefined ? '' : t.call.path(fetched[2]),
      )
      await t.call.sleep(how.type === 'timeout' ? 130_000 : how.type === 'name' ? 10_000 : 80)
      if (how.type === 'name')
        this.#error(
          row,
          line,
          'urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>',
        )
      if (how.type === 'timeout')
        this.#error(row, line, 'urllib.error.URLError: <urlopen error [Errno 110] Connection timed out>')
      if (how.type === 'refused')
        this.#error(row, line, 'urllib.error.URLError: <urlopen error [Errno 111] Connection refused>')
      if (bytes === undefined) this.#error(row, line, 'urllib.error.HTTPError: HTTP Error 404: Not Found')
      if (fetched[2] !== undefined) t.files.write(t.call.path(fetched[2]), bytes, 0o644)
      return undefined
    }
    const exit = /^(?:sys\.exit|exit|quit|os\._exit)\(\s*(\d*)\s*\)$/.exec(s)
    if (exit !== null) return Number(exit[1] || 0) & 255
    const print = /^print\((.*)\)$/.exec(s)
    if (print !== null) {
      const value = print[1]!.trim() === '' ? '' : this.#value(print[1]!.trim())
      if (value !== undefined) t.put(`${value}\n`)
      else if (/^[A-Za-z_]\w*$/.test(print[1]!.trim()))
        this.#error(row, line, `NameError: name '${print[1]!.trim()}' is not defined`)
      return undefined
    }
    const assigned = /^([A-Za-z_]\w*)\s*=\s*([^=].*)$/.exec(s)
    if (assigned !== null) {
      const value = this.#value(assigned[2]!)
      if (value !== undefined) this.#variables.set(assigned[1]!, value)
      return undefined
    }
    if (
      /^[A-Za-z_]\w*$/.test(s) &&
      !this.#variables.has(s) &&
      !/^(pass|break|continue|return|else|try|finally)$/.test(s)
    )
      this.#error(row, line, `NameError: name '${s}' is not defined`)
    return undefined
  }

  #value(text: string): string | undefined {
    return this.#variables.get(text) ?? literal(text)
  }
}

/** Statements of a row, parted by `;` outside of marks. */
function statements(row: string): string[] {
  const parts = ['']
  let quote = ''
  for (let i = 0; i < row.length; i++) {
    const c = row[i]!
    if (quote !== '') {
      if (c === '\\') {
        parts[parts.length - 1] += c + (row[++i] ?? '')
        continue
      }
      if (c === quote) quote = ''
    } else if (c === '"' || c === "'") quote = c
    else if (c === ';') {
      parts.push('')
      continue
    }
    parts[parts.length - 1] += c
  }
  return parts
}

/** A string, a whole number, a small sum, a repetition. */
function literal(text: string): string | undefined {
  const t = text.trim()
  const string = /^[bru]?(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')(?:\s*\*\s*(\d{1,6}))?$/.exec(t)
  if (string !== null) {
    const raw = string[1] ?? string[2]!
    const plain = raw.replaceAll(/\\(x[0-9a-fA-F]{2}|.)/g, (_, c: string) =>
      c.length > 1
        ? String.fromCharCode(Number.parseInt(c.slice(1), 16))
        : ({ n: '\n', t: '\t', r: '\r', '0': '\0' }[c] ?? c),
    )
    return plain.repeat(Math.min(Number(string[3] ?? 1), 100_000))
  }
  const sum = /^(-?\d{1,12})(?:\s*([-+*])\s*(-?\d{1,12}))?$/.exec(t)
  if (sum === null) return undefined
  const [a, b] = [BigInt(sum[1]!), BigInt(sum[3] ?? 0)]
  return String(sum[2] === '-' ? a - b : sum[2] === '*' ? a * b : a + b)
}
