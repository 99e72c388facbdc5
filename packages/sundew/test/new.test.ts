import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

const root = join(import.meta.dirname, '..', '..', '..')

describe('npm run new', () => {
  let copy: string

  before(async () => {
    copy = await mkdtemp(join(tmpdir(), 'sundew-new-'))
    for (const path of [
      'packages/sundew/src',
      'packages/sundew/test/decoys',
      'packages/sundew/test/outputs',
      'packages/sundew/package.json',
    ]) {
      await cp(join(root, path), join(copy, path), { recursive: true })
    }
    for (const path of [
      'tsconfig.json',
      'tsconfig.base.json',
      '.oxlintrc.json',
      '.oxfmtrc.json',
      'package.json',
    ]) {
      await cp(join(root, path), join(copy, path))
    }
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  })

  after(() => rm(copy, { recursive: true, force: true }))

  function make(...args: string[]) {
    return spawnSync(process.execPath, [join(root, 'scripts', 'new.ts'), '--root', copy, ...args], {
      encoding: 'utf8',
    })
  }

  function tool(name: string, ...args: string[]) {
    return spawnSync(join(root, 'node_modules', '.bin', name), args, { cwd: copy, encoding: 'utf8' })
  }

  test('a new decoy is typed, clean, listed, and passes its own tests from the first minute', async () => {
    const made = make('decoy', 'gopher')
    assert.equal(made.status, 0, made.stderr)
    const index = await readFile(join(copy, 'packages/sundew/src/decoys/index.ts'), 'utf8')
    assert.match(index, /import \{ gopher \} from '\.\/gopher\/gopher\.ts'/)

    const own = [
      'packages/sundew/src/decoys/gopher',
      'packages/sundew/test/decoys/gopher',
      'packages/sundew/src/decoys/index.ts',
    ]
    const types = tool('tsc', '-p', 'tsconfig.json')
    const ofOurs = types.stdout
      .split('\n')
      .filter((line) => line.includes('gopher') || line.includes('decoys/index'))
    assert.deepEqual(ofOurs, [])
    for (const [name, ...args] of [
      ['oxlint', '--deny-warnings', ...own],
      ['oxfmt', '--check', ...own],
    ]) {
      const { status, stdout, stderr } = tool(name!, ...args)
      assert.equal(status, 0, `${name}: ${stdout}${stderr}`)
    }
    // Node's runner tells its children by NODE_TEST_CONTEXT to report in its own form.
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined }
    const run = spawnSync(process.execPath, ['--test', 'packages/sundew/test/decoys/gopher/gopher.test.ts'], {
      cwd: copy,
      encoding: 'utf8',
      env,
    })
    assert.equal(run.status, 0, run.stdout.slice(-4000))
    assert.match(run.stdout, /pass 1[0-9]/)
  })

  test('a new output is typed, clean, listed, and passes its own tests from the first minute', async () => {
    const made = make('output', 'pager')
    assert.equal(made.status, 0, made.stderr)
    const index = await readFile(join(copy, 'packages/sundew/src/outputs/index.ts'), 'utf8')
    assert.match(index, /import \{ pager \} from '\.\/pager\/pager\.ts'/)

    const own = [
      'packages/sundew/src/outputs/pager',
      'packages/sundew/test/outputs/pager',
      'packages/sundew/src/outputs/index.ts',
    ]
    const types = tool('tsc', '-p', 'tsconfig.json')
    assert.deepEqual(
      types.stdout.split('\n').filter((line) => line.includes('pager') || line.includes('outputs/index')),
      [],
    )
    for (const [name, ...args] of [
      ['oxlint', '--deny-warnings', ...own],
      ['oxfmt', '--check', ...own],
    ]) {
      const { status, stdout, stderr } = tool(name!, ...args)
      assert.equal(status, 0, `${name}: ${stdout}${stderr}`)
    }
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined }
    const run = spawnSync(process.execPath, ['--test', 'packages/sundew/test/outputs/pager/pager.test.ts'], {
      cwd: copy,
      encoding: 'utf8',
      env,
    })
    assert.equal(run.status, 0, run.stdout.slice(-4000))
    assert.match(run.stdout, /pass 6/)
  })

  test('what exists, what has no room yet, and what is no name is refused, with nothing written', () => {
    make('decoy', 'finger')
    for (const [args, says] of [
      [['decoy', 'finger'], /is there already/],
      [['feed', 'otx'], /comes with its room/],
      [['decoy', '../x'], /is no name/],
      [['decoy'], /is no name/],
      [['thing', 'x'], /usage/],
    ] as const) {
      const { status, stderr } = make(...args)
      assert.equal(status, 2)
      assert.match(stderr, says)
    }
  })
})
