import { lineBatches } from '../common/lines.ts'
import { options } from '../common/options.ts'
import { reasonOf, tool, type Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'

export const cat = tool('cat', async (t: Tool) => {
  const o = options(
    t,
    'AbeEnstTuv',
    'number-nonblank=b number=n squeeze-blank=s show-nonprinting=v show-ends=E show-tabs=T show-all=A',
  )
  if (o.has('version')) return versionOf(t, 'coreutils', 'Torbjorn Granlund and Richard M. Stallman')
  const ends = o.has('A', 'e', 'E')
  const tabs = o.has('A', 't', 'T')
  const visible = o.has('A', 'e', 't', 'v')
  const nonBlank = o.has('b')
  const numbers = o.has('n') || nonBlank
  const squeeze = o.has('s')
  const plain = !ends && !tabs && !visible && !numbers && !squeeze
  let number = 0
  let blank = false
  /** Whether the next piece begins a line. */
  let fresh = true
  for (const name of o.operands.length === 0 ? ['-'] : o.operands) {
    try {
      const input = t.input(name)
      try {
        if (plain) {
          for (;;) {
            const bytes = await input.read()
            if (bytes === undefined) break
            await t.write(bytes)
          }
          continue
        }
        for await (const { lines, ended } of lineBatches(t, input))
          for (let line of lines) {
            if (squeeze && fresh && line === '') {
              if (blank) continue
              blank = true
            } else blank = false
            if (visible) line = shown(line, tabs)
            else if (tabs) line = line.replaceAll('\t', '^I')
            if (fresh && numbers && !(nonBlank && line === '')) t.put(`${String(++number).padStart(6)}\t`)
            t.put(line + (ended ? (ends ? '$\n' : '\n') : ''))
            fresh = ended
            await t.room()
          }
      } finally {
        input.close?.()
      }
    } catch (error) {
      if (t.busybox)
        await t.error(
          reasonOf(error) === 'Is a directory'
            ? 'read error: Is a directory'
            : `can't open '${name}': ${reasonOf(error)}`,
        )
      else await t.error(`${t.named(name)}: ${reasonOf(error)}`)
    }
  }
  return t.status
})

/** `^A`, `M-^A`, as `cat -v` shows what is not text. */
function shown(line: string, tabs: boolean): string {
  return line.replace(/[\x00-\x1f\x7f-\xff]/g, (c) => {
    let code = c.charCodeAt(0)
    if (code === 9 && !tabs) return c
    let text = ''
    if (code >= 128) {
      text = 'M-'
      code -= 128
    }
    if (code < 32) return `${text}^${String.fromCharCode(code + 64)}`
    return code === 127 ? `${text}^?` : text + String.fromCharCode(code)
  })
}
