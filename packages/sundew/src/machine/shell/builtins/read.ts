import { assign, assignElement } from '../assign.ts'
import { assignList } from '../assign-list.ts'
import { abortable, sleep } from '../abort.ts'
import { ifs } from '../expand/words.ts'
import { maxLineBytes } from '../read-line.ts'
import type { Shell } from '../shell.ts'
import type { Stream } from '../stream.ts'
import { isName, options, wrongOption, type Builtin } from './builtin.ts'

const usage =
  'read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]'

export const read: Builtin = {
  names: ['read'],
  usage,
  run: async (shell, args) => {
    const { options: found, rest, wrong, missing } = options(args, 'ersa:d:i:n:N:p:t:u:')
    if (missing !== undefined) {
      await shell.complain(`read: ${missing}: option requires an argument`)
      await shell.complainBare(`read: usage: ${usage}`)
      return 2
    }
    if (wrong !== undefined) return wrongOption(shell, 'read', wrong, usage)
    for (const name of rest) {
      if (!isName(name) && !/^[A-Za-z_][A-Za-z0-9_]*\[.+\]$/.test(name)) {
        await shell.complain(`read: \`${name}': not a valid identifier`)
        return 1
      }
    }
    const timeout = found.get('t')
    if (timeout !== undefined && !/^[0-9]*\.?[0-9]*$/.test(timeout)) {
      await shell.complain(`read: ${timeout}: invalid timeout specification`)
      return 1
    }
    const descriptor = Number(found.get('u') ?? 0)
    const stream = shell.descriptors.get(descriptor)
    if (stream === undefined || !stream.readable) {
      await shell.complain(
        `read: ${found.has('u') ? `${descriptor}: invalid file descriptor: Bad file descriptor` : 'read error: 0: Bad file descriptor'}`,
      )
      return 1
    }
    if (timeout !== undefined && Number(timeout) === 0) return stream.ready ? 0 : 1
    const { terminal } = stream
    const prompt = found.get('p')
    if (prompt !== undefined && terminal !== undefined) await shell.descriptors.get(2)?.put(prompt)
    const before = terminal?.settings
    if (terminal !== undefined && before !== undefined) {
      const quiet = found.has('s')
      const single = found.has('n') || found.has('N') || found.has('d')
      if (quiet || single)
        terminal.settings = { ...before, echo: before.echo && !quiet, lines: before.lines && !single }
    }
    try {
      const max = found.get('N') ?? found.get('n')
      const result = await readText(shell, stream, {
        raw: found.has('r'),
        delimiter: found.has('N') ? undefined : ((found.get('d') ?? '\n')[0] ?? '\0'),
        max: max === undefined ? maxLineBytes : Math.min(Number(max) || 0, maxLineBytes),
        timeoutMs: timeout === undefined ? undefined : Number(timeout) * 1000,
      })
      const array = found.get('a')
      if (array !== undefined) assignList(shell, array, splitAll(result.text, ifs(shell)))
      else if (rest.length === 0) assign(shell, 'REPLY', unmark(result.text))
      else if (found.has('N')) {
        rest.forEach((name, i) => assign(shell, name, i === 0 ? unmark(result.text) : ''))
      } else give(shell, rest, result.text)
      return result.timedOut ? 142 : result.ended ? 1 : 0
    } finally {
      if (terminal !== undefined && before !== undefined) terminal.settings = before
    }
  },
}

const late: unique symbol = Symbol('late')

/** Before what a backslash made plain; a character that no input byte is. */
const mark = '\ue000'

function unmark(text: string): string {
  return text.replaceAll(mark, '')
}

async function readText(
  shell: Shell,
  stream: Stream,
  wanted: { raw: boolean; delimiter: string | undefined; max: number; timeoutMs: number | undefined },
): Promise<{ text: string; ended: boolean; timedOut: boolean }> {
  let text = ''
  let count = 0
  const until = wanted.timeoutMs === undefined ? undefined : performance.now() + wanted.timeoutMs
  let escaped = false
  while (count < wanted.max) {
    const part = await takeBefore(shell, stream, until)
    if (part === late) return { text, ended: true, timedOut: true }
    if (part === undefined) return { text, ended: true, timedOut: false }
    // Usual: a line without backslashes at once.
    if (!escaped && wanted.delimiter !== undefined) {
      const end = part.indexOf(wanted.delimiter)
      const line = end < 0 ? part : part.slice(0, end)
      if ((wanted.raw || !line.includes('\\')) && !line.includes('\0') && count + line.length < wanted.max) {
        text += line
        count += line.length
        if (end < 0) continue
        stream.unread(part.slice(end + 1))
        return { text, ended: false, timedOut: false }
      }
    }
    for (let i = 0; i < part.length; i++) {
      const c = part[i]!
      if (escaped) {
        escaped = false
        if (c === '\n') continue
        text += mark + c
        count++
      } else if (c === '\\' && !wanted.raw) {
        escaped = true
        continue
      } else if (c === wanted.delimiter) {
        stream.unread(part.slice(i + 1))
        return { text, ended: false, timedOut: false }
      } else if (c !== '\0') {
        text += c
        count++
      }
      if (count >= wanted.max) {
        stream.unread(part.slice(i + 1))
        return { text, ended: false, timedOut: false }
      }
    }
  }
  return { text, ended: false, timedOut: false }
}

async function takeBefore(
  shell: Shell,
  stream: Stream,
  until: number | undefined,
): Promise<string | undefined | typeof late> {
  const taken = abortable(stream.take(), shell.signal)
  if (until === undefined || stream.ready) return taken
  const done = new AbortController()
  const tooLate: Promise<typeof late> = sleep(
    Math.max(0, until - performance.now()),
    AbortSignal.any([shell.signal, done.signal]),
  ).then((): typeof late => late)
  tooLate.catch(() => undefined)
  const first = await Promise.race<string | undefined | typeof late>([taken, tooLate])
  done.abort()
  if (first === late) {
    // What comes later belongs to the next reader.
    taken.then(
      (text) => text !== undefined && stream.unread(text),
      () => undefined,
    )
  }
  return first
}

/** The line's words to the names; the last gets the rest. */
function give(shell: Shell, names: readonly string[], text: string): void {
  const separators = ifs(shell) ?? ' \t\n'
  const isBlank = (c: string | undefined) => c !== undefined && ' \t\n'.includes(c) && separators.includes(c)
  let at = 0
  const skipBlanks = () => {
    while (isBlank(text[at])) at++
  }
  const next = (): string => {
    let word = ''
    while (at < text.length) {
      const c = text[at]!
      if (c === mark) {
        word += text[at + 1] ?? ''
        at += 2
        continue
      }
      if (separators.includes(c)) break
      word += c
      at++
    }
    skipBlanks()
    if (at < text.length && separators.includes(text[at]!) && !isBlank(text[at])) {
      at++
      skipBlanks()
    }
    return word
  }
  skipBlanks()
  names.forEach((name, i) => {
    if (i + 1 === names.length) {
      const from = at
      const word = next()
      // One word and one separator behind it: the separator goes.
      if (at >= text.length) {
        set(shell, name, word)
        return
      }
      let end = text.length
      while (end > from && isBlank(text[end - 1]) && text[end - 2] !== mark) end--
      set(shell, name, unmark(text.slice(from, end)))
      return
    }
    set(shell, name, next())
  })
}
function set(shell: Shell, name: string, text: string): void {
  const element = /^([A-Za-z_][A-Za-z0-9_]*)\[(.+)\]$/s.exec(name)
  if (element === null) assign(shell, name, text)
  else assignElement(shell, element[1]!, element[2]!, text)
}

function splitAll(text: string, separators = ' \t\n'): string[] {
  const words: string[] = []
  let word = ''
  let present = false
  let blank = true
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (c === mark) {
      word += text[++i] ?? ''
      present = true
      continue
    }
    if (!separators.includes(c)) {
      word += c
      present = true
      blank = false
      continue
    }
    if (' \t\n'.includes(c)) {
      if (present) {
        words.push(word)
        blank = true
      }
    } else if (present || !blank) words.push(word)
    else if (blank && words.length > 0) blank = false
    else words.push('')
    word = ''
    present = false
  }
  if (present) words.push(word)
  return words
}
