import stringWidth from 'string-width'

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Width of one column of the fixed-width font that labels are written in, as a share of its size (DejaVu Sans Mono). */
export const advance = 0.602

/** A label of so many columns at most, `…` in place of what is left out; characters that take no column do not pile up. */
export function shortLabel(text: string, columns: number): string {
  let width = 0
  let kept = ''
  // A column takes a character at least; a character may take none: look at no more than could be shown.
  for (const { segment } of graphemes.segment(text.slice(0, columns * 8))) {
    const [first = ''] = segment
    width += Math.max(1, stringWidth(segment))
    if (width > columns) return `${kept.slice(0, -1)}…`
    // One mark on a character is a letter of some script; ten are somebody's joke.
    kept += segment.length > 8 ? first : segment
  }
  return kept.length < text.length && text.length > columns * 8 ? `${kept.slice(0, -1)}…` : kept
}

/** How wide a label is in pixels at this size of font. */
export function labelWidth(label: string, fontSize: number): number {
  return stringWidth(label) * advance * fontSize
}
