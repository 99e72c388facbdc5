/** More than this deep, and it was written to keep a reader busy. */
const mostPasses = 8

const bracketed = /[[({](\.|:|dot)[\])}]/gi
const halves = /\[\.|\.\]|\\(?=\.)/g
const at = /[[({](?:at|@)[\])}]/gi
const slashes = /^([a-z*.]{1,8})[[({]:\/\/[\])}]/i
const firstSlash = /^((?:[a-z]{1,8}:\/\/)?[^/?#]*)[[({]\/[\])}]/i
const scheme = /^(?:h(?:xx|\*\*|tx|xt|\.\.)p|meow)(s?)(?=:)/i

/** Whether a text may hold something for {@link refang}, by its characters alone. */
export function isDefanged(text: string): boolean {
  return /[[({\\]|\.\]|^(?:h[^t]|htx|meow)/i.test(text)
}

/**
 * Undoes what reports do to indicators so that nobody clicks on them: `hxxp://`, `[.]`, `(dot)`, `[:]//`, `[://]`, `[at]` and
 * the like. Done twice it is as done once; '' where brackets go deeper than anybody means.
 */
export function refang(text: string): string {
  let plain = text
  for (let pass = 0; pass < mostPasses; pass++) {
    const before = plain
    plain = plain
      .replace(bracketed, (_, mark: string) => (mark === ':' ? ':' : '.'))
      .replace(halves, (mark) => (mark === '\\' ? '' : '.'))
      .replace(slashes, '$1://')
      .replace(firstSlash, '$1/')
      .replace(scheme, 'http$1')
    // Paths may well say (at).
    if (!plain.includes('/')) plain = plain.replace(at, '@')
    if (plain === before) return plain
  }
  return ''
}
