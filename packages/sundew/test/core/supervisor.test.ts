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

test('decoys and machines hear of each other, and bytes are passed on as they are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-relay-'))
  const files = { decoys: join(folder, 'decoys'), machines: join(folder, 'machines') }
  const part = (name: 'decoys' | 'machines', says: readonly FromPart[]): PartSpec => ({
    name,
    file: join(import.meta.dirname, 'supervised.ts'),
    nodeOptions: [],
    start: { says, hears: files[name] } satisfies SupervisedStart,
    turn: 'first',
  })
  const relay = (to: 'decoys' | 'machines'): FromPart => ({
    type: 'relay',
    to,
    body: { bytes: Uint8Array.of(0, 255) },
  })
  const supervisor = new Supervisor(
    [part('decoys', []), part('machines', [relay('decoys'), relay('machines')])],
    quiet,
  )
  const heard = async (name: 'decoys' | 'machines') =>
    (await readFile(files[name], 'utf8').catch(() => ''))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { type: string; name?: string; state?: string; body?: unknown })
  const until = async (wanted: (all: Awaited<ReturnType<typeof heard>>) => boolean) => {
    for (let i = 0; i < 1_000; i++) {
      const all = await heard('decoys')
      if (wanted(all)) return all
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error(`heard ${JSON.stringify(await heard('decoys'))}`)
  }
  try {
    supervisor.start()
    await supervisor.running()
    const first = await until((all) => all.some(({ type }) => type === 'relay'))
    assert.deepEqual(
      first.filter(({ type }) => type === 'relay').map(({ body }) => body),
      [{ bytes: { 0: 0, 1: 255 } }],
      'what is for itself is not passed on',
    )
    const { pid } = supervisor.status.parts.find(({ name }) => name === 'machines')!
    process.kill(pid!, 'SIGKILL')
    const all = await until((now) => now.filter(({ state }) => state === 'here').length > 1)
    const states = all.filter(({ type }) => type === 'peer').map(({ state }) => state)
    assert.deepEqual(states, ['here', 'gone', 'here'])
  } finally {
    await supervisor.stop()
    await rm(folder, { recursive: true })
  }
})
