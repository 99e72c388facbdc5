import type { Assignment, CaseItem, Node, Redirection, Word } from './ast.ts'
import { ConditionReader } from './condition-reader.ts'
import { ShellSyntaxError, TooDeep } from './syntax-error.ts'
import { unquoted, type ReadOptions } from './words.ts'

/** Whether more lines are needed before `text` can run: the prompt is then PS2. */
export function needsMore(text: string, options: ReadOptions = {}): boolean {
  const parser = new Parser(text, { ...options, final: false })
  try {
    while (parser.next() !== undefined);
  } catch (error) {
    return error instanceof ShellSyntaxError && error.incomplete
  }
  return /(^|[^\\])(\\\\)*\\\n?$/.test(text)
}

const reserved = new Set(['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', 'in', '}', ']]'])
const reservedOfAsh = new Set(['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', 'in', '}'])

/** Aliases that one text may have expanded. */
const maxAliases = 2000

/** Builtins whose arguments may be assignments, with arrays. */
const declaring = new Set(['declare', 'typeset', 'local', 'export', 'readonly'])

/** Reads a script, a command line at a time. */
export class Parser extends ConditionReader {
  #aliases = 0
  /** Aliases under way: what follows each, in characters from the end. */
  #expanding: { name: string; rest: number }[] = []

  fresh(text: string, line: number): Parser {
    return new Parser(text, { ...this.options, line, final: true, extglob: this.extglob })
  }

  /** What is to run next: all up to the end of a line; undefined at the end of the text. @throws ShellSyntaxError */
  next(): Node | undefined {
    for (;;) {
      this.blanks()
      if (this.at >= this.text.length) return undefined
      if (this.text[this.at] !== '\n') break
      this.newline()
    }
    this.depth = 0
    const list = this.list(false)
    this.blanks()
    const c = this.text[this.at]
    if (c === '\n') this.newline()
    else if (c !== undefined) throw this.unexpected()
    else if (this.documents.length > 0) {
      if (this.options.final === false) throw this.unterminated('')
      this.newline()
      this.at = this.text.length
    }
    return list
  }

  body(): Node | undefined {
    this.newlines()
    if (this.text[this.at] === ')') return undefined
    const node = this.list(true)
    if (this.documents.length > 0 && this.text[this.at] === ')') {
      // `$(cat <<E … )`: its text should have come by now.
      this.documents.length = 0
    }
    if (this.text[this.at] === undefined) throw this.unterminated(')')
    if (this.text[this.at] !== ')') throw this.unexpected()
    return node
  }

  newlines(): void {
    for (;;) {
      this.blanks()
      if (this.text[this.at] !== '\n') return
      this.newline()
    }
  }

  /** The token that stands here, as bash tells of it. */
  token(): string | undefined {
    this.blanks()
    const c = this.text[this.at]
    if (c === undefined) return undefined
    if (c === '\n') return 'newline'
    const operator = /&>>|<<<|<<-|;;&|&&|\|\||;;|;&|\|&|&>|<<|>>|<&|>&|<>|>\||[;&|()<>]/y
    operator.lastIndex = this.at
    const found = operator.exec(this.text)?.[0]
    if (found !== undefined) return found
    const word = /(\\.|[^\s;&|()<>])+/y
    word.lastIndex = this.at
    return word.exec(this.text)?.[0] ?? c
  }

  unexpected(): ShellSyntaxError {
    const token = this.token()
    if (token === undefined)
      return new ShellSyntaxError(
        'syntax error: unexpected end of file',
        this.text.endsWith('\n') ? this.line : this.line + 1,
        true,
      )
    const start = this.text.lastIndexOf('\n', this.at - 1) + 1
    const end = this.text.indexOf('\n', this.at)
    return new ShellSyntaxError(
      `syntax error near unexpected token \`${token}'`,
      this.line,
      false,
      this.text.slice(start, end < 0 ? undefined : end),
    )
  }

  /** Commands up to what can't go on: a closing word, a parenthesis, the end; over lines where `lines` is set. */
  list(lines: boolean): Node {
    const items: { node: Node; background: boolean; text: string }[] = []
    for (;;) {
      this.blanks()
      const start = this.at
      const node = this.#andOr()
      const text = this.text.slice(start, this.at).trimEnd()
      this.blanks()
      const c = this.text[this.at]
      const double = this.text[this.at + 1]
      const background = c === '&' && double !== '&' && double !== '>'
      items.push({ node, background, text })
      if (background) this.at++
      else if (c === ';' && double !== ';' && double !== '&') this.at++
      else if (c === '\n' && lines) this.newline()
      else break
      if (lines) this.newlines()
      else this.blanks()
      if (this.#listEnds()) break
    }
    if (items.length === 1 && !items[0]!.background) return items[0]!.node
    return { type: 'list', items }
  }

  #listEnds(): boolean {
    const c = this.text[this.at]
    if (
      c === undefined ||
      c === ')' ||
      c === '\n' ||
      (c === ';' && (this.text[this.at + 1] === ';' || this.text[this.at + 1] === '&'))
    )
      return true
    const word = this.#bareWord()
    return (
      word !== undefined &&
      (this.options.ash === true ? reservedOfAsh : reserved).has(word) &&
      word !== 'in' &&
      word !== ']]'
    )
  }

  /** The plain word that stands here, not read. */
  #bareWord(): string | undefined {
    const pattern =
      /[A-Za-z_][A-Za-z_0-9]*(?=[\s;&|()<>]|\\\n|$)|[{}!](?=[\s;&|()<>]|$)|\[\[(?=\s|$)|\]\](?=[\s;&|)]|$)/y
    pattern.lastIndex = this.at
    return pattern.exec(this.text)?.[0]
  }

  #andOr(): Node {
    let left = this.#pipeline()
    for (;;) {
      this.blanks()
      const two = this.text.slice(this.at, this.at + 2)
      if (two !== '&&' && two !== '||') return left
      this.at += 2
      this.newlines()
      left = { type: two === '&&' ? 'and' : 'or', left, right: this.#pipeline() }
    }
  }

  #pipeline(): Node {
    let negated = false
    let timed: 'no' | 'yes' | 'posix' = 'no'
    let prefixed = false
    for (;;) {
      this.blanks()
      const word = this.#bareWord()
      if (word === '!') {
        negated = !negated
        this.at++
      } else if (word === 'time' && timed === 'no' && this.options.ash !== true) {
        timed = 'yes'
        this.at += 4
        this.blanks()
        const posix = /-p(?=[\s;&|]|$)/y
        posix.lastIndex = this.at
        if (posix.test(this.text)) {
          timed = 'posix'
          this.at += 2
        }
      } else break
      prefixed = true
    }
    const commands: Node[] = []
    this.blanks()
    const c = this.text[this.at]
    if (prefixed && (c === undefined || c === '\n' || c === ';' || c === '&' || c === ')')) {
      return { type: 'pipeline', commands: [{ type: 'list', items: [] }], negated, timed }
    }
    for (;;) {
      let command = this.#command()
      this.blanks()
      if (this.text[this.at] !== '|' || this.text[this.at + 1] === '|') {
        commands.push(command)
        break
      }
      this.at++
      if (this.text[this.at] === '&' && this.options.ash !== true) {
        this.at++
        command = withRedirection(command, errorsToo())
      }
      commands.push(command)
      this.newlines()
    }
    if (commands.length === 1 && !prefixed) return commands[0]!
    return { type: 'pipeline', commands, negated, timed }
  }

  #command(): Node {
    this.blanks()
    this.#expandAlias()
    const c = this.text[this.at]
    if (c === undefined || c === '\n') throw this.unexpected()
    const line = this.line
    const compound = this.#compound(line)
    if (compound !== undefined) return this.#redirected(compound)
    return this.#simple(line)
  }

  #compound(line: number): Node | undefined {
    const c = this.text[this.at]
    if (c === '(') {
      if (this.text[this.at + 1] === '(' && this.options.ash !== true) {
        const text = this.arithmeticText()
        if (text !== undefined)
          return { type: 'arithmetic', expression: this.arithmetic(text), redirections: [], line }
      }
      this.at++
      const body = this.#nested(() => this.list(true))
      this.#expect(')')
      return { type: 'subshell', body, redirections: [], line }
    }
    const word = this.#bareWord()
    if (word === undefined) return undefined
    switch (word) {
      case '{': {
        this.at++
        const body = this.#nested(() => this.list(true))
        this.#expectWord('}')
        return { type: 'group', body, redirections: [], line }
      }
      case 'if':
        return this.#if(line)
      case 'while':
      case 'until': {
        this.at += 5
        const condition = this.#nested(() => this.list(true))
        const body = this.#doBody()
        return { type: word, condition, body, redirections: [], line }
      }
      case 'for':
      case 'select':
        if (word === 'select' && this.options.ash === true) return undefined
        return this.#for(word, line)
      case 'case':
        return this.#case(line)
      case 'function':
        if (this.options.ash === true) return undefined
        return this.#function(line)
      case '[[':
        if (this.options.ash === true) return undefined
        this.at += 2
        return { type: 'condition', test: this.condition(), redirections: [], line }
      case 'coproc':
        if (this.options.ash === true) return undefined
        return this.#coproc(line)
      default:
        if (
          (this.options.ash === true ? reservedOfAsh : reserved).has(word) &&
          word !== 'in' &&
          word !== ']]'
        )
          throw this.unexpected()
        return undefined
    }
  }

  #nested<T>(read: () => T): T {
    this.deeper()
    this.newlines()
    const node = read()
    this.depth--
    return node
  }

  #expect(token: string): void {
    this.newlines()
    if (!this.text.startsWith(token, this.at)) throw this.unexpected()
    this.at += token.length
  }

  #expectWord(word: string): void {
    this.newlines()
    if (this.#bareWord() !== word) throw this.unexpected()
    this.at += word.length
  }

  #doBody(): Node {
    this.#expectWord('do')
    const body = this.#nested(() => this.list(true))
    this.#expectWord('done')
    return body
  }

  #if(line: number): Node {
    this.at += 2
    const clauses: { condition: Node; body: Node }[] = []
    let otherwise: Node | undefined
    for (;;) {
      const condition = this.#nested(() => this.list(true))
      this.#expectWord('then')
      clauses.push({ condition, body: this.#nested(() => this.list(true)) })
      this.newlines()
      const word = this.#bareWord()
      if (word === 'elif') {
        this.at += 4
        continue
      }
      if (word === 'else') {
        this.at += 4
        otherwise = this.#nested(() => this.list(true))
      }
      this.#expectWord('fi')
      return { type: 'if', clauses, otherwise, redirections: [], line }
    }
  }

  #for(type: 'for' | 'select', line: number): Node {
    this.at += type.length
    this.blanks()
    if (type === 'for' && this.text.startsWith('((', this.at) && this.options.ash !== true) {
      const text = this.arithmeticText()
      if (text === undefined) throw this.unexpected()
      const parts = text.split(';')
      if (parts.length !== 3)
        throw new ShellSyntaxError(
          `syntax error: arithmetic expression required\nsyntax error: \`((${text}))'`,
          this.line,
          false,
        )
      this.blanks()
      if (this.text[this.at] === ';') this.at++
      this.newlines()
      const body = this.#loopBody()
      const [first, condition, step] = parts.map((part) => this.arithmetic(part))
      return {
        type: 'counting',
        first: first!,
        condition: condition!,
        step: step!,
        body,
        redirections: [],
        line,
      }
    }
    const variable = this.word()
    if (variable === undefined) throw this.unexpected()
    const name = variable.text
    this.newlines()
    let words: Word[] | undefined
    if (this.#bareWord() === 'in') {
      this.at += 2
      words = []
      for (;;) {
        this.blanks()
        const word = this.word()
        if (word === undefined) break
        words.push(word)
      }
      const c = this.text[this.at]
      if (c !== ';' && c !== '\n') throw this.unexpected()
      if (c === ';') this.at++
    } else {
      this.blanks()
      if (this.text[this.at] === ';') this.at++
    }
    this.newlines()
    return { type, name, words, body: this.#loopBody(), redirections: [], line }
  }

  #loopBody(): Node {
    if (this.#bareWord() === '{') {
      this.at++
      const body = this.#nested(() => this.list(true))
      this.#expectWord('}')
      return body
    }
    return this.#doBody()
  }

  #case(line: number): Node {
    this.at += 4
    this.blanks()
    const word = this.word()
    if (word === undefined) throw this.unexpected()
    this.#expectWord('in')
    const items: CaseItem[] = []
    this.deeper()
    for (;;) {
      this.newlines()
      if (this.#bareWord() === 'esac') break
      if (this.text[this.at] === '(') {
        this.at++
        this.blanks()
      }
      const patterns: Word[] = []
      for (;;) {
        this.blanks()
        const pattern = this.word()
        if (pattern === undefined) throw this.unexpected()
        patterns.push(pattern)
        this.blanks()
        if (this.text[this.at] !== '|') break
        this.at++
      }
      if (this.text[this.at] !== ')') throw this.unexpected()
      this.at++
      this.newlines()
      const body = this.#listEnds() ? undefined : this.list(true)
      this.newlines()
      const end = [';;&', ';;', ';&'].find((token) => this.text.startsWith(token, this.at))
      items.push({ patterns, body, end: (end ?? ';;') as CaseItem['end'] })
      if (end === undefined) {
        if (this.#bareWord() === 'esac') break
        throw this.unexpected()
      }
      this.at += end.length
    }
    this.at += 4
    this.depth--
    return { type: 'case', word, items, redirections: [], line }
  }

  #function(line: number): Node {
    this.at += 8
    this.blanks()
    const name = this.word()
    if (name === undefined) throw this.unexpected()
    this.blanks()
    if (this.text[this.at] === '(') {
      this.at++
      this.#expect(')')
    }
    return this.#functionBody(name.text, line)
  }

  #functionBody(name: string, line: number): Node {
    this.newlines()
    const start = this.line
    const body = this.#compound(start)
    if (body === undefined) throw this.unexpected()
    return { type: 'function', name, body: this.#redirected(body), line }
  }

  #coproc(line: number): Node {
    this.at += 6
    this.blanks()
    const before = this.at
    const name = /[A-Za-z_][A-Za-z0-9_]*(?=[ \t]+(\{|\(|if |while |for ))/y
    name.lastIndex = this.at
    const found = name.exec(this.text)?.[0]
    if (found !== undefined && !['if', 'while', 'until', 'for', 'case'].includes(found))
      this.at = before + found.length
    this.blanks()
    const body = this.#command()
    return { type: 'coproc', name: found ?? 'COPROC', body, line }
  }

  #redirected(node: Node): Node {
    const redirections: Redirection[] = []
    for (;;) {
      this.blanks()
      const redirection = this.#redirection()
      if (redirection === undefined) break
      redirections.push(redirection)
    }
    // A word straight after a compound command can't be: `fi foo`.
    const c = this.text[this.at]
    if (c !== undefined && !this.ends(c)) {
      const word = this.#bareWord()
      if (word === undefined || !(this.options.ash === true ? reservedOfAsh : reserved).has(word))
        throw this.unexpected()
    } else if (c === '(') throw this.unexpected()
    if (redirections.length === 0 || !('redirections' in node)) return node
    return { ...node, redirections: [...node.redirections, ...redirections] }
  }

  #simple(line: number): Node {
    const assignments: Assignment[] = []
    const words: Word[] = []
    const redirections: Redirection[] = []
    for (;;) {
      this.blanks()
      const redirection = this.#redirection()
      if (redirection !== undefined) {
        redirections.push(redirection)
        continue
      }
      if (words.length === 0) {
        const assignment = this.assignment()
        if (assignment !== undefined) {
          assignments.push(assignment)
          continue
        }
        if (assignments.length > 0 || redirections.length > 0) this.#expandAlias()
      } else if (declaring.has(words[0]!.plain ?? '')) {
        const start = this.at
        const assignment = this.assignment()
        if (assignment !== undefined) {
          words.push({
            parts: [],
            text: this.text.slice(start, this.at),
            plain: undefined,
            braces: false,
            assignment,
          })
          continue
        }
      }
      const before = this.line
      const word = this.word()
      if (word === undefined) break
      words.push(word)
      if (words.length === 1 && this.#isFunctionHead()) return this.#functionBody(word.text, before)
    }
    if (words.length === 0 && assignments.length === 0 && redirections.length === 0) throw this.unexpected()
    if (this.text[this.at] === '(') throw this.unexpected()
    return { type: 'simple', assignments, words, redirections, line }
  }

  /** `()` behind a first word, which is read then. */
  #isFunctionHead(): boolean {
    const head = /[ \t]*\([ \t]*\)/y
    head.lastIndex = this.at
    const found = head.exec(this.text)
    if (found === null) {
      const open = /[ \t]*\(/y
      open.lastIndex = this.at
      if (open.test(this.text)) {
        this.blanks()
        // `foo(bar`: bash tells of what stands where `)` should.
        this.at++
        this.blanks()
        throw this.unexpected()
      }
      return false
    }
    this.at += found[0].length
    return true
  }

  #redirection(): Redirection | undefined {
    const pattern = /([0-9]+|\{[A-Za-z_][A-Za-z0-9_]*\})?(&>>|&>|<<<|<<-|<<|>>|<&|>&|<>|>\||<|>)/y
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found === null) return undefined
    let operator = found[2] as Redirection['operator']
    const prefix = found[1]
    if (prefix !== undefined && operator.startsWith('&')) return undefined
    const after = this.text[this.at + found[0].length]
    if ((operator === '<' || operator === '>') && after === '(' && prefix === undefined) return undefined
    if (this.options.ash === true && (operator === '&>' || operator === '&>>' || operator === '<<<')) {
      if (operator === '<<<') operator = '<<'
      else return undefined
    }
    this.at += (prefix?.length ?? 0) + operator.length
    const line = this.line
    this.blanks()
    const target = this.word()
    if (target === undefined) throw this.unexpected()
    const redirection: Redirection = {
      operator,
      fd: prefix !== undefined && /^[0-9]/.test(prefix) ? Number(prefix) : undefined,
      variable: prefix?.startsWith('{') === true ? prefix.slice(1, -1) : undefined,
      target,
      document: undefined,
      documentText: '',
    }
    if (operator === '<<' || operator === '<<-') {
      const quoted = target.parts.some(
        (part) => part.type === 'double' || (part.type === 'text' && part.quoted),
      )
      this.documents.push({ redirection, strip: operator === '<<-', quoted, line })
      unquoted(target)
    }
    return redirection
  }

  /** Puts an alias's text in its place, where a command's first word stands. */
  #expandAlias(): void {
    const alias = this.options.alias
    if (alias === undefined) return
    for (;;) {
      this.#expanding = this.#expanding.filter(({ rest }) => this.text.length - this.at > rest)
      const pattern = /[^\s;&|()<>'"\\$`=/]+(?=[\s;&|()<>]|$)/y
      pattern.lastIndex = this.at
      const name = pattern.exec(this.text)?.[0]
      if (name === undefined || this.#expanding.some((one) => one.name === name)) return
      const value = alias(name)
      if (value === undefined) return
      if (value.length > 65_536 || ++this.#aliases > maxAliases) throw new TooDeep()
      const end = this.at + name.length
      this.#expanding.push({ name, rest: this.text.length - end })
      this.text = this.text.slice(0, this.at) + value + this.text.slice(end)
      if (/[ \t]$/.test(value)) this.#expandNext(this.at + value.length)
      this.blanks()
    }
  }

  /** The word behind an alias that ends in a blank is looked up too. */
  #expandNext(from: number): void {
    const at = this.at
    this.at = from
    this.blanks()
    const pattern = /[^\s;&|()<>'"\\$`=/]+(?=[\s;&|()<>]|$)/y
    pattern.lastIndex = this.at
    const name = pattern.exec(this.text)?.[0]
    const value = name === undefined ? undefined : this.options.alias?.(name)
    if (name !== undefined && value !== undefined && value.length < 65_536)
      this.text = this.text.slice(0, this.at) + value + this.text.slice(this.at + name.length)
    this.at = at
  }
}

/** `2>&1`, that `|&` means. */
function errorsToo(): Redirection {
  const target: Word = {
    parts: [{ type: 'text', text: '1', quoted: false }],
    text: '1',
    plain: '1',
    braces: false,
  }
  return { operator: '>&', fd: 2, variable: undefined, target, document: undefined, documentText: '' }
}

function withRedirection(node: Node, redirection: Redirection): Node {
  if (!('redirections' in node)) return { type: 'group', body: node, redirections: [redirection], line: 0 }
  return { ...node, redirections: [...node.redirections, redirection] }
}
