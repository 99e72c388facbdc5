import { latin1, lineBatches } from '../common/lines.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'

/** `less` and `more`: without a terminal they are `cat`; with one, a page at a time. */
export const pager = tool(['less', 'more', 'pager', 'most'], async (t: Tool) => {
  const names = t.args.filter((arg) => !/^[-+]./.test(arg))
  const { terminal } = t.call
  const paged = terminal !== undefined && t.call.stdout.terminal !== undefined
  if (names.length === 0 && t.call.stdin.terminal !== undefined)
    throw new Exit(
      1,
      t.call.name === 'more'
        ? "more: bad usage\nTry 'more --help' for more information.\n"
        : 'Missing filename ("less --help" for help)\n',
    )
  const settings = terminal?.settings
  let row = 0
  try {
    if (paged) terminal.settings = { ...terminal.settings, echo: false, lines: false }
    for (const name of names.length === 0 ? ['-'] : names) {
      try {
        for await (const { lines } of lineBatches(t, t.input(name)))
          for (const line of lines) {
            t.put(`${line}\n`)
            row += Math.max(1, Math.ceil(line.length / Math.max(1, terminal?.columns ?? 80)))
            await t.room()
            if (!paged || row < terminal.rows - 1) continue
            t.put(t.call.name === 'more' ? '\x1b[7m--More--\x1b[27m' : ':')
            await t.flush()
            const key = latin1((await terminal.read()) ?? Buffer.from('q'))
            t.put('\r\x1b[K')
            if (/^[qQ\x03\x04]/.test(key)) return 0
            row = /^[\r\nj]/.test(key) ? terminal.rows - 2 : 0
          }
      } catch (error) {
        if (error instanceof Exit) throw error
        await t.call.stderr.write(
          `${t.call.name === 'more' ? `more: cannot open ${name}` : name}: ${reasonOf(error)}\n`,
        )
        t.status = 1
      }
    }
    if (paged && t.call.name !== 'more') {
      t.put('\x1b[7m(END)\x1b[27m')
      await t.flush()
      for (;;) if (/^[qQ\x03\x04]/.test(latin1((await terminal.read()) ?? Buffer.from('q')))) break
      t.put('\r\x1b[K')
    }
    return t.status
  } finally {
    if (paged && settings !== undefined) terminal.settings = settings
  }
})
