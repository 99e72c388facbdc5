import { charactersOf, type Character } from './characters.ts'

/** A line and a place in it. */
export class LineText {
  characters: Character[]
  point: number

  constructor(characters: Character[] = [], point = 0) {
    this.characters = characters
    this.point = point
  }

  get length(): number {
    return this.characters.length
  }

  get bytes(): string {
    return this.slice(0)
  }

  copy(): LineText {
    return new LineText([...this.characters], this.point)
  }

  slice(from: number, to = this.length): string {
    let text = ''
    for (let i = Math.max(0, from); i < to && i < this.length; i++) text += this.characters[i]!.bytes
    return text
  }

  /** At the point, which goes behind it. What combines with the character before becomes one with it. */
  insert(characters: readonly Character[]): void {
    const [first] = characters
    const before = this.characters[this.point - 1]
    if (first && before && first.width === 0 && before.bytes !== '\n') {
      const joined = charactersOf(before.bytes + first.bytes)
      this.characters.splice(this.point - 1, 1, ...joined)
      this.point += joined.length - 1
      return this.insert(characters.slice(1))
    }
    this.characters.splice(this.point, 0, ...characters)
    this.point += characters.length
  }

  remove(from: number, to: number): void {
    const start = Math.max(0, from)
    const end = Math.min(to, this.length)
    this.characters.splice(start, Math.max(0, end - start))
    if (this.point > end) this.point -= end - start
    else if (this.point > start) this.point = start
  }

  /** False where the end is in the way. */
  move(by: number): boolean {
    const to = this.point + by
    this.point = Math.min(Math.max(0, to), this.length)
    return this.point === to
  }

  /** Words are of letters and digits. */
  wordStart(): number {
    let at = this.point
    while (at > 0 && !isWord(this.characters[at - 1])) at--
    while (at > 0 && isWord(this.characters[at - 1])) at--
    return at
  }

  wordEnd(): number {
    let at = this.point
    while (at < this.length && !isWord(this.characters[at])) at++
    while (at < this.length && isWord(this.characters[at])) at++
    return at
  }

  /** Of a word that blanks end. */
  blankWordStart(): number {
    let at = this.point
    while (at > 0 && isBlank(this.characters[at - 1])) at--
    while (at > 0 && !isBlank(this.characters[at - 1])) at--
    return at
  }

  blanksAround(): [number, number] {
    let from = this.point
    let to = this.point
    while (from > 0 && isBlank(this.characters[from - 1])) from--
    while (to < this.length && isBlank(this.characters[to])) to++
    return [from, to]
  }

  transpose(): void {
    if (this.point === this.length) this.point--
    const [one] = this.characters.splice(this.point - 1, 1)
    this.characters.splice(this.point, 0, one!)
    this.point++
  }

  recase(how: 'upcase-word' | 'downcase-word' | 'capitalize-word'): void {
    const end = this.wordEnd()
    let isFirst = true
    for (; this.point < end; this.point++) {
      const { bytes, width } = this.characters[this.point]!
      const text = Buffer.from(bytes, 'latin1').toString('utf8')
      if (!isWord(this.characters[this.point])) continue
      const isUpper = how === 'upcase-word' || (how === 'capitalize-word' && isFirst)
      isFirst = false
      const recased = isUpper ? text.toUpperCase() : text.toLowerCase()
      if (recased.length !== text.length || text.includes('\ufffd')) continue
      this.characters[this.point] = { bytes: Buffer.from(recased, 'utf8').toString('latin1'), width }
    }
  }

  /** Goes to the next such character; false where there is none. */
  findForward(character: string, times: number): boolean {
    let at = this.point
    for (let i = 0; i < times; i++) {
      at = this.characters.findIndex(({ bytes }, place) => place > at && bytes === character)
      if (at < 0) return false
    }
    this.point = at
    return true
  }
}

function isWord(character: Character | undefined): boolean {
  return (
    character !== undefined && /[\p{L}\p{N}]/u.test(Buffer.from(character.bytes, 'latin1').toString('utf8'))
  )
}

function isBlank(character: Character | undefined): boolean {
  return character?.bytes === ' ' || character?.bytes === '\t'
}
