import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { logFor } from '../../src/core/log.ts'
import type { FromPart } from '../../src/core/messages.ts'
import { Supervisor, type PartSpec } from '../../src/core/supervisor.ts'
import type { SupervisedStart } from './supervised.ts'

const quiet = { ...logFor('test'), warn: () => {} }

/** The decoys and the hub, the decoys saying `says`; `busy` is what the hub heard of it, in order. */
async function supervised(
  says: readonly FromPart[],
  body: (parts: {
    kill: (name: PartSpec['name']) => void
    busy: () => Promise<boolean[]>
    until: (busy: readonly boolean[]) => Promise<void>
  }) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-supervisor-'))
  const hears = join(folder, 'hears')
  const part = (name: PartSpec['name'], start: SupervisedStart): PartSpec => ({
    name,
    file: join(import.meta.dirname, 'supervised.ts'),
    nodeOptions: [],
    start,
    turn: name === 'decoys' ? 'first' : 'behind',
  })
  const supervisor = new Supervisor(
    [part('decoys', { says, hears: '' }), part('hub', { says: [], hears })],
    quiet,
  )
  const busy = async () => {
    const lines = (await readFile(hears, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '')
    return lines
      .map((line) => JSON.parse(line) as { type: string; busy: boolean })
      .filter(({ type }) => type === 'busy')
      .map((message) => message.busy)
  }
  try {
    supervisor.start()
    await supervisor.running()
    await body({
      kill: (name) => {
        const { pid } = supervisor.status.parts.find((found) => found.name === name)!
        process.kill(pid!, 'SIGKILL')
      },
      busy,
      until: async (wanted) => {
        const deadline = Date.now() + 20_000
        while ((await busy()).join() !== wanted.join()) {
          assert.ok(Date.now() < deadline, `the hub heard ${(await busy()).join()}`)
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      },
    })
  } finally {
    await supervisor.stop()
    await rm(folder, { recursive: true })
  }
}

test('the hub hears that the decoys are busy, also one that was started again meanwhile', async () => {
  await supervised([{ type: 'busy', busy: true }], async ({ kill, until }) => {
    await until([true])
    kill('hub')
    await until([true, true])
  })
})

test('decoys that died are not busy; those started again say so themselves', async () => {
  await supervised([{ type: 'busy', busy: true }], async ({ kill, until }) => {
    await until([true])
    kill('decoys')
    await until([true, false, true])
  })
})

test('a hub started beside calm decoys is told nothing', async () => {
  const says: FromPart[] = [
    { type: 'busy', busy: true },
    { type: 'busy', busy: false },
  ]
  await supervised(says, async ({ kill, busy, until }) => {
    await until([true, false])
    kill('hub')
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    assert.deepEqual(await busy(), [true, false])
  })
})
