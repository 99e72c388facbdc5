import { latin1 } from '../common/lines.ts'
import { options } from '../common/options.ts'
import { tool, type Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'

/** One command line is no longer. */
const maxCommandBytes = 128 * 1024
/** One word of the input. */
const maxWordBytes = 128 * 1024

export const xargs = tool('xargs', async (t: Tool) => {
  const o = options(
    t,
    '0a:d:E:e::I:i::L:l::n:oP:prs:tx',
    'null=0 arg-file:=a delimiter:=d eof?=e replace?=i max-lines?=l max-args:=n open-tty=o max-procs:=P interactive=p no-run-if-empty=r max-chars:=s show-limits verbose=t exit=x process-slot-var:',
    { stop: true },
  )
  if (o.has('version')) return versionOf(t, 'findutils', 'Eric B. Decker and others')
  const command = o.operands.length === 0 ? ['echo'] : [...o.operands]
  const replace = o.has('I', 'i') ? o.list.findLast(([k]) => k === 'I' || k === 'i')![1] || '{}' : undefined
  const counts = (key: string): number => {
    const text = o.value(key)
    if (text === undefined || text === '') return text === '' ? 1 : Infinity
    if (!/^\d+$/.test(text)) t.usage(`invalid number "${text}" for -${key} option`)
    if (Number(text) < 1) t.fail(`value ${text} for -${key} option should be >= 1`)
    return Number(text)
  }
  const maxArgs = counts('n')
  const maxLines = Math.min(counts('L'), counts('l'))
  if (o.has('P')) counts('P') // `-P 0` is as many as it can: one after the other here
  const delimiter = o.has('0')
    ? '\0'
    : o.value('d')?.replace(/^\\n$/, '\n').replace(/^\\t$/, '\t').replace(/^\\0$/, '\0').slice(0, 1)
  const file = o.value('a')
  const input = file === undefined ? t.stdin() : t.input(file, false)
  let words: string[] = []
  let length = 0
  let lines = 0
  let ran = false
  let stop = false
  const nothing = { read: async () => undefined }
  const fixed = command.reduce((n, word) => n + word.length + 1, 0)
  const run = async (argv: readonly string[]): Promise<void> => {
    ran = true
    await t.flush()
    if (o.has('t')) await t.call.stderr.write(`${argv.join(' ')}\n`)
    const status = await t.call.run(argv, { stdin: nothing })
    if (status === 127 || status === 126) {
      await t.error(
        `${argv[0]}: ${status === 127 ? 'No such file or directory' : 'Permission denied'}`,
        status,
      )
      stop = true
    } else if (status === 255) {
      await t.error(`${argv[0]}: exited with status 255; aborting`, 124)
      stop = true
    } else if (status >= 128) {
      await t.error(`${argv[0]}: terminated by signal ${status - 128}`, 125)
      stop = true
    } else if (status !== 0) t.status = 123
  }
  const flush = async (): Promise<void> => {
    const argv = [...command, ...words]
    words = []
    length = 0
    lines = 0
    await run(argv)
  }
  const add = async (word: string): Promise<void> => {
    if (replace !== undefined) {
      await run(command.map((c) => c.replaceAll(replace, word).slice(0, maxCommandBytes)))
      return
    }
    if (fixed + length + word.length + 1 > maxCommandBytes && words.length > 0) await flush()
    words.push(word)
    length += word.length + 1
    if (words.length >= maxArgs) await flush()
  }
  for await (const item of items(t, input, delimiter, replace !== undefined, o.value('E') ?? o.value('e'))) {
    if (item === undefined) {
      lines++
      if (lines >= maxLines && words.length > 0) await flush()
    } else await add(item)
    if (stop) break
  }
  if (
    !stop &&
    (words.length > 0 ||
      (!ran && replace === undefined && !o.has('r') && !t.busybox) ||
      (!ran && t.busybox && !o.has('r') && replace === undefined))
  )
    await flush()
  return t.status
})

/** Words; undefined at the end of a line that had some. */
async function* items(
  t: Tool,
  input: ReturnType<Tool['input']>,
  delimiter: string | undefined,
  byLine: boolean,
  eof: string | undefined,
): AsyncGenerator<string | undefined> {
  let word = ''
  let has = false
  let quote = ''
  let escaped = false
  let lineHad = false
  for (;;) {
    const bytes = await input.read()
    if (bytes === undefined) break
    const text = latin1(bytes)
    if (delimiter !== undefined) {
      const parts = text.split(delimiter)
      for (const [i, part] of parts.entries()) {
        word += part
        has ||= part !== ''
        if (i === parts.length - 1) break
        yield word
        word = ''
        has = false
      }
      if (word.length > maxWordBytes) t.fail('argument line too long')
      continue
    }
    for (const c of text) {
      if (escaped) {
        word += c
        has = true
        escaped = false
      } else if (quote !== '') {
        if (c === quote) quote = ''
        else if (c === '\n') {
          t.fail(
            `unmatched ${quote === "'" ? 'single' : 'double'} quote; by default quotes are special to xargs unless you use the -0 option`,
          )
        } else word += c
      } else if (c === '\\') escaped = true
      else if (c === "'" || c === '"') {
        quote = c
        has = true
      } else if (c === '\n' || (!byLine && (c === ' ' || c === '\t'))) {
        if (has) {
          if (eof !== undefined && eof !== '' && word === eof) return
          yield word
          lineHad = true
        }
        if (c === '\n' && lineHad) {
          yield undefined
          lineHad = false
        }
        word = ''
        has = false
      } else if (byLine && !has && (c === ' ' || c === '\t')) continue
      else {
        word += c
        has = true
      }
      if (word.length > maxWordBytes) t.fail('argument line too long')
    }
  }
  if (quote !== '')
    t.fail(
      `unmatched ${quote === "'" ? 'single' : 'double'} quote; by default quotes are special to xargs unless you use the -0 option`,
    )
  if (has) yield word
}
