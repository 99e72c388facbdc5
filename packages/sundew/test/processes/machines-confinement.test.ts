import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { machinesConfinement } from '../../src/cli/confinement.ts'
import { configSchema } from '../../src/config.ts'
import type { FromPart } from '../../src/core/messages.ts'
import type { MachinesStart } from '../../src/processes/machines.ts'
import type { FromMachines, ToMachines } from '../../src/processes/machines/protocol.ts'

test('the machines have no way out, nor have their threads: no network, no program, no file but the program’s own', async () => {
  const reached: string[] = []
  const outside = createServer((socket) => {
    reached.push('connection')
    socket.destroy()
  })
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve))
  const { port } = outside.address() as AddressInfo
  const child = spawn(
    process.execPath,
    [
      ...machinesConfinement(),
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=SecurityWarning',
      '--import',
      `${new URL('./machines-probe.ts', import.meta.url).href}?port=${port}`,
      join(import.meta.dirname, '..', '..', 'src', 'processes', 'machines.ts'),
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      serialization: 'advanced',
    },
  )
  try {
    const start: MachinesStart = { machines: configSchema.parse({}).machines, secret: 'secret' }
    child.send({ type: 'start', start })
    // What the probe tries in threads is told as a fault of theirs.
    for (;;) {
      const [message] = (await once(child, 'message')) as [FromPart]
      if (message.type === 'ready') break
      assert.equal(message.type, 'relay')
    }
    let said = ''
    for await (const text of child.stdout!.setEncoding('utf8')) {
      said += text as string
      if (said.split('\n').length > 1 + start.machines.workers) break
    }
    const tried = said
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { thread: boolean; outcomes: Record<string, string> })
    assert.equal(tried.filter(({ thread }) => thread).length, start.machines.workers)
    assert.equal(tried.length, start.machines.workers + 1)
    for (const { thread, outcomes } of tried) {
      assert.equal(Object.keys(outcomes).length, thread ? 10 : 9)
      for (const [way, outcome] of Object.entries(outcomes)) assert.equal(outcome, 'ERR_ACCESS_DENIED', way)
    }
    assert.deepEqual(reached, [])

    const said2: FromMachines[] = []
    const ended = new Promise<void>((resolve) => {
      child.on('message', (message: FromPart) => {
        if (message.type !== 'relay') return
        const body = message.body as FromMachines
        said2.push(body)
        if (body.type === 'ended') resolve()
      })
    })
    const open: ToMachines = {
      type: 'open',
      id: 1,
      request: {
        session: 's',
        persona: 'debian-12',
        source: '192.0.2.1',
        peer: { address: '192.0.2.1', port: 1234 },
        own: { address: '192.0.2.2', port: 22 },
        service: 'ssh',
        hostname: 'web1',
        user: 'root',
        run: { type: 'command', command: 'uname' },
        terminal: undefined,
        environment: [],
      },
    }
    child.send({ type: 'relay', to: 'machines', body: open })
    await ended
    const [output] = said2.filter((message) => message.type === 'output')
    assert.equal(Buffer.from(output!.bytes).toString(), 'Linux\n', 'what it is there for still works')
    child.send({ type: 'stop' })
    assert.deepEqual(await once(child, 'exit'), [0, null])
  } finally {
    child.kill('SIGKILL')
    outside.close()
  }
})
