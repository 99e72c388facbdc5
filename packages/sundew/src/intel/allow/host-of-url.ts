/** The host of a URL in its normal form (`indicator/url.ts`): a name, or an address without brackets; '' where there is none. */
export function hostOfUrl(url: string): string {
  const mark = url.indexOf('://')
  const from = mark < 0 ? 0 : mark + 3
  if (url[from] === '[') return url.slice(from + 1, Math.max(from + 1, url.indexOf(']', from)))
  let to = from
  while (to < url.length && !isEnd(url.charCodeAt(to))) to++
  return url.slice(from, to)
}

/** `/`, `?` or `:`. */
function isEnd(code: number): boolean {
  return code === 0x2f || code === 0x3f || code === 0x3a
}
