import { assignElement } from '../assign.ts'
import { assignList } from '../assign-list.ts'
import { quoteForReading } from '../expand/quote.ts'
import { readLine } from '../read-line.ts'
import { isName, options, wrongOption, type Builtin } from './builtin.ts'

const usage =
  'mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]'
const maxLines = 100_000

export const mapfileBuiltins: readonly Builtin[] = [
  {
    names: ['mapfile', 'readarray'],
    usage,
    run: async (shell, args, name) => {
      const { options: found, rest, wrong } = options(args, 'd:n:O:s:tu:C:c:')
      if (wrong !== undefined) return wrongOption(shell, name, wrong, usage.replace('mapfile', name))
      const array = rest[0] ?? 'MAPFILE'
      if (!isName(array)) {
        await shell.complain(`${name}: \`${array}': not a valid identifier`)
        return 1
      }
      const descriptor = Number(found.get('u') ?? 0)
      const stream = shell.descriptors.get(descriptor)
      if (stream === undefined) {
        await shell.complain(`${name}: ${descriptor}: invalid file descriptor: Bad file descriptor`)
        return 1
      }
      const delimiter = (found.get('d') ?? '\n')[0] ?? '\0'
      const count = Number(found.get('n') ?? 0) || maxLines
      const skip = Number(found.get('s') ?? 0)
      const origin = found.get('O')
      const callback = found.get('C')
      const quantum = Number(found.get('c') ?? 5000)
      const lines: string[] = []
      for (let i = 0; lines.length < count; i++) {
        const line = await readLine(shell, stream, delimiter)
        if (line === undefined) break
        await shell.spend()
        if (i < skip) continue
        const text = found.has('t') && line.endsWith(delimiter) ? line.slice(0, -1) : line
        if (callback !== undefined && (lines.length + 1) % quantum === 0)
          await shell.runText(
            `${callback} ${lines.length + Number(origin ?? 0)} ${quoteForReading(text)}`,
            shell.line,
          )
        lines.push(text)
      }
      if (origin === undefined) assignList(shell, array, lines)
      else lines.forEach((line, i) => assignElement(shell, array, String(Number(origin) + i), line))
      return 0
    },
  },
]
