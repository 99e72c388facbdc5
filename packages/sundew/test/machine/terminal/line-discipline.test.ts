import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { cookedSettings, LineDiscipline } from '../../../src/machine/terminal/line-discipline.ts'
import type { TerminalSettings } from '../../../src/machine/terminal/terminal.ts'

/** What a real pty did: testdata/terminal/record-line-discipline.py. */
const recorded = JSON.parse(
  readFileSync(
    join(import.meta.dirname, '..', '..', '..', '..', '..', 'testdata', 'terminal', 'line-discipline.json'),
    'utf8',
  ),
) as Record<string, { keys: string; echo: string; reads: string[] }[]>

const modes: Record<string, Partial<TerminalSettings>> = {
  cooked: {},
  'no echo': { echo: false },
  'no canon': { lines: false },
  raw: { lines: false, echo: false, signals: false, returnIsNewline: false },
}

function typed(keys: string, settings: Partial<TerminalSettings>) {
  let echo = ''
  const signals: number[] = []
  const discipline = new LineDiscipline({
    echo: (text) => {
      if (!discipline.stopped) echo += text
    },
    signal: (number) => signals.push(number),
  })
  discipline.settings = { ...cookedSettings, ...settings }
  let taken = discipline.input(keys)
  const shown = echo
  const reads: string[] = []
  for (let part = discipline.read(65_536); part !== undefined; part = discipline.read(65_536)) {
    reads.push(part)
    taken += discipline.input(keys.slice(taken))
  }
  return { echo: shown, reads, signals }
}

for (const [mode, cases] of Object.entries(recorded))
  for (const { keys, echo, reads } of cases)
    test(`${mode}: ${JSON.stringify(keys.slice(0, 60))} (${keys.length}) as a real pty`, () => {
      const ours = typed(keys, modes[mode]!)
      assert.deepEqual({ echo: ours.echo, reads: ours.reads }, { echo, reads })
    })

test('whatever is typed and however the settings change, nothing is thrown and no more waits than may', () => {
  const step = fc.oneof(
    fc.string({ unit: 'binary' }).map((text) => ({ type: Buffer.from(text).toString('latin1') })),
    fc.record({
      echo: fc.boolean(),
      lines: fc.boolean(),
      signals: fc.boolean(),
      returnIsNewline: fc.boolean(),
    }),
    fc.nat(100).map((read) => ({ read })),
    fc.string().map((write) => ({ write })),
  )
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const discipline = new LineDiscipline({ echo: () => {}, signal: () => {} })
      let came = 0
      let went = 0
      for (const one of steps) {
        if ('type' in one) came += discipline.input(one.type)
        else if ('read' in one) went += discipline.read(one.read + 1)?.length ?? 0
        else if ('write' in one) discipline.output(one.write)
        else discipline.settings = { ...cookedSettings, ...one }
      }
      for (let part = discipline.read(65_536); part !== undefined; part = discipline.read(65_536))
        went += part.length
      assert.ok(went <= came)
    }),
  )
})
