import { type Column, columnOf } from './ps-columns.ts'
import type { Wish } from './ps-choice.ts'

/** So many columns may be asked for. */
const maxColumns = 64

const presets = {
  unix: 'pid tname time ucmd',
  bsd: 'pid tname stat bsdtime args',
  full: 'user=UID pid ppid c stime tname time cmd',
  fullThreads: 'user=UID pid ppid lwp c nlwp stime tname time cmd',
  user: 'user pid pcpu pmem vsz rss tname stat start_time bsdtime args',
  jobs: 'pid pgid sid tname time ucmd',
  bsdJobs: 'ppid pid pgid sid tname tpgid stat uid bsdtime args',
  long: 'flags s uid pid ppid c opri ni addr wchan tname time ucmd',
  longFull: 'flags s user=UID pid ppid c opri ni addr wchan stime tname time cmd',
  bsdLong: 'flags uid pid ppid opri=PRI ni vsz rss wchan stat tname bsdtime args',
  verbose: 'pid tname stat bsdtime pmem args',
} as const

export function preset(name: keyof typeof presets): { column: Column; head: string }[] {
  return presets[name].split(' ').map((word) => {
    const [key, head] = word.split('=')
    const column = columnOf(key!)!
    return { column, head: head ?? column.head }
  })
}

export function format(text: string | undefined, wish: Wish): string | undefined {
  if (text === undefined) return 'format specification must follow -o'
  wish.columns = (wish.columns ?? []).slice(0, maxColumns)
  // A name with `=` takes all that follows as its heading.
  let rest = text
  while (rest !== '' && wish.columns.length < maxColumns) {
    const found = /^[\s,]*([^\s,=:]+)(?::(\d+))?(?:=(.*)$)?/s.exec(rest)
    if (found === null) break
    rest = rest.slice(found[0].length)
    const column = columnOf(found[1]!)
    if (column === undefined) return `unknown user-defined format specifier "${found[1]!}"`
    const width = found[2] === undefined ? undefined : Math.min(Number(found[2]), 512)
    let head = found[3]
    if (head !== undefined && /^,?\w+=/.test(head.replace(/^[^,]*,/, ''))) {
      // `pid=,ppid=`: an empty heading, and another column.
      const comma = head.indexOf(',')
      rest = head.slice(comma)
      head = head.slice(0, comma)
    }
    wish.columns.push({
      column: width === undefined ? column : { ...column, width },
      head: head ?? column.head,
    })
  }
  return wish.columns.length === 0 ? 'empty format list' : undefined
}
