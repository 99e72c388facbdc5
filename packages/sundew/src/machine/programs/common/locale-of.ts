import type { Call } from '../../program.ts'

/** The value that counts for a category (LC_TIME …), as `setlocale` finds it; `C` without. */
export function localeOf(call: Call, category: string): string {
  const { environment } = call
  return environment.get('LC_ALL') || environment.get(category) || environment.get('LANG') || 'C'
}

export function isUtf8(call: Call): boolean {
  return /utf-?8$/i.test(localeOf(call, 'LC_CTYPE'))
}
