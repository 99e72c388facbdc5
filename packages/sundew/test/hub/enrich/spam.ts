/** Generated spam: templates written at random from a vocabulary, and copies of them as senders vary theirs. */

export interface Random {
  (below: number): number
}

/** xorshift32: the same seed, the same spam. */
export function random(seed: number): Random {
  let s = seed | 1
  return (below) => {
    s ^= s << 13
    s ^= s >>> 17
    s ^= s << 5
    return (s >>> 0) % below
  }
}

// Made-up synonyms: the vocabulary is groups of four words of one meaning, so that a copy may take another.
const syllables = 'ba ce di fo gu la me ni po ru sa te vi wo xa ke mi no ra si tu ve'.split(' ')

function vocabulary(r: Random, groups: number): string[][] {
  return Array.from({ length: groups }, () =>
    Array.from({ length: 4 }, () =>
      Array.from({ length: 2 + r(3) }, () => syllables[r(syllables.length)]!).join(''),
    ),
  )
}

export interface Template {
  readonly subject: string[][]
  readonly lines: string[][][]
}

const stock = [
  'click here to unsubscribe from this list',
  'this message was sent to you because you are a valued customer',
  'best regards the support team',
].map((line) => line.split(' ').map((w) => [w]))

export function templates(seed: number, count: number): Template[] {
  const r = random(seed)
  const words = vocabulary(r, 400)
  const pick = () => words[r(words.length)]!
  return Array.from({ length: count }, () => ({
    subject: Array.from({ length: 4 + r(4) }, pick),
    // Every second template ends in the same stock lines: what unrelated spam has in common.
    lines: [
      ...Array.from({ length: 4 + r(8) }, () => Array.from({ length: 6 + r(10) }, pick)),
      ...(r(2) === 0 ? stock : []),
    ],
  }))
}

const names = 'John Mary Ahmed Olga Wei Carlos Fatima Bjorn Aiko Pierre'.split(' ')
const shuffled = ['I hope this finds you well', 'Trust you are having a good day', 'Sorry to bother you']

/** A copy: another greeting and order of the first lines, hex and digits, a link of its own, one word in twelve replaced. */
export function copy(template: Template, r: Random): { subject: string; text: string } {
  const say = (word: string[]) => (r(12) === 0 ? word[1 + r(3)]! : word[0]!)
  const hex = () => Array.from({ length: 4 }, () => r(65536).toString(16).padStart(4, '0')).join('')
  const body = template.lines.map((line) => line.map(say).join(' '))
  body.splice(r(body.length), 0, `Reference ${hex()} amount ${r(100000)}.${r(100)} USD`)
  body.splice(r(body.length), 0, `http://${hex().slice(0, 8)}.example/${hex()}?u=${r(1e9)}`)
  if (r(3) === 0) body.splice(r(body.length), 1)
  const greeting = [`Dear ${names[r(names.length)]},`, shuffled[r(3)]!, shuffled[r(3)]!]
  if (r(2) === 0) greeting.reverse()
  return {
    subject: `${template.subject.map(say).join(' ')} ${r(2) === 0 ? `#${r(1e6)}` : names[r(names.length)]}`,
    text: [...greeting, ...body, hex()].join('\r\n'),
  }
}
