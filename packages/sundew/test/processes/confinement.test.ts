import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { confinement } from '../../src/cli/confinement.ts'
import { withFreePorts } from '../../src/cli/free-ports.ts'
import { configSchema } from '../../src/config.ts'
import { layout } from '../../src/core/layout.ts'
import type { FromPart } from '../../src/core/messages.ts'

test('the decoys answer, and have no way out: no connection, no name look-up, no program, no file but their own', async () => {
  const data = await mkdtemp(join(tmpdir(), 'sundew-confined-'))
  const reached: string[] = []
  const outside = createServer((socket) => {
    reached.push('connection')
    socket.destroy()
  })
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve))
  const { port } = outside.address() as AddressInfo
  try {
    const paths = layout(data)
    await mkdir(paths.localJournal, { recursive: true })
    await mkdir(paths.decoyState, { recursive: true })
    const ports = [{ port: 0, as: 25 }]
    const config = await withFreePorts(
      configSchema.parse({
        listen: ['127.0.0.1'],
        decoys: { smtp: { ports }, http: { enabled: false } },
        keep: { reserve_mb: 8 },
      }),
    )
    const child = spawn(
      process.execPath,
      [
        ...confinement(config, paths),
        '--disable-warning=ExperimentalWarning',
        '--import',
        join(import.meta.dirname, 'probe.ts'),
        join(import.meta.dirname, '..', '..', 'src', 'processes', 'decoys.ts'),
      ],
      { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], env: { ...process.env, PROBE_PORT: String(port) } },
    )
    const start = {
      config,
      journalDirectory: paths.localJournal,
      stateDirectory: paths.decoyState,
      quotaBytes: 1e9,
    }
    child.send({ type: 'start', start })
    const [ready] = (await once(child, 'message')) as [FromPart]
    assert.equal(ready.type, 'ready')
    let said = ''
    for await (const text of child.stdout!.setEncoding('utf8')) {
      said += text as string
      if (said.includes('\n')) break
    }
    const outcomes = JSON.parse(said.replace('outcomes ', '')) as Record<string, string>
    assert.deepEqual(
      outcomes,
      Object.fromEntries(Object.keys(outcomes).map((way) => [way, 'ERR_ACCESS_DENIED'])),
    )
    assert.equal(Object.keys(outcomes).length, 8)
    assert.deepEqual(reached, [])

    const listener = ready.type === 'ready' ? ready.listeners?.[0] : undefined
    const peer = connect(listener!.port, '127.0.0.1').setEncoding('latin1')
    const [greeting] = (await once(peer, 'data')) as [string]
    assert.match(greeting, /^220 /, 'what it is there for still works')
    peer.destroy()
    child.send({ type: 'stop' })
    assert.deepEqual(await once(child, 'exit'), [0, null])
  } finally {
    outside.close()
    await rm(data, { recursive: true, force: true })
  }
})
