import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { availableParallelism, getPriority } from 'node:os'
import { after, before, describe, test } from 'node:test'
import { cpuList, keepLoopApart, stepBack } from '../../src/core/scheduling.ts'

const idlePolicy = '5' // SCHED_IDLE in sched(7)

describe('scheduling of parts', () => {
  let child: ChildProcess
  let pid: number
  before(async () => {
    child = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log("up")'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    pid = child.pid!
    await once(child.stdout!, 'data')
  })
  after(() => child.kill())

  const allowed = async (thread: string) =>
    cpuList(await readFile(`/proc/${pid}/task/${thread}/status`, 'utf8'))

  test('a loop gets a processor of its own, and its other threads the rest', async (t) => {
    if (availableParallelism() < 2) return t.skip('one processor')
    const all = await allowed(String(pid))
    await keepLoopApart(pid)
    const own = await allowed(String(pid))
    assert.deepEqual(own, all.slice(-1))
    const others = (await readdir(`/proc/${pid}/task`)).filter((thread) => thread !== String(pid))
    assert.ok(others.length > 0)
    for (const thread of others) assert.deepEqual(await allowed(thread), all.slice(0, -1))
  })

  test('who steps back runs while nobody else wants to', async () => {
    await stepBack(pid)
    for (const thread of await readdir(`/proc/${pid}/task`)) {
      const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8')
      const policy = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38]
      assert.ok(policy === idlePolicy || getPriority(pid) === 19, `policy ${policy}`)
    }
  })

  test('a process that is gone is no trouble', async () => {
    await stepBack(2 ** 22)
    await keepLoopApart(2 ** 22)
  })

  const lists: [string, number[]][] = [
    ['Cpus_allowed_list:\t0', [0]],
    ['Name:\tx\nCpus_allowed_list:\t0-3,8\nMems_allowed:\t1', [0, 1, 2, 3, 8]],
    ['Cpus_allowed_list:\t2,5-6', [2, 5, 6]],
    ['nothing of it', []],
  ]
  for (const [status, cpus] of lists) {
    test(`${JSON.stringify(status)} allows ${cpus.join(' ') || 'nothing known'}`, () => {
      assert.deepEqual(cpuList(status), cpus)
    })
  }
})
