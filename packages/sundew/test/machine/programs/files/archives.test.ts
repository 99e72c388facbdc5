import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { treeOf, type LiteralFile } from '../../../../src/machine/files/literal.ts'
import { runProgram } from '../../call.ts'
import { programNamed } from '../differential.ts'

const run = (command: string, files: ReturnType<typeof tree>) => {
  const [name, ...args] = command.split(' ')
  return runProgram(programNamed(name!), files, { args, argv0: name!, directory: '/w' })
}

function tree(more: Readonly<Record<string, LiteralFile>>) {
  return treeOf({
    '/w': { directory: true },
    '/etc/passwd': 'root:x:0:0::/root:/bin/bash\n',
    '/etc/group': 'root:x:0:\n',
    ...more,
  }).files
}

/** A zip file of one entry. */
function zip(name: string, text: string): Buffer {
  const packed = deflateRawSync(text)
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(8, 8)
  local.writeUInt16LE(name.length, 26)
  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt16LE(8, 10)
  central.writeUInt32LE(packed.length, 20)
  central.writeUInt32LE(text.length, 24)
  central.writeUInt16LE(name.length, 28)
  const at = 30 + name.length + packed.length
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(46 + name.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end])
}

describe('archives', () => {
  it('the real tar and ours read what the other made', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sundew-tar-'))
    try {
      mkdirSync(join(folder, 'd'))
      writeFileSync(join(folder, 'd', 'x'), 'text\n')
      execFileSync('tar', ['czf', 'made.tgz', 'd'], { cwd: folder })
      const files = tree({ '/w/made.tgz': readFileSync(join(folder, 'made.tgz')) })
      assert.equal((await run('tar tzf made.tgz', files)).stdout, 'd/\nd/x\n')
      assert.equal((await run('tar xzf made.tgz', files)).status, 0)
      assert.equal(Buffer.from(files.read('/w/d/x')).toString(), 'text\n')
      assert.equal((await run('tar czf back.tgz d', files)).status, 0)
      writeFileSync(join(folder, 'back.tgz'), files.read('/w/back.tgz'))
      assert.equal(
        execFileSync('tar', ['xzOf', 'back.tgz', 'd/x'], { cwd: folder, encoding: 'utf8' }),
        'text\n',
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('unzip keeps within its folder', async () => {
    const files = tree({ '/w/a.zip': zip('../../etc/evil', 'text') })
    await run('unzip a.zip', files)
    assert.equal(files.exists('/etc/evil'), false)
    assert.equal(Buffer.from(files.read('/w/etc/evil')).toString(), 'text')
  })

  it('a bomb stays inside', async () => {
    const files = tree({ '/w/a.zip': zip('big', '\0'.repeat(70 * 1024 * 1024)) })
    assert.equal((await run('unzip a.zip', files)).status, 2)
    assert.equal(files.exists('/w/big'), false)
  })
})
