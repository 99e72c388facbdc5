import type { Program } from '../../program.ts'
import { Exit, tool, type Tool } from '../common/tool.ts'
import { reasonOf } from '../common/tool.ts'

/** Rarer tools that the library plays: how each names a file it cannot open, in the real one's words. */
const rare: Readonly<
  Record<string, { readonly missing: (name: string, reason: string) => string; readonly status: number }>
> = {
  comm: { missing: (n, r) => `comm: ${n}: ${r}\n`, status: 1 },
  paste: { missing: (n, r) => `paste: ${n}: ${r}\n`, status: 1 },
  join: { missing: (n, r) => `join: ${n}: ${r}\n`, status: 1 },
  column: { missing: (n, r) => `column: cannot open ${n}: ${r}\n`, status: 1 },
  expand: { missing: (n, r) => `expand: ${n}: ${r}\n`, status: 1 },
  unexpand: { missing: (n, r) => `unexpand: ${n}: ${r}\n`, status: 1 },
  split: { missing: (n, r) => `split: cannot open '${n}' for reading: ${r}\n`, status: 1 },
  strings: {
    missing: (n, r) =>
      r === 'No such file or directory' ? `strings: '${n}': No such file\n` : `strings: ${n}: ${r}\n`,
    status: 1,
  },
}

export const libraryPrograms: readonly Program[] = Object.entries(rare).map(([name, words]) =>
  tool(name, async (t: Tool) => {
    const names = t.args.filter((arg) => !arg.startsWith('-'))
    // With the wrong files the library's words would show.
    for (const file of name === 'split' ? names.slice(0, 1) : names)
      try {
        if (/^\d+$/.test(file) || file.length > 200) continue
        t.files.stat(t.call.path(file))
      } catch (error) {
        if (name !== 'strings' && names.length > 2) continue
        throw new Exit(words.status, words.missing(file, reasonOf(error)))
      }
    const { libraryTool } = await import('./just-bash.ts')
    const reads = names.length === 0 || t.args.includes('-')
    return libraryTool(t, name, t.args, reads)
  }),
)
