import { assign } from '../assign.ts'
import type { Builtin } from './builtin.ts'

export const getopts: Builtin = {
  names: ['getopts'],
  usage: 'getopts optstring name [arg ...]',
  run: async (shell, args) => {
    const [text, name, ...given] = args
    if (text === undefined || name === undefined) {
      await shell.complainBare('getopts: usage: getopts optstring name [arg ...]')
      return 2
    }
    const words = given.length > 0 ? given : shell.positional
    const quiet = text.startsWith(':')
    let index = Number(shell.variables.text('OPTIND') ?? 1) || 1
    if (shell.optionPlace === 0 || index !== shell.optionIndex) shell.optionPlace = 1
    const finish = (letter: string, value: string | undefined, status: number) => {
      shell.optionIndex = index
      assign(shell, 'OPTIND', String(index))
      if (value === undefined) shell.variables.unset('OPTARG')
      else assign(shell, 'OPTARG', value)
      assign(shell, name, letter)
      return status
    }
    const word = words[index - 1]
    if (word === undefined || !word.startsWith('-') || word === '-') {
      shell.optionPlace = 0
      return finish('?', undefined, 1)
    }
    if (word === '--') {
      index++
      shell.optionPlace = 0
      return finish('?', undefined, 1)
    }
    const letter = word[shell.optionPlace]!
    shell.optionPlace++
    const atEnd = shell.optionPlace >= word.length
    const place = letter === ':' ? -1 : text.indexOf(letter)
    if (place < 0) {
      if (atEnd) {
        index++
        shell.optionPlace = 1
      }
      const say = shell.variables.text('OPTERR') !== '0' && !quiet
      if (say)
        await shell.complainBare(
          shell.dialect === 'ash'
            ? `Illegal option -${letter}`
            : `${shell.argv0}: illegal option -- ${letter}`,
        )
      return finish('?', quiet ? letter : undefined, 0)
    }
    if (text[place + 1] !== ':') {
      if (atEnd) {
        index++
        shell.optionPlace = 1
      }
      return finish(letter, undefined, 0)
    }
    const rest = word.slice(shell.optionPlace)
    index++
    shell.optionPlace = 1
    if (rest !== '') return finish(letter, rest, 0)
    const value = words[index - 1]
    if (value !== undefined) {
      index++
      return finish(letter, value, 0)
    }
    if (quiet) return finish(':', letter, 0)
    if (shell.variables.text('OPTERR') !== '0')
      await shell.complainBare(
        shell.dialect === 'ash'
          ? `No arg for -${letter} option`
          : `${shell.argv0}: option requires an argument -- ${letter}`,
      )
    return finish('?', undefined, 0)
  },
}
