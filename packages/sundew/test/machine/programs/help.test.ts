import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { getopt } from '../../../src/machine/programs/common/getopt.ts'
import { knownOptions } from '../../../src/machine/programs/common/option-table.ts'
import { filePrograms } from '../../../src/machine/programs/files/index.ts'
import { programs } from '../../../src/machine/programs/index.ts'
import { networkPrograms } from '../../../src/machine/programs/network/index.ts'
import { systemPrograms } from '../../../src/machine/programs/system/programs.ts'
import { onMachine } from './system/on-machine.ts'

describe('help', () => {
  const on = onMachine()
  it('is the forms of a call and the options, as the program has them', async () => {
    assert.equal(
      (await on.run(['who', '--help'])).out.split('\n').slice(0, 5).join('\n'),
      'Usage: who [OPTION]... [ FILE | ARG1 ARG2 ]\n\n  -a, --all\n  -b, --boot\n  -d, --dead',
    )
    assert.equal(
      (await on.run(['renice', '--help'])).out,
      '\nUsage:\n renice [-n] <priority> [-p|--pid] <pid>...\n renice [-n] <priority>  -g|--pgrp <pgid>...\n renice [-n] <priority>  -u|--user <user>...\n\nOptions:\n -n, --priority <arg>\n -p, --pid\n -g, --pgrp\n -u, --user\n -h, --help\n -V, --version\n\nFor more details see renice(1).\n',
    )
    assert.match((await on.run(['nproc', '--help'])).out, /^ {6}--ignore=ARG$/m)
    assert.match((await on.run(['head', '--help'])).out, /^ {2}-n, --lines=ARG$/m)
  })
  it('has no line that describes', async () => {
    for (const { names } of [...filePrograms, ...networkPrograms, ...systemPrograms]) {
      const [name = ''] = names
      const { out } = await on.run([name, '--help'])
      // An option, and then words.
      assert.doesNotMatch(out, /^ +--?[a-zA-Z][\w-]*(?:, --[\w-]+)?(?:[ =]\S+)? {2,}\w+ \w+/m, name)
    }
  })
})

describe('programs', () => {
  it('each name is that of one program', () => {
    const names = programs.flatMap((program) => program.names)
    assert.deepEqual(
      names.filter((name, at) => names.indexOf(name) !== at),
      [],
    )
  })
})

describe('getopt', () => {
  const known = knownOptions('a/all n/lines: c/color? /help')
  it('finds options where they stand', () => {
    assert.deepEqual(getopt(['x', '-an5', '--col=b', 'y', '--', '-a'], known), {
      list: [
        ['all', undefined],
        ['lines', '5'],
        ['color', 'b'],
      ],
      operands: ['x', 'y', '-a'],
      error: undefined,
    })
    assert.deepEqual(getopt(['x', '-a'], known, { stop: true }).operands, ['x', '-a'])
    assert.deepEqual(getopt(['-12'], known, { digits: true }).list, [['#', '12']])
  })
  it('words what is wrong as glibc does', () => {
    const wrong = (...args: string[]) => getopt(args, known).error
    assert.equal(wrong('-x'), "invalid option -- 'x'")
    assert.equal(wrong('-n'), "option requires an argument -- 'n'")
    assert.equal(wrong('--lines'), "option '--lines' requires an argument")
    assert.equal(wrong('--all=1'), "option '--all' doesn't allow an argument")
    assert.equal(wrong('--foo=1'), "unrecognized option '--foo'")
    assert.equal(
      getopt(['--s'], knownOptions('/sort /size')).error,
      "option '--s' is ambiguous; possibilities: '--sort' '--size'",
    )
  })
  it('loses no operand, whatever is typed', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 6 }), { maxLength: 8 }), (words) => {
        const { operands, list, error } = getopt(['--', ...words], known)
        assert.deepEqual([operands, list, error], [words, [], undefined])
        getopt(words, known)
      }),
    )
  })
})
