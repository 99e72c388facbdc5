import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { systemPrograms } from '../../../../src/machine/programs/system/programs.ts'
import { formatted } from '../../../../src/machine/programs/system/date-format.ts'
import { parseOptions } from '../../../../src/machine/programs/common/option-table.ts'
import { pattern, PatternError } from '../../../../src/machine/programs/system/pattern.ts'
import { onMachine } from './on-machine.ts'

/** They wait, each in their way: on a clock, or for an answer after a wrong password. */
const waiting = new Set([
  'sleep',
  'watch',
  'timeout',
  'top',
  'vmstat',
  'free',
  'apt',
  'apt-get',
  'aptitude',
  'su',
  'sudo',
  'sudoedit',
  'passwd',
  'reboot',
  'shutdown',
  'halt',
  'poweroff',
  'init',
  'telinit',
  'systemctl',
  'kill',
  'pkill',
  'killall',
  'fuser',
])

const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code))
const word = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '-a',
      '-l',
      '--',
      '-',
      '--help',
      '--version',
      '-e',
      '-o',
      'pid,ppid',
      '-n',
      '-u',
      'root',
      '-s',
      '/etc/passwd',
      '/proc',
      'show',
      'add',
      'dev',
      '+%s',
      '-d',
      '@1',
      '1',
      '-1',
      '99999999999',
      '=',
      'a=b',
      '-t',
      'nat',
      '-L',
      '-p',
    ),
  },
  { weight: 1, arbitrary: fc.array(byte, { maxLength: 24 }).map((bytes) => bytes.join('')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'x'.repeat(5000),
      '('.repeat(2000),
      '%'.repeat(3000),
      '__proto__',
      'constructor',
      '../../..',
    ),
  },
)

describe('hostile words', () => {
  it('end no program but with a status, whatever they are', async () => {
    const on = onMachine()
    const names = systemPrograms.flatMap((program) => program.names).filter((name) => !waiting.has(name))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(word, { maxLength: 6 }),
        fc.array(byte, { maxLength: 60 }),
        async (name, args, typed) => {
          const ran = await on.run([name, ...args], { stdin: typed.join('') })
          assert.ok(
            Number.isInteger(ran.status) && ran.status >= 0 && ran.status <= 255,
            `${name}: ${ran.status}`,
          )
          assert.ok(!/[^\0-\xff]/.test(ran.out + ran.err), name)
          assert.ok(ran.out.length < 4_000_000)
        },
      ),
      { numRuns: 600 },
    )
  })
  it('make no expression that takes long', () => {
    for (const text of ['(a+)+$', '(a|a)*b', 'a{1000}{1000}', '('.repeat(500), '[[:alpha:]', '\\']) {
      try {
        pattern(text, false).within('a'.repeat(200))
      } catch (error) {
        assert.ok(error instanceof PatternError, text)
      }
    }
  })
  it('make no format that grows without end', () => {
    assert.ok(formatted('%999999999d'.repeat(400), 0, { name: 'UTC', minutes: 0 }).length <= 512 * 400)
  })
  it('options: what is neither an option nor a value is an operand', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (args) => {
        const given = parseOptions('a/all n/lines: c/color? /help', args, false)
        if (given.error === undefined) for (const operand of given.operands) assert.ok(args.includes(operand))
      }),
    )
  })
})
