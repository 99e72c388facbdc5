import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { treeOf } from '../../../src/machine/files/literal.ts'
import { filePrograms } from '../../../src/machine/programs/files/index.ts'
import { textPrograms } from '../../../src/machine/programs/text/index.ts'
import { Pattern } from '../../../src/machine/programs/text/regular-expression.ts'
import { runProgram, type RunSettings } from '../call.ts'
import { both, programNamed } from './differential.ts'

function tree() {
  return treeOf({
    '/tmp': { directory: true, mode: 0o1777 },
    '/dev/zero': { device: ['c', 1, 5], mode: 0o666 },
    '/dev/null': { device: ['c', 1, 3], mode: 0o666 },
    '/dev/full': { device: ['c', 1, 7], mode: 0o666 },
    '/etc/passwd': 'root:x:0:0::/root:/bin/bash\n',
  }).files
}

const run = (command: readonly string[], settings: RunSettings = {}) =>
  runProgram(programNamed(command[0]!), tree(), { args: command.slice(1), argv0: command[0]!, ...settings })

describe('programs under hostile use', () => {
  it('a million lines are read within bounds', async () => {
    const lines = Array.from({ length: 1_000_000 }, (_, i) => `line ${i % 1000}\n`).join('')
    const counted = await run(['wc', '-l'], { stdin: lines })
    assert.equal(counted.stdout, '1000000\n')
    assert.equal((await run(['grep', '-c', '7$'], { stdin: lines })).stdout, '100000\n')
    assert.equal((await run(['tail', '-n', '1'], { stdin: lines })).stdout, 'line 999\n')
    assert.equal((await run(['cut', '-d', ' ', '-f', '1'], { stdin: lines })).stdout.length, 5_000_000)
  })

  it('an endless device is cut off by the budget, not by memory', async () => {
    const limits = { cpuMs: 300, politeMs: 300 }
    for (const command of [
      ['head', '-c', '1T', '/dev/zero'],
      ['wc', '/dev/zero'],
      ['md5sum', '/dev/zero'],
      ['yes'],
      ['cat', '/dev/zero'],
      ['base64', '/dev/zero'],
      ['dd', 'if=/dev/zero', 'of=/dev/null', 'bs=1M'],
    ]) {
      const ran = await runProgram(programNamed(command[0]!), tree(), {
        args: command.slice(1),
        argv0: command[0]!,
        limits: { ...limits, outputBytes: 1 << 22 },
      })
      assert.equal(ran.status, 128 + 9, command.join(' '))
    }
  })

  it('an endless line is no line', async () => {
    for (const command of [
      ['grep', 'x', '/dev/zero'],
      ['sort', '/dev/zero'],
      ['sed', 'p', '/dev/zero'],
      ['uniq', '/dev/zero'],
    ]) {
      const ran = await run(command)
      assert.match(ran.stderr, /memory exhausted/, command.join(' '))
    }
  })

  it('a pattern that is slow elsewhere is quick, or refused', async () => {
    const line = `${'a'.repeat(50_000)}!\n`
    for (const pattern of ['(a+)+$', '(a|a)*b', '(.*)*x', '((a*)*)*b']) {
      const ran = await run(['grep', '-E', pattern], { stdin: line })
      assert.equal(ran.status, 1, pattern)
    }
    assert.equal((await run(['grep', '-E', '(a{1000}){1000}'], { stdin: 'a\n' })).status, 2)
    assert.equal(
      (await run(['grep', '\\(a\\)\\1'], { stdin: 'aa\n' })).stderr,
      'grep: Invalid back reference\n',
    )
  })

  it('patterns of any kind are answered', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab(){}[]*+?^$.|\\-:=0,1'.split('')), maxLength: 20 }),
        fc.constantFrom('basic' as const, 'extended' as const),
        (source, dialect) => {
          try {
            new Pattern(source, dialect).test('abab(1)')
          } catch (error) {
            assert.ok(error instanceof Error && error.constructor.name === 'PatternError', String(error))
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('every program survives arguments of any kind', async () => {
    const skipped = new Set(['yes', 'tail'])
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...[...filePrograms, ...textPrograms].filter((p) => !skipped.has(p.names[0]!))),
        fc.array(
          fc.oneof(
            fc.constantFrom(
              '-',
              '--',
              '-n',
              '-r',
              '-f',
              '/etc/passwd',
              '/tmp',
              '..',
              '-1',
              '--x=',
              '5',
              '',
              '%s',
              's/a/b/',
              '/tmp/a',
              '{}',
              ';',
              '(',
            ),
            fc.string({ unit: 'binary-ascii', maxLength: 6 }),
          ),
          { maxLength: 4 },
        ),
        async (program, args) => {
          const ran = await runProgram(program, tree(), {
            args,
            argv0: program.names[0]!,
            stdin: 'a b\nc\n',
            limits: { cpuMs: 1000, politeMs: 1000 },
          })
          assert.ok(ran.status >= 0 && ran.status < 256)
        },
      ),
      { numRuns: 400 },
    )
  })

  it('a full disk is told of', async () => {
    const files = tree()
    const ran = await runProgram(programNamed('dd'), files, {
      args: ['of=/dev/full'],
      argv0: 'dd',
      stdin: 'x',
    })
    assert.match(ran.stderr, /^dd: error writing '\/dev\/full': No space left on device\n/)
  })
})

describe('random bytes', () => {
  for (const command of [
    'wc',
    'md5sum',
    'sha256sum',
    'base64',
    'cksum',
    'sort',
    'uniq -c',
    'cut -c2-4',
    'tr a-m n-z',
    'head -c 20',
    'tail -c 20',
    'head -n 3',
    'tail -n 3',
    'cat -A',
    'od -c',
    'xxd',
    'nl -ba',
    'tac',
    'fold -bw 10',
    'dd bs=7 status=none',
  ])
    it(`give what they give the real one: ${command}`, async () => {
      const seed = createHash('sha256').update(command).digest()
      for (let i = 0; i < 4; i++) {
        const bytes = Buffer.concat(
          Array.from({ length: 1 + i * 3 }, (_, k) =>
            createHash('sha512')
              .update(seed)
              .update(String(i * 100 + k))
              .digest(),
          ),
        )
          .toString('latin1')
          .replaceAll(/[\x20-\x30]/g, '\n')
          .replaceAll('\0', command === 'rev' || command === 'sort' ? 'z' : '\0')
        const [real, ours] = await both({ command, stdin: bytes })
        assert.deepEqual(ours, real)
      }
    })
})
