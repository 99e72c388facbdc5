/** Tags of one text that are told apart. */
const mostTags = 64
const longestNothing = 7
const nothing = /^(?:none|null|n\/a|-|unknown)$/i

/** What a publisher says; '' for what publishers write where they have nothing to say. */
export function said(text: string): string {
  return text.length <= longestNothing && nothing.test(text) ? '' : text
}

/** Tags as lists have them: in one text, or as an array. */
export function tagsOf(value: unknown): readonly string[] {
  const all =
    typeof value === 'string'
      ? value.split(/[,;|]/, mostTags)
      : Array.isArray(value)
        ? (value as unknown[])
        : []
  return all
    .slice(0, mostTags)
    .map((tag) => (typeof tag === 'string' ? said(tag.trim()) : ''))
    .filter((tag) => tag !== '')
}

/** A publisher's confidence, 0 to 100; undefined where it is none. */
export function confidenceOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && number >= 0 && number <= 100 ? number : undefined
}
