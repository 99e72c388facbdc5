import { assign } from './assign.ts'
import { execute, test, trace } from './execute.ts'
import { arithmeticText } from './expand/arithmetic-scope.ts'
import { Pattern } from './expand/pattern.ts'
import { expandPattern, expandText, expandWords } from './expand/words.ts'
import { readLine } from './read-line.ts'
import type { Shell } from './shell.ts'
import type { Node, NodeOf, Word } from './syntax/ast.ts'

/** One turn of a loop; false where the loop is over. */
async function turn(shell: Shell, body: Node): Promise<boolean> {
  await shell.spend()
  await execute(shell, body)
  return goesOn(shell)
}

/** What `break` and `continue` mean for the innermost loop. */
function goesOn(shell: Shell): boolean {
  const { flow } = shell
  if (flow === undefined) return true
  if (flow.type === 'return') return false
  if (flow.count > 1) {
    flow.count--
    return false
  }
  shell.flow = undefined
  return flow.type === 'continue'
}

async function inLoop(shell: Shell, work: () => Promise<void>): Promise<void> {
  shell.loopDepth++
  try {
    await work()
  } finally {
    shell.loopDepth--
  }
}

export async function runFor(shell: Shell, node: NodeOf<'for'>): Promise<void> {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(node.name)) {
    await shell.complain(`\`${node.name}': not a valid identifier`)
    shell.status = 1
    return
  }
  const values = node.words === undefined ? [...shell.positional] : await expandWords(shell, node.words)
  shell.status = 0
  await inLoop(shell, async () => {
    for (const value of values) {
      if (shell.options.has('xtrace'))
        await trace(shell, `for ${node.name} in ${(node.words ?? []).map((word) => word.text).join(' ')}`)
      assign(shell, node.name, value)
      if (!(await turn(shell, node.body))) return
    }
  })
}

export async function runCounting(shell: Shell, node: NodeOf<'counting'>): Promise<void> {
  const value = async (word: Word) => {
    const text = await expandText(shell, word)
    return text.trim() === '' ? 1 : arithmeticText(shell, text, '((: ')
  }
  await value(node.first)
  shell.status = 0
  await inLoop(shell, async () => {
    for (;;) {
      const test = await value(node.condition)
      if (test === 0 || test === 0n) return
      if (!(await turn(shell, node.body))) return
      await value(node.step)
    }
  })
}

export async function runLoop(shell: Shell, node: NodeOf<'while' | 'until'>): Promise<void> {
  let status = 0
  await inLoop(shell, async () => {
    for (;;) {
      await test(shell, node.condition)
      if (shell.flow !== undefined) {
        if (!goesOn(shell)) return
        continue
      }
      if ((shell.status === 0) !== (node.type === 'while')) return
      const more = await turn(shell, node.body)
      status = shell.status
      if (!more) return
    }
  })
  if (shell.flow?.type !== 'return') shell.status = status
}

export async function runCase(shell: Shell, node: NodeOf<'case'>): Promise<void> {
  const text = await expandText(shell, node.word)
  if (shell.options.has('xtrace')) await trace(shell, `case ${text} in`)
  shell.status = 0
  for (let i = 0; i < node.items.length; i++) {
    let item = node.items[i]!
    let fits = false
    for (const pattern of item.patterns) {
      await shell.spend()
      fits = new Pattern(await expandPattern(shell, pattern), {
        extglob: shell.shopt.has('extglob'),
        caseless: shell.shopt.has('nocasematch'),
      }).matches(text)
      if (fits) break
    }
    if (!fits) continue
    for (;;) {
      if (item.body !== undefined) await execute(shell, item.body)
      if (shell.flow !== undefined || item.end !== ';&') break
      const next = node.items[++i]
      if (next === undefined) return
      item = next
    }
    if (shell.flow !== undefined || item.end !== ';;&') return
  }
}

/** `select`: a menu on standard error, a line from standard input. */
export async function runSelect(shell: Shell, node: NodeOf<'select'>): Promise<void> {
  const values = node.words === undefined ? [...shell.positional] : await expandWords(shell, node.words)
  shell.status = 0
  if (values.length === 0) return
  const width = String(values.length).length
  const menu = values.map((value, i) => `${String(i + 1).padStart(width)}) ${value}\n`).join('')
  await inLoop(shell, async () => {
    await shell.descriptors.get(2)?.put(menu)
    for (;;) {
      await shell.descriptors.get(2)?.put(shell.variables.text('PS3') ?? '#? ')
      const stream = shell.descriptors.get(0)
      const line = stream === undefined ? undefined : await readLine(shell, stream)
      if (line === undefined) {
        await shell.print('\n')
        shell.status = 1
        return
      }
      const reply = line.replace(/\n$/, '')
      assign(shell, 'REPLY', reply)
      if (reply === '') {
        await shell.descriptors.get(2)?.put(menu)
        continue
      }
      assign(shell, node.name, values[Number(reply) - 1] ?? '')
      if (!(await turn(shell, node.body))) return
    }
  })
}
