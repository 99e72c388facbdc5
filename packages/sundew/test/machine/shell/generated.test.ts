import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { runScript } from './run.ts'

const number = fc.oneof(
  fc.integer({ min: 0, max: 20 }).map(String),
  fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
  fc.constantFrom('x', 'y', 'z', '0x7fffffffffffffff', '010', '2#101', '36#Zz'),
)

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small' },
    number,
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom(
          '+',
          '-',
          '*',
          '/',
          '%',
          '<<',
          '>>',
          '&',
          '|',
          '^',
          '<',
          '>=',
          '==',
          '!=',
          '&&',
          '||',
          ',',
        ),
        tie('expression'),
      )
      .map(([a, operator, b]) => `(${a}) ${operator} (${b})`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    tie('expression').map((a) => `~(${a})`),
    tie('expression').map((a) => `- ${a}`),
    tie('expression').map((a) => `x = ${a}`),
  ),
}))

const text = fc.string({ unit: fc.constantFrom(...'ab *?[]-"\'\\$`{},~:/#%!\t\n'.split('')), maxLength: 12 })
const pattern = fc.string({ unit: fc.constantFrom(...'ab*?[]!-\\'.split('')), maxLength: 6 })

describe(
  'scripts made by chance run as in bash',
  { skip: spawnSync('bash', ['--version']).status !== 0 },
  () => {
    it('arithmetic', async () => {
      const cases = fc.sample(expression, 300)
      await same(cases.map((one) => `x=7 y=-3 z=0; echo "$((${one}))" 2>/dev/null`).join('\n'))
    })

    it('quoting, splitting and reading back', async () => {
      const cases = fc.sample(text, 300)
      await same(
        cases
          .map(
            (one) =>
              `v='${one.replaceAll("'", "'\\''")}'; set -f; printf '<%s>' $v "$v" \${v#?} "\${v%%[ab]*}" "\${v//a/x}" \${#v}; printf '%q\\n' "$v"; set +f`,
          )
          .join('\n'),
      )
    })

    it('patterns', async () => {
      const cases = fc.sample(
        fc.tuple(pattern, fc.string({ unit: fc.constantFrom(...'ab]-'.split('')), maxLength: 6 })),
        400,
      )
      await same(
        cases
          .map(
            ([one, subject]) =>
              `p='${one}' s='${subject}'; case $s in $p) echo yes;; *) echo no;; esac; echo "\${s#$p}|\${s##$p}|\${s%$p}|\${s%%$p}|\${s/$p/+}|\${s//$p/+}"`,
          )
          .join('\n'),
      )
    })
  },
)

/** One process for all of them. Line by line, so that what differs is seen. */
async function same(script: string): Promise<void> {
  const real = spawnSync('/bin/bash', ['--norc', '-c', script], {
    argv0: 'bash',
    env: { PATH: '/nosuch', LC_ALL: 'C' },
    encoding: 'latin1',
  })
  const ours = await runScript(`exec 2>/dev/null\n${script}`)
  assert.deepEqual(ours.output.split('\n'), real.stdout.split('\n'))
}
