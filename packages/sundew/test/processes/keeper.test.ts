import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MachineRequest } from '../../src/machine/host.ts'
import { Keeper } from '../../src/processes/machines/keeper.ts'
import type { FromMachines } from '../../src/processes/machines/protocol.ts'

const [loud, quiet, third] = ['192.0.2.1', '192.0.2.2', '192.0.2.3']

test('a session that burns is ended with its worker; those of others never notice', async () => {
  await using kept = await started()
  kept.open(1, loud, 'burn')
  kept.open(2, quiet, 'cat')
  assert.deepEqual(await kept.ended(1), { signal: 'KILL' })
  assert.equal(kept.troubles(), 1)
  assert.equal(await kept.echo(2, 'still here'), 'still here')
  kept.open(3, loud, 'cat')
  assert.equal(await kept.echo(3, 'a new worker'), 'a new worker')
})

test('a session that eats its worker’s memory ends with it', async () => {
  await using kept = await started()
  kept.open(1, loud, 'eat')
  kept.open(2, quiet, 'cat')
  assert.deepEqual(await kept.ended(1), { signal: 'KILL' })
  assert.equal(await kept.echo(2, 'still here'), 'still here')
})

test('who broke a worker twice has one to itself: its neighbours stay when it does it again', async () => {
  await using kept = await started()
  for (const id of [1, 2]) {
    kept.open(id, loud, 'burn')
    await kept.ended(id)
  }
  // Of the worker that the loud one would have.
  kept.open(3, third, 'cat')
  assert.equal(await kept.echo(3, 'neighbour'), 'neighbour')
  kept.open(4, loud, 'burn')
  assert.deepEqual(await kept.ended(4), { signal: 'KILL' })
  assert.equal(await kept.echo(3, 'still here'), 'still here')
})

async function started() {
  const heard: FromMachines[] = []
  const keeper = new Keeper({
    file: new URL('./burning-worker.ts', import.meta.url),
    workerData: undefined,
    workers: 2,
    solitary: 1,
    heapMegabytes: 64,
    bufferBytes: 1e9,
    send: (message) => heard.push(message),
  })
  await keeper.start()
  const until = async <T>(look: () => T | undefined): Promise<T> => {
    for (let i = 0; i < 3_000; i++) {
      const found = look()
      if (found !== undefined) return found
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    throw new Error(`waited in vain; heard ${JSON.stringify(heard)}`)
  }
  const texts = (id: number) =>
    heard
      .filter((message) => message.type === 'output' && message.id === id)
      .map((message) => (message.type === 'output' ? Buffer.from(message.bytes).toString() : ''))
      .join('')
  return {
    open: (id: number, source: string, command: string) =>
      keeper.heard({ type: 'open', id, request: request(source, command) }),
    ended: async (id: number) =>
      until(() => {
        const found = heard.find((message) => message.type === 'ended' && message.id === id)
        return found?.type === 'ended' ? found.how : undefined
      }),
    /** What comes back after what was heard before. */
    echo: async (id: number, text: string) => {
      const before = texts(id).length
      keeper.heard({ type: 'input', id, bytes: Buffer.from(text) })
      await until(() => (texts(id).length >= before + text.length ? true : undefined))
      return texts(id).slice(before)
    },
    troubles: () => heard.filter(({ type }) => type === 'trouble').length,
    [Symbol.asyncDispose]: () => keeper.stop(),
  }
}

function request(source: string, command: string): MachineRequest {
  return {
    session: 's',
    persona: 'debian-12',
    source,
    peer: { address: source, port: 1234 },
    own: { address: '192.0.2.200', port: 22 },
    service: 'ssh',
    hostname: 'web1',
    user: 'root',
    run: { type: 'command', command },
    terminal: undefined,
    environment: [],
  }
}
