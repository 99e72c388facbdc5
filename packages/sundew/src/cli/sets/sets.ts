import { writeFile } from 'node:fs/promises'
import { Option, type Command } from 'commander'
import { formatAddress, parseAddress } from '../../match/parse-address.ts'
import type { RangeSet } from '../../match/ranges.ts'
import { compareWords, following } from '../../match/words.ts'
import { rangePieces } from '../../match/write-ranges.ts'
import { usage } from '../failure.ts'
import { print } from '../output.ts'
import { Finding } from '../run.ts'
import { binarySet, isBinaryName, readSet } from './set-file.ts'

interface WriteOptions {
  readonly output?: string
  readonly ranges?: boolean
}

interface ShowOptions extends WriteOptions {
  readonly count?: boolean
  readonly addresses?: boolean
  readonly contains?: string
}

/** Characters gathered before they are printed. */
const pieceLength = 64 * 1024
/** Addresses told one by one at most. */
const mostAddresses = 16_777_216

/** Adds `sundew sets`. Needs no hub. */
export function sets(program: Command): void {
  const all = program
    .command('sets')
    .description('sets of addresses in files: made, joined, compared, shown; for "sundew flows --set"')
  const joins = [
    ['build', 'make one set of files: what is in any of them', (a: RangeSet, b: RangeSet) => a.union(b)],
    ['union', 'what is in any of the sets', (a: RangeSet, b: RangeSet) => a.union(b)],
    ['intersect', 'what is in each of the sets', (a: RangeSet, b: RangeSet) => a.intersection(b)],
    [
      'difference',
      'what is in the first set and in none of the others',
      (a: RangeSet, b: RangeSet) => a.difference(b),
    ],
  ] as const
  for (const [name, doc, join] of joins) {
    const command = writing(all.command(name).description(doc))
      .argument('<files...>', 'text, an address, prefix or range a line; or a .set; - is standard input')
      .addHelpText('after', `\nExamples:\n${examples[name]}`)
      .action(async (files: string[], options: WriteOptions) => {
        const [first, ...others] = await each(files)
        await write(others.reduce(join, first!), options)
      })
    if (name === 'build') command.alias('from')
  }
  writing(all.command('show').alias('to').description('a set as text'))
    .argument('<file>', 'text or a .set; - is standard input')
    .addOption(
      new Option('-c, --count', 'only how many addresses it has').conflicts(['addresses', 'contains']),
    )
    .addOption(new Option('--addresses', 'every single address').conflicts(['ranges', 'contains']))
    .option('--contains <address>', 'whether it is in: ends with 1 where not')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew sets show bad.set\n  sundew sets show bad.set --count\n  sundew sets show bad.set --contains 192.0.2.7 && echo listed\n',
    )
    .action(async (file: string, options: ShowOptions) => {
      const set = await readSet(file)
      if (options.contains !== undefined) return contains(set, options.contains)
      if (options.count) {
        const { v4, v6 } = set.addresses
        return print(`${BigInt(v4) + v6}\n`)
      }
      if (options.addresses) return printLines(addresses(set))
      return write(set, options)
    })
}

const examples = {
  build:
    '  sundew sets build drop.txt feed.netset -o bad.set\n  cut -d, -f2 list.csv | sundew sets build - -o bad.set\n',
  union: '  sundew sets union a.set b.txt > both.txt\n',
  intersect: '  sundew sets intersect seen.txt bad.set\n',
  difference: '  sundew sets difference bad.set allowed.txt -o bad.set\n',
} as const

function writing(command: Command): Command {
  return command
    .option('-o, --output <file>', 'write it there; in our binary form where the name ends in .set')
    .option('--ranges', 'as ranges first-last, not as prefixes')
}

async function each(files: readonly string[]): Promise<RangeSet[]> {
  if (files.filter((file) => file === '-').length > 1) throw usage('standard input can be read once only.')
  const read: RangeSet[] = []
  for (const file of files) read.push(await readSet(file))
  return read
}

async function write(set: RangeSet, { output, ranges }: WriteOptions): Promise<void> {
  if (output !== undefined && isBinaryName(output)) return writeFile(output, binarySet(set))
  const pieces = rangePieces(set, ranges ? 'ranges' : 'prefixes')
  if (output !== undefined) return writeFile(output, pieces)
  for (const piece of pieces) await print(piece)
}

function* addresses(set: RangeSet): Generator<string> {
  const { v4, v6 } = set.addresses
  if (BigInt(v4) + v6 > mostAddresses)
    throw usage(`the set has more than ${mostAddresses} addresses; show it as prefixes.`)
  for (const { first, last } of set.ranges()) {
    for (let at = first; ; at = following(at)!) {
      yield formatAddress(at)
      if (compareWords(at, last) === 0) break
    }
  }
}

async function contains(set: RangeSet, text: string): Promise<void> {
  const address = parseAddress(text)
  if (!address) throw usage(`--contains ${text}: it should be an address.`)
  const found = set.has(address)
  await print(found ? `${text} is in the set\n` : `${text} is not in the set\n`)
  if (!found) throw new Finding()
}

async function printLines(lines: Iterable<string>): Promise<void> {
  for (const piece of joined(lines)) await print(piece)
}

function* joined(lines: Iterable<string>): Generator<string> {
  let piece = ''
  for (const line of lines) {
    piece += `${line}\n`
    if (piece.length >= pieceLength) {
      yield piece
      piece = ''
    }
  }
  if (piece !== '') yield piece
}
