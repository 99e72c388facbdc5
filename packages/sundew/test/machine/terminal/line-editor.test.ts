import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { LineEditor, type EditorOptions } from '../../../src/machine/terminal/editor/line-editor.ts'

interface Case {
  readonly prompt: string
  readonly columns: number
  readonly start: string
  readonly steps: readonly (readonly [keys: string, drawn: string])[]
}

/** What a real bash 5.2 with readline 8.2 drew: testdata/terminal/record-readline.py. */
const recorded = JSON.parse(
  readFileSync(
    join(import.meta.dirname, '..', '..', '..', '..', '..', 'testdata', 'terminal', 'readline.json'),
    'utf8',
  ),
) as Record<'editing' | 'colored prompt' | 'narrow', Record<string, Case>>

for (const group of ['editing', 'colored prompt', 'narrow'] as const)
  for (const [name, one] of Object.entries(recorded[group]))
    test(`${group}: ${name}: is drawn as bash draws it`, () => {
      const { drawn, expected } = replay(one)
      assert.deepEqual(drawn, expected)
    })

/** Types the recorded keys; lines that bash ran are taken for granted, with what they showed. */
function replay({ prompt, columns, start, steps }: Case) {
  const history: string[] = []
  const kills: string[] = []
  const shown = prompt.replaceAll('\\[', '\x01').replaceAll('\\]', '\x02').replaceAll('\\e', '\x1b')
  const editorWith = (text: string) => new LineEditor({ ...options, prompt: text, columns, history, kills })
  let editor = editorWith(shown)
  const drawn: string[] = [cooked(`\x1b[?2004h${editor.start()}`)]
  const expected = [start]
  let open = ''
  for (const [keys, said] of steps) {
    let out = ''
    let result
    if (keys === '\x03') {
      out = editor.interrupt()
      result = { type: 'interrupt' }
    } else {
      const fed = editor.feed(keys)
      out = fed.out
      result = fed.result
    }
    drawn.push(cooked(out))
    expected.push(said)
    if (result === undefined) continue
    // What the command showed, and the next prompt, are not the editor's.
    expected[expected.length - 1] = said.slice(0, cooked(out).length)
    let line = result.type === 'line' && 'line' in result ? result.line : ''
    const event = /!!|!\$|^!nosuch|^\^one/.exec(line)?.[0]
    if (event === '!!') line = history.at(-1)!
    else if (event === '!$') line = line.replace('!$', 'one')
    else if (event === '^one') line = 'echo two'
    const isOpen = said.endsWith('\x1b[?2004h> ')
    open =
      open === '' ? line : `${open}${open.includes("'") ? '\n' : open.endsWith('do') ? ' ' : '; '}${line}`
    if (!isOpen && open !== '' && event !== '!nosuch' && history.at(-1) !== open) history.push(open)
    if (!isOpen) open = ''
    editor = editorWith(isOpen ? '> ' : shown)
    editor.start()
  }
  return { drawn, expected }
}

const options: Omit<EditorOptions, 'prompt' | 'columns' | 'history' | 'kills'> = {
  complete: () => ({ from: 0, choices: [] }),
  debianKeys: false,
}

/** As the terminal puts it out. */
function cooked(text: string): string {
  return text.replaceAll('\n', '\r\n')
}

test('whatever is typed, nothing is thrown, and a line comes whole', () => {
  const typed = fc.oneof(
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text).toString('latin1')),
    fc.constantFrom(
      '\x1b[A',
      '\x1b[D',
      '\x1b[C',
      '\x7f',
      '\x01',
      '\x05',
      '\x0b',
      '\x19',
      '\x12',
      '\x14',
      '\x1b.',
      '\x1bb',
      '\x1f',
      '\t',
      '\x1b[200~',
      '\x1b[201~',
      '日',
    ),
    fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
  )
  fc.assert(
    fc.property(fc.array(typed), fc.integer({ min: 2, max: 90 }), (keys, columns) => {
      const editor = new LineEditor({
        ...options,
        prompt: '$ ',
        columns,
        history: ['echo one', 'a\nb'],
        kills: [],
      })
      editor.start()
      for (const one of keys) if (editor.feed(one).result) break
    }),
  )
})
