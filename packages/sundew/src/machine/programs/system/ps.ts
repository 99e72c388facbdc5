import type { Program } from '../../program.ts'
import { order, tree, wanted, type Wish } from './ps-choice.ts'
import { type Column, look } from './ps-columns.ts'
import { preset } from './ps-format.ts'
import { read } from './ps-wish.ts'

export const ps: Program = {
  names: ['ps'],
  async run(call) {
    const wish: Wish = {
      columns: undefined,
      everyTty: false,
      every: false,
      withTty: false,
      withoutTty: false,
      bsd: false,
      forest: false,
      hierarchy: false,
      noHead: false,
      wide: 0,
      negate: false,
      sort: [],
      threads: false,
      pick: [],
    }
    const problem = read(call, wish)
    if (problem === 'help') {
      await call.stdout.write(psUsage)
      return 0
    }
    if (problem === 'version') {
      await call.stdout.write('ps from procps-ng 4.0.2\n')
      return 0
    }
    if (problem !== undefined) {
      await call.stderr.write(`error: ${problem}\n${psUsage}`)
      return 1
    }
    const all = call.machine.processes.list()
    const seen = look(call, all)
    const chosen = order(
      all.filter((one) => wanted(one, wish, call) !== wish.negate),
      wish.sort,
      seen,
    )
    const columns = wish.columns ?? preset(wish.bsd ? 'bsd' : 'unix')
    const width =
      wish.wide > 1 || (call.stdout.terminal === undefined && !call.environment.has('COLUMNS'))
        ? Infinity
        : Math.max(
            20,
            (Number(call.environment.get('COLUMNS')) || call.stdout.terminal?.columns || 80) + wish.wide * 52,
          )
    const rows =
      wish.forest || wish.hierarchy ? tree(chosen, wish.hierarchy) : chosen.map((one) => [one, ''] as const)
    if (!wish.noHead && columns.some(({ head }) => head !== '')) {
      await call.stdout.write(`${row(columns, (entry) => entry.head).slice(0, width)}\n`)
    }
    let text = ''
    for (const [one, branch] of rows) {
      const line = row(columns, ({ column }) => {
        const shown = column.show(one, seen)
        return branch !== '' && /^(?:COMMAND|CMD)$/.test(column.head) ? branch + shown : shown
      })
      text += `${line.slice(0, width)}\n`
      if (text.length > 16_384) {
        await call.stdout.write(text)
        text = ''
      }
      await call.spend()
    }
    await call.stdout.write(text)
    return chosen.length === 0 ? 1 : 0
  },
}

const psUsage =
  "\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).\n"

function row(
  columns: readonly { column: Column; head: string }[],
  value: (entry: { column: Column; head: string }) => string,
): string {
  let line = ''
  // A value that is too wide borrows from the columns after it, as procps does.
  let over = 0
  for (const [index, entry] of columns.entries()) {
    const { column } = entry
    const lastOne = index === columns.length - 1
    const width = Math.max(column.width, entry.head.length)
    const text = value(entry)
    const room = Math.max(0, width - over)
    const padded = column.side === 'right' ? text.padStart(room) : lastOne ? text : text.padEnd(room)
    line += padded + (lastOne ? '' : ' ')
    over = Math.max(0, padded.length - room)
  }
  return line
}
