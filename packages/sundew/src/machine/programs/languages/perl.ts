import { latin1, whole } from '../common/lines.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'

const maxScriptBytes = 1024 * 1024
const maxStatements = 2000

/** `perl`: prints, `system` and `exec` of one-liners. */
export const perl = tool('perl', async (t: Tool) => {
  const scripts: string[] = []
  let i = 0
  for (; i < t.args.length; i++) {
    const arg = t.args[i]!
    if (arg === '-v' || arg === '--version') {
      t.put(
        '\nThis is perl 5, version 36, subversion 0 (v5.36.0) built for x86_64-linux-gnu-thread-multi\n(with 61 registered patches, see perl -V for more detail)\n\nCopyright 1987-2022, Larry Wall\n\n',
      )
      return 0
    }
    if (/^-\w*e$/i.test(arg)) {
      const script = t.args[++i]
      if (script === undefined) throw new Exit(2, 'No code specified for -e.\n')
      scripts.push(script)
    } else if (!arg.startsWith('-') || arg === '-') break
  }
  let text = scripts.join('\n')
  if (scripts.length === 0) {
    const name = t.args[i]
    if (name === undefined || name === '-') {
      const bytes = await whole(t, t.stdin(), maxScriptBytes)
      if (bytes.length > 0) t.call.happened({ type: 'file', path: '', bytes, via: 'stdin', partial: false })
      text = latin1(bytes)
    } else
      try {
        text = latin1(t.files.read(t.call.path(name)).subarray(0, maxScriptBytes))
      } catch (error) {
        throw new Exit(2, `Can't open perl script "${name}": ${reasonOf(error)}\n`)
      }
  }
  let count = 0
  for (const statement of text.split(/;\s*|\n/)) {
    if (++count > maxStatements) break
    await t.call.spend()
    const s = statement.trim()
    const missing = /^use\s+([A-Z]\w*(?:::\w+)*)/.exec(s)
    if (missing !== null && /^(LWP|WWW|DBI|Net::SSH|JSON$|JSON::XS|Moose)/.test(missing[1]!)) {
      const path = missing[1]!.replaceAll('::', '/')
      throw new Exit(
        2,
        `Can't locate ${path}.pm in @INC (you may need to install the ${missing[1]} module) (@INC contains: /etc/perl /usr/local/lib/x86_64-linux-gnu/perl/5.36.0 /usr/local/share/perl/5.36.0 /usr/lib/x86_64-linux-gnu/perl5/5.36 /usr/share/perl5 /usr/lib/x86_64-linux-gnu/perl-base /usr/lib/x86_64-linux-gnu/perl/5.36 /usr/share/perl/5.36 /usr/local/lib/site_perl) at -e line 1.\nBEGIN failed--compilation aborted at -e line 1.\n`,
      )
    }
    const print =
      /^print\s*\(?\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\d+)\s*([-+*])\s*(\d+))(?:\s*x\s*(\d{1,6}))?\s*\)?$/.exec(
        s,
      )
    if (print !== null) {
      if (print[3] !== undefined) {
        const [a, b] = [Number(print[3]), Number(print[5])]
        t.put(String(print[4] === '+' ? a + b : print[4] === '-' ? a - b : a * b))
      } else {
        const raw =
          print[2] ??
          print[1]!.replaceAll(/\\(x[0-9a-fA-F]{2}|.)/g, (_, c: string) =>
            c.length > 1
              ? String.fromCharCode(Number.parseInt(c.slice(1), 16))
              : ({ n: '\n', t: '\t', r: '\r', e: '\x1b', '0': '\0' }[c] ?? c),
          )
        t.put(raw.repeat(Math.min(Number(print[6] ?? 1), 100_000)))
      }
      continue
    }
    const run = /^(system|exec)\s*\(?\s*["']([^"']+)["']/.exec(s)
    if (run !== null) {
      await t.flush()
      const status = await t.call.shell(run[2]!)
      if (run[1] === 'exec') return status
    }
    const exit = /^exit\s*\(?(\d*)\)?$/.exec(s)
    if (exit !== null) return Number(exit[1] || 0) & 255
  }
  return 0
})
