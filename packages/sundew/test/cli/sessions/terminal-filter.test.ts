import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { TerminalFilter } from '../../../src/cli/sessions/terminal-filter.ts'

/** All that may come out: text, four controls, and sequences that draw. */
const harmless =
  /^(?:[^\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\b\t\n\r]|\x1b[78DEM]|\x1b\[[\d;:]*[@A-HJ-MPSTX`adefmr]|\x1b\[\?(?:7|25|47|1047|1049)[hl])*$/u

const filtered = (text: string) => new TerminalFilter().push(Buffer.from(text))

const pieces = fc.oneof(
  fc.uint8Array({ maxLength: 12 }),
  fc
    .oneof(
      fc.constantFrom(
        '\x1b',
        '\x1b[',
        '\x1b]',
        '\x1bP',
        '\x1b_',
        '\x1b(',
        '\x9b',
        '\x07',
        '\x1b\\',
        '\x18',
        '\x1b[?',
        '\x1b[3J',
        '\x1bc',
      ),
      fc.stringMatching(/^\x1b\[[0-9;:?>=<!" $]{0,8}[@-~]$/),
      fc.stringMatching(/^\x1b[ -~]{1,2}$/),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
    )
    .map((text) => new Uint8Array(Buffer.from(text))),
)

describe('the filter between an intruder’s terminal and ours', () => {
  test('lets nothing out but text and drawing, whatever comes and however it is cut', () => {
    fc.assert(
      fc.property(fc.array(pieces), (chunks) => {
        const filter = new TerminalFilter()
        const cut = chunks.map((chunk) => filter.push(chunk)).join('')
        assert.match(cut, harmless)
        assert.equal(cut, new TerminalFilter().push(Buffer.concat(chunks)).slice(0, cut.length))
        assert.match(filter.restore(), harmless)
      }),
      { numRuns: 2000 },
    )
  })

  test('changes nothing that it let through before', () => {
    fc.assert(
      fc.property(fc.array(pieces), (chunks) => {
        const once = new TerminalFilter().push(Buffer.concat([...chunks, Buffer.from('\x18')]))
        assert.equal(filtered(once), once)
      }),
    )
  })

  test('keeps what draws', () => {
    for (const text of [
      'plain ä € 😀\r\n\tb\b',
      '\x1b[31;1mred\x1b[0m \x1b[38;2;1;2;3m \x1b[4:3m \x1b[m',
      '\x1b[2J\x1b[H\x1b[10;20H\x1b[K\x1b[3A\x1b[5;10r\x1b[2L\x1b[2M\x1b[P\x1b[@',
      '\x1b[?25l\x1b[?25h\x1b[?1049h\x1b[?1049l\x1b7\x1b8\x1bM',
    ])
      assert.equal(filtered(text), text)
  })

  test('leaves out what would act', () => {
    for (const [what, text] of [
      ['a title', '\x1b]0;owned\x07'],
      ['a title ended by ST', '\x1b]2;owned\x1b\\'],
      ['the clipboard', '\x1b]52;c;ZXZpbA==\x07'],
      ['a link', '\x1b]8;;http://192.0.2.1/\x1b\\'],
      ['a report of the device', '\x1b[c\x1b[>c\x1b[=c\x1b[5n\x1b[6n\x1bZ\x1b[x'],
      ['a report of the title', '\x1b[21t\x1b[20t'],
      ['a report of a mode', '\x1b[?1$p\x1bP$qm\x1b\\'],
      ['device control', '\x1bPq#0;2;0;0;0\x1b\\'],
      ['an application’s command', '\x1b_Gf=32;AAAA\x1b\\\x1b^x\x1b\\\x1bXx\x1b\\'],
      ['a window', '\x1b[8;1;1t\x1b[3;0;0t\x1b[2t'],
      ['printing', '\x1b[5i\x1b[?5i\x1b[4i'],
      ['the mouse and pastes', '\x1b[?1000h\x1b[?1006h\x1b[?2004h\x1b[?9h'],
      ['the keyboard', '\x1b[>1u\x1b[>4;2m\x1b=\x1b>\x1b[?1h\x1b[2h\x1b[20h'],
      ['a reset', '\x1bc\x1b[!p'],
      ['the owner’s scrollback', '\x1b[3J\x1b[03J'],
      ['character sets', '\x1b(0\x1b)0\x0e\x0f\x1b%G\x1b#8\x1bn\x1bo'],
      ['tabs', '\x1bH\x1b[g\x1b[3g'],
      ['repeating', '\x1b[999999b'],
      [
        'a bell, an enquiry, 8-bit controls',
        '\x07\x05\u009b31m\u0090q\u009c'.replace('31m', '').replace('q', ''),
      ],
      ['counts without end', '\x1b[99999999A\x1b[1;99999H'],
      ['text turned around', '\u202e\u2066\u200f'],
    ] as const)
      assert.equal(filtered(`a${text}b`), 'ab', what)
  })

  test('shows again what follows a string that nobody ends', () => {
    assert.match(filtered(`\x1b]0;${'x'.repeat(70_000)}shown`), /^x+shown$/)
    assert.equal(filtered('\x1b]0;x\x18shown'), 'shown')
  })

  test('restores what was changed, and the screen only where the second one was left on', () => {
    const filter = new TerminalFilter()
    filter.push(Buffer.from('\x1b[?1049h\x1b[2;5r'))
    assert.equal(filter.restore(), '\x1b7\x1b[r\x1b8\x1b[?1049l\x1b[?7h\x1b[?25h\x1b[0m')
    filter.push(Buffer.from('\x1b[?1049l'))
    assert.doesNotMatch(filter.restore(), /1049/)
    assert.equal(new TerminalFilter().restore(), '\x1b[?7h\x1b[?25h\x1b[0m')
  })

  test('takes long hostile sequences in time that grows with their length', () => {
    assert.equal(filtered(`\x1b[${'1;'.repeat(500_000)}m.`), '.')
    assert.equal(filtered(`${'\x1b[38;5;1:'.repeat(100_000)}q.`), '.')
    assert.equal(filtered(`\x1b[${'1'.repeat(62)}<m.`.repeat(10_000)), '.'.repeat(10_000))
  })
})
