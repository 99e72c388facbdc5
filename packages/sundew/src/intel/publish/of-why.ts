import type { Why } from './blocklist.ts'

/** Made at once and kept: lists have few pulses and many indicators. */
const mostKept = 8_192

/** What `make` makes of a why, made once for equal ones as far as they are kept. */
export function ofWhy<T>(make: (why: Why) => T): (why: Why) => T {
  const made = new Map<string, T>()
  return (why) => {
    const { confidence, sources, title, link } = why
    const key = `${confidence}\n${sources.length}\n${sources.join('\n')}\n${title}\n${link}`
    const known = made.get(key)
    if (known !== undefined) return known
    const its = make(why)
    if (made.size >= mostKept) made.clear()
    made.set(key, its)
    return its
  }
}
