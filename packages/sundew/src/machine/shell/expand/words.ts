import type { Shell } from '../shell.ts'
import { substitute, substituteProcess } from '../substitute.ts'
import type { Part, Word } from '../syntax/ast.ts'
import { ShellFailure } from '../unwinding.ts'
import { maxValueBytes } from '../variables.ts'
import { arithmeticText } from './arithmetic-scope.ts'
import { braces, TooManyWords } from './braces.ts'
import { globbed } from './glob.ts'
import { expandParameter } from './parameter.ts'
import { FieldSink, PatternSink, TextSink, type Sink } from './sinks.ts'
import { tilde } from './tilde.ts'

/** Arguments that one command may have. */
const maxArguments = 200_000

/** The fields that words make: all expansions, splitting, paths. @throws ShellFailure */
export async function expandWords(shell: Shell, words: readonly Word[]): Promise<string[]> {
  const results: string[] = []
  for (const word of words) {
    if (word.plain !== undefined && !word.braces) {
      results.push(word.plain)
      continue
    }
    for (const one of braced(shell, word)) await addFields(shell, one, results)
    if (results.length > maxArguments) throw new ShellFailure('xrealloc: cannot allocate memory', 2, true)
  }
  return results
}

function braced(shell: Shell, word: Word): readonly Word[] {
  if (!word.braces || shell.dialect === 'ash' || !shell.options.has('braceexpand')) return [word]
  try {
    return braces(word)
  } catch (error) {
    if (!(error instanceof TooManyWords)) throw error
    void shell.complain(`brace expansion: failed to allocate memory for ${error.count} elements`)
    return [word]
  }
}

async function addFields(shell: Shell, word: Word, results: string[]): Promise<void> {
  const sink = new FieldSink(ifs(shell))
  await expandParts(shell, word.parts, sink, false, 'word')
  for (const field of sink.finish()) {
    if (field.pattern === undefined || shell.options.has('noglob')) {
      results.push(field.text)
      continue
    }
    const paths = await globbed(shell, field.pattern)
    if (paths === undefined) results.push(field.text)
    else for (const path of paths) results.push(path)
  }
}

/** One text: no splitting, no paths. */
export async function expandText(shell: Shell, word: Word, assignment = false): Promise<string> {
  if (word.plain !== undefined) return word.plain
  const only = word.parts.length === 1 ? word.parts[0] : undefined
  if (only?.type === 'text' && only.quoted) return only.text
  const sink = new TextSink(ifs(shell))
  await expandParts(shell, word.parts, sink, false, assignment ? 'assignment' : 'text')
  if (sink.text.length > maxValueBytes) tooLong()
  return sink.text
}

/** One pattern, for `case`, `[[ == ]]`, `${x#…}`. */
export async function expandPattern(
  shell: Shell,
  word: Word,
  escape?: (text: string) => string,
): Promise<string> {
  const sink = new PatternSink(escape)
  await expandParts(shell, word.parts, sink, false, 'text')
  return sink.pattern
}

function tooLong(): never {
  throw new ShellFailure('xrealloc: cannot allocate 18446744071562067968 bytes', 2, true)
}

export function ifs(shell: Shell): string | undefined {
  return shell.variables.text('IFS')
}

/** `word`: with a tilde at its beginning; `assignment`: also behind colons; `operand`: behind `:-` and its like. */
export async function expandParts(
  shell: Shell,
  parts: readonly Part[],
  sink: Sink,
  inDouble: boolean,
  tildes: 'word' | 'text' | 'assignment' | 'operand' | 'none' = 'none',
): Promise<void> {
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!
    switch (part.type) {
      case 'text': {
        if (part.quoted || inDouble) {
          sink.quoted(part.text)
          break
        }
        const expanded =
          tildes !== 'none' && part.text.includes('~')
            ? tilde(
                shell,
                part.text,
                i === 0,
                parts[i + 1] === undefined,
                tildes === 'operand' ? 'text' : tildes,
              )
            : undefined
        if (expanded === undefined) {
          // Of `${x:-a b}` also what is written is split.
          if (tildes === 'operand') sink.loose(part.text)
          else sink.literal(part.text)
        } else {
          sink.quoted(expanded.quoted)
          sink.literal(expanded.rest)
        }
        break
      }
      case 'double': {
        // "$@" of nothing is nothing; "" is an empty field.
        const before = onlyLists(part.parts)
        if (!before) sink.quoted('')
        await expandParts(shell, part.parts, sink, true)
        break
      }
      case 'parameter':
        await expandParameter(shell, part, sink, inDouble)
        break
      case 'command': {
        const text = await substitute(shell, part.body)
        if (inDouble) sink.quoted(text)
        else sink.loose(text)
        break
      }
      case 'arithmetic': {
        const text = String(arithmeticText(shell, await expandText(shell, part.expression)))
        if (inDouble) sink.quoted(text)
        else sink.loose(text)
        break
      }
      case 'process':
        sink.quoted(substituteProcess(shell, part.body, part.input))
        break
    }
  }
}

/** Whether there is nothing but `$@` and its like between the quotes. */
function onlyLists(parts: readonly Part[]): boolean {
  return (
    parts.length > 0 &&
    parts.every(
      (part) => part.type === 'parameter' && !part.length && (part.name === '@' || part.index?.plain === '@'),
    )
  )
}
