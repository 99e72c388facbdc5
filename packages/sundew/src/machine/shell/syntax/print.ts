import type { Assignment, Condition, Node, Redirection, Word } from './ast.ts'

/** A function as bash prints it: `declare -f`, `type`. */
export function functionText(name: string, body: Node): string {
  const printer = new Printer()
  const redirections = 'redirections' in body ? printer.redirections(body.redirections) : ''
  const inner = body.type === 'group' ? body.body : { ...body, redirections: [] }
  return `${name} () \n{ \n${printer.block(inner, 1)}\n}${redirections}${printer.documents()}`
}

/** A command in one line, as `jobs` shows it. */
export function textOfNode(node: Node): string {
  return new Printer().node(node, 0).replace(/\n\s*/g, ' ')
}

function indent(level: number): string {
  return '    '.repeat(level)
}

class Printer {
  #documents: Redirection[] = []

  /** Statements, one a line, each indented. */
  block(node: Node, level: number): string {
    return indent(level) + this.node(node, level) + this.documents()
  }

  documents(): string {
    const text = this.#documents
      .map((one) => `\n${one.documentText}${one.target.text.replace(/['"\\]/g, '')}\n`)
      .join('')
    this.#documents = []
    return text
  }

  redirections(redirections: readonly Redirection[]): string {
    return redirections
      .map((one) => {
        const fd =
          one.variable === undefined ? (one.fd === undefined ? '' : String(one.fd)) : `{${one.variable}}`
        if (one.operator === '<<' || one.operator === '<<-') {
          this.#documents.push(one)
          return ` ${fd}${one.operator}${one.target.text}`
        }
        if (one.operator === '>&' || one.operator === '<&') {
          const number = /^[0-9]+$|^-$/.test(one.target.text)
          return ` ${number ? fd || (one.operator === '>&' ? '1' : '0') : fd}${number && one.operator === '<&' && one.target.text !== '-' ? '<&' : number ? '>&' : '&>'}${number ? '' : ' '}${one.target.text}`
        }
        return ` ${fd}${one.operator} ${one.target.text}`
      })
      .join('')
  }

  words(words: readonly Word[]): string {
    return words.map((word) => word.text).join(' ')
  }

  node(node: Node, level: number): string {
    const rest = 'redirections' in node && node.type !== 'simple' ? this.redirections(node.redirections) : ''
    switch (node.type) {
      case 'simple': {
        const parts = [
          ...node.assignments.map((assignment: Assignment) => assignment.text),
          ...node.words.map((word) => word.text),
        ]
        return (parts.join(' ') + this.redirections(node.redirections)).trimStart()
      }
      case 'pipeline': {
        const time = node.timed === 'no' ? '' : node.timed === 'posix' ? 'time -p ' : 'time '
        return `${time}${node.negated ? '! ' : ''}${node.commands.map((one) => this.node(one, level)).join(' | ')}`
      }
      case 'and':
      case 'or':
        return `${this.node(node.left, level)} ${node.type === 'and' ? '&&' : '||'} ${this.node(node.right, level)}`
      case 'list':
        return node.items
          .map((item, i) => {
            const last = i + 1 === node.items.length
            const text = this.node(item.node, level)
            if (item.background) return text + (last ? ' &' : ' & ')
            const documents = this.documents()
            return (
              text +
              (last ? documents : documents === '' ? `;\n${indent(level)}` : `${documents}${indent(level)}`)
            )
          })
          .join('')
      case 'subshell':
        return `( ${this.node(node.body, level)} )${rest}`
      case 'group':
        return `{ \n${this.block(node.body, level + 1)}\n${indent(level)}}${rest}`
      case 'if': {
        let text = ''
        node.clauses.forEach((clause, i) => {
          text +=
            i === 0
              ? `if ${this.node(clause.condition, level)}; then\n${this.block(clause.body, level + 1)};\n`
              : `${indent(level + i - 1)}else\n${indent(level + i)}if ${this.node(clause.condition, level)}; then\n${this.block(clause.body, level + i + 1)};\n`
        })
        const deep = node.clauses.length - 1
        if (node.otherwise !== undefined)
          text += `${indent(level + deep)}else\n${this.block(node.otherwise, level + deep + 1)};\n`
        for (let i = deep; i > 0; i--) text += `${indent(level + i)}fi;\n`
        return `${text}${indent(level)}fi${rest}`
      }
      case 'for':
      case 'select':
        return `${node.type} ${node.name}${node.words === undefined ? ' in "$@"' : ` in ${this.words(node.words)}`};\n${indent(level)}do\n${this.block(node.body, level + 1)};\n${indent(level)}done${rest}`
      case 'counting':
        return `for ((${node.first.text.trim()}; ${node.condition.text.trim()}; ${node.step.text.trim()}))\n${indent(level)}do\n${this.block(node.body, level + 1)};\n${indent(level)}done${rest}`
      case 'while':
      case 'until':
        return `${node.type} ${this.node(node.condition, level)}; do\n${this.block(node.body, level + 1)};\n${indent(level)}done${rest}`
      case 'case': {
        const items = node.items
          .map(
            (item) =>
              `${indent(level + 1)}${item.patterns.map((pattern) => pattern.text).join(' | ')})\n${item.body === undefined ? '' : this.block(item.body, level + 2)}\n${indent(level + 1)}${item.end}\n`,
          )
          .join('')
        return `case ${node.word.text} in \n${items}${indent(level)}esac${rest}`
      }
      case 'arithmetic':
        return `((${node.expression.text}))${rest}`
      case 'condition':
        return `[[ ${conditionText(node.test)} ]]${rest}`
      case 'function':
        return `function ${functionText(node.name, node.body)}`
      case 'coproc':
        return `coproc ${node.name} ${this.node(node.body, level)}`
    }
  }
}

function conditionText(test: Condition): string {
  switch (test.type) {
    case 'and':
    case 'or':
      return `${conditionText(test.left)} ${test.type === 'and' ? '&&' : '||'} ${conditionText(test.right)}`
    case 'not':
      return `! ${conditionText(test.test)}`
    case 'group':
      return `( ${conditionText(test.test)} )`
    case 'word':
      return `-n ${test.word.text}`
    case 'unary':
      return `${test.operator} ${test.word.text}`
    case 'binary':
      return `${test.left.text} ${test.operator} ${test.right.text}`
  }
}
