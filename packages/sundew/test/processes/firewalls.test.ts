import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { test } from 'node:test'
import { listBatchFiles } from '../../src/core/batch-spool.ts'
import { mikrotikLine } from '../collectors/syslog/noted.ts'
import { CollectorsProcess } from './collectors-process.ts'

async function until(done: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('the collectors write what firewalls tell by UDP and TCP, and say how that goes', async () => {
  const syslog = { ports: [{ port: 0 }, { port: 0, transport: 'tcp' }] }
  await using collectors = await CollectorsProcess.start({ enabled: false }, { collectors: { syslog } })
  const rows = async () =>
    (await listBatchFiles(collectors.paths.firewall)).reduce((sum, file) => sum + file.rows, 0)
  const socket = createSocket('udp4')
  for (let port = 0; port < 10; port++)
    socket.send(`<134>${mikrotikLine(port)}`, collectors.port('udp'), '127.0.0.1')
  socket.send('what is this', collectors.port('udp'), '127.0.0.1')
  connect(collectors.port('tcp'), '127.0.0.1').end(`<134>${mikrotikLine(10)}\n<134>${mikrotikLine(11)}\n`)
  await until(async () => (await rows()) === 12)
  await until(() => collectors.statuses.at(-1)?.syslog?.told === 12)
  const status = collectors.statuses.at(-1)?.syslog
  assert.deepEqual(
    [status?.lines, status?.unparsed, status?.senders, status?.top[0]?.format, status?.dropped],
    [13, 1, 1, 'mikrotik', 0],
  )
  socket.close()
})
