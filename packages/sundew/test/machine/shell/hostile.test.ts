import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Program } from '../../../src/machine/program.ts'
import { runScript } from './run.ts'

const limits = {
  cpuMs: 300,
  politeMs: 200,
  processes: 20,
  memoryBytes: 8 * 1024 * 1024,
  outputBytes: 1024 * 1024,
  forkRetriesMs: [1, 2, 4, 8],
  forks: 400,
}

/** What must end, by some limit or another, without a fault of ours. */
const scripts: Readonly<Record<string, string>> = {
  'a hundred thousand parentheses': '('.repeat(100_000),
  'a hundred thousand substitutions': '$('.repeat(100_000),
  'a hundred thousand groups': '{ '.repeat(100_000),
  'arithmetic in arithmetic': `echo $((${'('.repeat(100_000)}1${')'.repeat(100_000)}))`,
  'signs without end': `echo $((${'-'.repeat(100_000)}1))`,
  'powers without end': `echo $((${'2**'.repeat(50_000)}1))`,
  'choices without end': `echo $((${'1?'.repeat(20_000)}1${':1'.repeat(20_000)}))`,
  'braces to a hundred million': 'echo {1..99999999}; echo after',
  'braces that multiply': `echo ${'{1..99}'.repeat(9)}; echo after`,
  'braces in braces': `echo ${'{a,'.repeat(20_000)}b${'}'.repeat(20_000)}`,
  'a word of a megabyte': `x=${'a'.repeat(1_000_000)}; echo \${#x}`,
  'a word that doubles': 'x=a; while :; do x=$x$x; done',
  'an array that grows': 'while :; do a+=(xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx); done',
  'a function that calls itself': 'f() { f; }; f',
  'functions that call each other in substitutions': 'f() { echo $(f); }; f',
  'eval that evals itself': 'x=\'eval $x\'; x=\'eval "$x"\'; eval "$x"',
  'a file that sources itself': 'echo ". ./me" > me; . ./me',
  'a name that is itself': 'a=b; b=a; echo $((a))',
  'a reference to itself': 'declare -n a=b; declare -n b=a; echo $a; a=1',
  'a loop without end': 'while :; do :; done',
  'a counting loop without end': 'for ((;;)); do x=1; done',
  'output without end': 'while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done',
  'a fork bomb': ':(){ :|:& };:; wait',
  'processes in the background without end': 'while :; do while :; do :; done & done',
  'a pattern that explodes by backtracking': `x=${'a'.repeat(30_000)}; shopt -s extglob
[[ $x == *(*(*(a)))b ]]; echo $?; [[ $x == ${'*a'.repeat(1000)}b ]]; echo \${x//*(a)b/}`,
  'a regular expression that explodes': `x=${'a'.repeat(5000)}; [[ $x =~ (a+)+b ]]; echo $?; [[ a =~ ${'('.repeat(5000)} ]]; [[ a =~ (a{1000}){1000} ]]`,
  'patterns in patterns': `shopt -s extglob\ncase a in ${'@('.repeat(5000)}a${')'.repeat(5000)}) ;; esac`,
  'many here-documents': `: ${'<<A '.repeat(20_000)}`,
  'subscripts in subscripts': `${'a['.repeat(50_000)}0${']'.repeat(50_000)}=1; echo $((${'a['.repeat(5000)}0${']'.repeat(5000)}))`,
  'words that are no words': 'a[ '.repeat(50_000),
  'quotes in quotes': `echo ${'"$('.repeat(10_000)}`,
  'parameters in parameters': `echo ${'${a:-'.repeat(10_000)}b${'}'.repeat(10_000)}`,
  'an alias that is itself': 'shopt -s expand_aliases\nalias a="a a " b="c " c="b "\na; b c',
  'aliases that double': `shopt -s expand_aliases\n${Array.from({ length: 40 }, (_, i) => `alias a${i}='a${i + 1};a${i + 1}'`).join('\n')}\na0`,
  'a printf of a gigabyte': 'printf "%1000000000d" 1 | read x; printf -v y "%*d" 2000000000 1; echo ${#y}',
  'a negation of negations': `${'! '.repeat(50_000)}true`,
  'a pipeline of a thousand': `:${'|:'.repeat(1000)}`,
  'tests in tests': `[ ${'! '.repeat(20_000)} a ]; [ ${'\\( '.repeat(20_000)} a ]; [[ ${'( '.repeat(20_000)} a ]]`,
  'traps in traps':
    "trap 'trap \"echo x\" DEBUG; kill -USR1 $$' USR1; kill -USR1 $$; trap 'exit 3' EXIT; exit 4",
  'an exit trap without end': "trap 'while :; do :; done' EXIT",
  'bytes of all kinds': Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join(''),
  'shells in shells': 'echo "sh ./me" > me; sh ./me',
  'a shell that execs itself': 'echo "exec sh ./me" > me; sh ./me',
}

describe('what an intruder types can not hurt', () => {
  for (const [name, script] of Object.entries(scripts)) {
    it(name, { timeout: 30_000 }, async () => {
      for (const dialect of ['bash', 'ash'] as const) {
        const { status, output } = await runScript(script, { limits, dialect })
        assert.ok(status >= 0 && status <= 255)
        assert.doesNotMatch(output, /RangeError|TypeError|undefined|\[object/)
      }
    })
  }
})

describe('a session that uses too much', () => {
  it('is killed in its loop, which is told', async () => {
    const { status, happenings } = await runScript('while :; do :; done; echo never', { limits })
    assert.equal(status, 137)
    assert.ok(happenings.some((one) => one.type === 'limit' && one.limit === 'cpu'))
  })

  it('is told that there are no more processes, as bash tells', async () => {
    const { output } = await runScript('f() { f | f; }; f', {
      limits: { ...limits, cpuMs: 2000, processes: 5 },
    })
    assert.match(output, /fork: retry: Resource temporarily unavailable/)
  })

  it('lets others run meanwhile', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await runScript('while :; do :; done', { limits })
    clearInterval(timer)
    assert.ok(turns > 10)
  })

  it('does not hang a program that it kills', async () => {
    const forever: Program = { names: ['forever'], run: () => new Promise<number>(() => undefined) }
    const { output } = await runScript('forever & p=$!; kill $p; wait $p; echo $?', { programs: [forever] })
    assert.equal(output.slice(-4), '143\n')
  })
})
