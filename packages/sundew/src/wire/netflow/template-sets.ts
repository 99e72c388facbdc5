import { canBe, scopePen, Template } from './template.ts'

/** What a template set held. */
export interface TemplateSetReader {
  template(template: Template): void
  /** RFC 7011, section 8.1: of this id, or all where it is 2 (3: of options). */
  withdrawn(id: number): void
  /** A template that cannot be. */
  malformed(): void
}

/**
 * Reads a template set, or an options template set, of v9 (RFC 3954, sections 5.2 and 6.1) or of IPFIX (RFC 7011,
 * sections 3.4.1 and 3.4.2). Fields of no length are left out: Cisco and Juniper send such, and they hold nothing.
 *
 * @param at the first byte after the set's header
 * @param end the byte after the set
 */
export function readTemplates(
  version: 9 | 10,
  isOptions: boolean,
  view: DataView,
  at: number,
  end: number,
  maxFields: number,
  nowMs: number,
  into: TemplateSetReader,
): void {
  while (at + 4 <= end) {
    const id = view.getUint16(at)
    let count = view.getUint16(at + 2)
    at += 4
    // Padding, whose length nothing says.
    if (id === 0) return
    let scopes = 0
    if (version === 10 && count === 0) {
      into.withdrawn(id)
      continue
    }
    if (isOptions) {
      if (at + 2 > end) return into.malformed()
      const second = view.getUint16(at)
      at += 2
      // IPFIX counts all fields, then scopes among them; v9 bytes of scopes, then of options.
      scopes = version === 9 ? count >> 2 : second
      if (version === 9) count = scopes + (second >> 2)
    }
    if (id < 256 || at + count * 4 > end) return into.malformed()
    const shape: number[] = []
    for (let index = 0; index < count; index++) {
      if (at + 4 > end) return into.malformed()
      let element = view.getUint16(at)
      const length = view.getUint16(at + 2)
      at += 4
      let pen = 0
      if (version === 10 && element >= 0x8000) {
        if (at + 4 > end) return into.malformed()
        element -= 0x8000
        pen = view.getUint32(at)
        at += 4
      } else if (version === 9 && index < scopes) pen = scopePen
      if (length !== 0 && shape.length < maxFields * 3) shape.push(pen, element, length)
    }
    const words = Uint32Array.from(shape)
    if (count > maxFields || scopes > count || !canBe(words)) into.malformed()
    else into.template(new Template(version, id, isOptions, words, nowMs))
  }
}
