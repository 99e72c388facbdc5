import { lineBatches } from '../common/lines.ts'
import { options } from '../common/options.ts'
import { reasonOf, tool, type Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'

export const uniq = tool('uniq', async (t: Tool) => {
  const o = options(
    t,
    'cdDf:is:uw:z',
    'count=c repeated=d all-repeated?=D skip-fields:=f ignore-case=i skip-chars:=s unique=u check-chars:=w zero-terminated=z group?',
  )
  if (o.has('version')) return versionOf(t, 'coreutils', 'Richard M. Stallman and David MacKenzie')
  if (o.operands.length > 2) t.usage(`extra operand ${t.quoted(o.operands[2]!)}`)
  const number = (key: string, what: string): number => {
    const text = o.value(key)
    if (text === undefined) return key === 'w' ? Infinity : 0
    if (!/^\d+$/.test(text)) t.fail(`${text}: invalid number of ${what}`)
    return Number(text)
  }
  const fields = number('f', 'fields to skip')
  const chars = number('s', 'bytes to skip')
  const width = number('w', 'bytes to compare')
  const end = o.has('z') ? '\0' : '\n'
  const simple = fields === 0 && chars === 0 && width === Infinity && !o.has('i')
  const keyOf = (line: string): string => {
    if (simple) return line
    let at = 0
    for (let i = 0; i < fields && at < line.length; i++) {
      while (/[ \t]/.test(line[at] ?? '')) at++
      while (at < line.length && !/[ \t]/.test(line[at]!)) at++
    }
    const key = line.slice(at + chars, width === Infinity ? undefined : at + chars + width)
    return o.has('i') ? key.toLowerCase() : key
  }
  const name = o.operands[0] ?? '-'
  let input: ReturnType<Tool['input']>
  try {
    input = t.input(name)
  } catch (error) {
    t.fail(`${t.named(name)}: ${reasonOf(error)}`)
  }
  const to = o.operands[1] === undefined || o.operands[1] === '-' ? undefined : t.output(o.operands[1])
  let held: { line: string; key: string; count: number } | undefined
  let text = ''
  const emit = (): void => {
    if (held === undefined) return
    if ((o.has('d') && held.count < 2) || (o.has('u') && held.count > 1) || o.has('D')) return
    text += (o.has('c') ? `${String(held.count).padStart(7)} ` : '') + held.line + end
  }
  for await (const { lines } of lineBatches(t, input, end)) {
    for (const line of lines) {
      const key = keyOf(line)
      if (held !== undefined && held.key === key) {
        if (o.has('D')) {
          if (held.count === 1) text += held.line + end
          text += line + end
        }
        held.count++
      } else {
        emit()
        held = { line, key, count: 1 }
      }
    }
    if (text.length > 16_384) {
      await (to ?? t).write(text)
      text = ''
    }
  }
  emit()
  if (text !== '') await (to ?? t).write(text)
  to?.close()
  return t.status
})

export const cut = tool('cut', async (t: Tool) => {
  const o = options(
    t,
    'b:c:d:f:nsz',
    'bytes:=b characters:=c delimiter:=d fields:=f complement only-delimited=s output-delimiter:=O zero-terminated=z',
  )
  if (o.has('version')) return versionOf(t, 'coreutils', 'David M. Ihnat, David MacKenzie, and Jim Meyering')
  const lists = o.list.filter(([k]) => k === 'b' || k === 'c' || k === 'f')
  if (lists.length === 0) {
    if (t.busybox) t.fail('expected a list of bytes, characters, or fields')
    t.usage('you must specify a list of bytes, characters, or fields')
  }
  if (lists.length > 1) t.usage('only one list may be specified')
  const [kind, listText] = lists[0]!
  if (o.has('d') && kind !== 'f') t.usage('an input delimiter may be specified only when operating on fields')
  if (o.has('s') && kind !== 'f')
    t.usage('suppressing non-delimited lines makes sense\n\tonly when operating on fields')
  const delimiter = o.value('d') === '' ? '\0' : (o.value('d') ?? '\t')
  if (delimiter.length > 1) t.usage('the delimiter must be a single character')
  const ranges: [number, number][] = []
  for (const item of listText.split(/[, \t]/)) {
    const match = /^(\d*)(-?)(\d*)$/.exec(item)
    const what = kind === 'f' ? 'field' : 'byte or character'
    if (match === null || item === '')
      t.usage(
        kind === 'f'
          ? item === ''
            ? 'fields are numbered from 1'
            : `invalid field value ${t.quoted(/[^\d,-].*/.exec(item)?.[0] ?? item)}`
          : item === ''
            ? 'byte/character positions are numbered from 1'
            : `invalid byte/character position ${t.quoted(/[^\d,-].*/.exec(item)?.[0] ?? item)}`,
      )
    if (item === '-') t.usage('invalid range with no endpoint: -')
    if (match[1] === '0' || (match[3] === '0' && match[1] === ''))
      t.usage(
        kind === 'f'
          ? 'fields are numbered from 1'
          : `${what} positions are numbered from 1`.replace('byte or character', 'byte/character'),
      )
    const low = Number(match[1] || 1)
    const high = match[2] === '' ? low : match[3] === '' ? Infinity : Number(match[3])
    if (high < low) t.usage('invalid decreasing range')
    ranges.push([low, high])
  }
  ranges.sort((a, b) => a[0] - b[0])
  let merged: [number, number][] = []
  for (const range of ranges) {
    const last = merged.at(-1)
    if (last !== undefined && range[0] <= last[1]) last[1] = Math.max(last[1], range[1])
    else merged.push([...range])
  }
  if (o.has('complement')) {
    const inverse: [number, number][] = []
    let at = 1
    for (const [low, high] of merged) {
      if (low > at) inverse.push([at, low - 1])
      at = high + 1
    }
    if (at !== Infinity) inverse.push([at, Infinity])
    merged = inverse
  }
  const end = o.has('z') ? '\0' : '\n'
  const out = o.value('O')
  for (const name of o.operands.length === 0 ? ['-'] : o.operands)
    try {
      const input = t.input(name)
      for await (const { lines } of lineBatches(t, input, end)) {
        for (const line of lines) {
          if (kind === 'f') {
            if (!line.includes(delimiter)) {
              if (!o.has('s')) t.put(line + end)
              continue
            }
            const fields = line.split(delimiter)
            const chosen: string[] = []
            for (const [low, high] of merged)
              chosen.push(...fields.slice(low - 1, high === Infinity ? undefined : high))
            t.put(chosen.join(out ?? delimiter) + end)
          } else
            t.put(
              merged
                .map(([low, high]) => line.slice(low - 1, high === Infinity ? undefined : high))
                .filter((part, i) => part !== '' || (out !== undefined && i === 0))
                .join(out ?? '') + end,
            )
        }
        await t.room()
      }
      input.close?.()
    } catch (error) {
      await t.error(`${t.named(name)}: ${reasonOf(error)}`)
    }
  return t.status
})

export const rev = tool('rev', async (t: Tool) => {
  for (const name of t.args.length === 0 ? ['-'] : t.args)
    try {
      const input = t.input(name)
      for await (const { lines, ended } of lineBatches(t, input)) {
        for (const line of lines) t.put(line.split('').toReversed().join('') + (ended ? '\n' : ''))
        await t.room()
      }
    } catch (error) {
      await t.call.stderr.write(`rev: cannot open ${name}: ${reasonOf(error)}\n`)
      t.status = 1
    }
  return t.status
})

const maxHeldBytes = 16 * 1024 * 1024

export const tac = tool('tac', async (t: Tool) => {
  const o = options(t, 'brs:', 'before=b regex=r separator:=s')
  const separator = o.value('s') ?? '\n'
  for (const name of o.operands.length === 0 ? ['-'] : o.operands)
    try {
      const input = t.input(name)
      const parts: string[] = []
      let length = 0
      for (;;) {
        const bytes = await input.read()
        if (bytes === undefined) break
        parts.push(Buffer.from(bytes).toString('latin1'))
        length += bytes.length
        if (length > maxHeldBytes) t.fail('memory exhausted')
      }
      const text = parts.join('')
      const records = text.split(separator)
      const last = records.pop()!
      if (last !== '') t.put(last)
      for (const record of records.toReversed()) {
        t.put(record + separator)
        await t.room()
      }
    } catch (error) {
      const folder = reasonOf(error) === 'Is a directory'
      await t.error(
        folder
          ? `${t.named(name)}: read error: Is a directory`
          : `failed to open ${t.always(name)} for reading: ${reasonOf(error)}`,
      )
    }
  return t.status
})

export const fold = tool('fold', async (t: Tool) => {
  const o = options(t, 'bsw:0123456789', 'bytes=b spaces=s width:=w', { digits: true })
  const text = o.value('w') ?? o.value('#') ?? '80'
  if (!/^[1-9]\d*$/.test(text)) t.fail(`invalid number of columns: ${t.quoted(text)}`)
  const width = Number(text)
  for (const name of o.operands.length === 0 ? ['-'] : o.operands)
    try {
      for await (const { lines, ended } of lineBatches(t, t.input(name))) {
        for (let line of lines) {
          while (line.length > width) {
            let at = width
            if (o.has('s')) {
              const space = line.lastIndexOf(' ', width - 1)
              if (space >= 0) at = space + 1
            }
            t.put(`${line.slice(0, at)}\n`)
            line = line.slice(at)
          }
          t.put(line + (ended ? '\n' : ''))
        }
        await t.room()
      }
    } catch (error) {
      await t.error(`${t.named(name)}: ${reasonOf(error)}`)
    }
  return t.status
})

export const nl = tool('nl', async (t: Tool) => {
  const o = options(
    t,
    'b:d:f:h:i:l:n:ps:v:w:',
    'body-numbering:=b starting-line-number:=v line-increment:=i number-format:=n number-separator:=s number-width:=w',
  )
  const style = o.value('b') ?? 't'
  let number = Number(o.value('v') ?? 1)
  const width = Math.min(Number(o.value('w') ?? 6), 1000)
  const separator = o.value('s') ?? '\t'
  const format = o.value('n') ?? 'rn'
  for (const name of o.operands.length === 0 ? ['-'] : o.operands)
    try {
      for await (const { lines } of lineBatches(t, t.input(name))) {
        for (const line of lines) {
          if (style === 'a' || (style === 't' && line !== '')) {
            const digits =
              format === 'ln'
                ? String(number).padEnd(width)
                : String(number).padStart(width, format === 'rz' ? '0' : ' ')
            t.put(`${digits}${separator}${line}\n`)
            number += Number(o.value('i') ?? 1)
          } else t.put(`${' '.repeat(width + separator.length)}${line}\n`)
        }
        await t.room()
      }
    } catch (error) {
      await t.error(`${t.named(name)}: ${reasonOf(error)}`)
    }
  return t.status
})
