/** What moves, hides or is no text, or what XML cannot hold: controls, direction marks, unassigned and lone surrogates. */
const unfit = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as it may stand in an element or in an attribute between quotes, in SVG and in HTML. */
export function markup(text: string): string {
  return text.replace(unfit, '\ufffd').replace(/[&<>"']/g, (mark) => entities[mark]!)
}
