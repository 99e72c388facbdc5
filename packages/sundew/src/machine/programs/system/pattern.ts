import { RE2JS, RE2JSException } from 're2js'

/** A pattern of the intruder's is so long at most: RE2 is linear in what it reads, and in the pattern. */
const maxPattern = 1000

export class PatternError extends Error {}

/** A POSIX extended expression as `pgrep` takes it, without the backtracking that a hostile one would make slow. @throws PatternError */
export function pattern(
  text: string,
  ignoreCase: boolean,
): { within: (text: string) => boolean; whole: (text: string) => boolean } {
  if (text.length > maxPattern) throw new PatternError('Regular expression too big')
  try {
    const compiled = RE2JS.compile(text, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
    return {
      within: (subject) => compiled.matcher(subject).find(),
      whole: (subject) => compiled.matcher(subject).matches(),
    }
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    throw new PatternError(reasonOf(text))
  }
}

/** In glibc's words. */
function reasonOf(text: string): string {
  const open = (sign: string): number => text.split(sign).length - 1
  if (open('[') > open(']')) return 'Invalid regular expression'
  if (open('(') !== open(')')) return 'Unmatched ( or \\('
  if (/^[*+?]|[|(][*+?]/.test(text)) return 'Invalid preceding regular expression'
  if (text.endsWith('\\')) return 'Trailing backslash'
  return 'Invalid preceding regular expression'
}
