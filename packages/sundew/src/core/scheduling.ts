import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { promisify } from 'node:util'

const run = promisify(execFile)
const lowestPriority = 19

/**
 * A process whose work can wait: it runs while no other wants the processor (Linux SCHED_IDLE, sched(7)), and is
 * interrupted at once when one does. Where the system has no `chrt` it gets the lowest priority instead.
 */
export async function stepBack(pid: number): Promise<void> {
  try {
    await run('chrt', ['--all-tasks', '--idle', '--pid', '0', String(pid)])
  } catch {
    try {
      setPriority(pid, lowestPriority)
    } catch {
      // It only would have been more polite.
    }
  }
}

/**
 * Gives a process's event loop (its first thread) the last of the processors that it may use, and its other threads
 * the rest: a loop that shares its processor with its own journal writes, or is moved about by them, is a fifth slower.
 * Does nothing where there is one processor only, or no `taskset`.
 */
export async function keepLoopApart(pid: number): Promise<void> {
  try {
    const rest = cpuList(await readFile(`/proc/${pid}/status`, 'utf8'))
    const own = rest.pop()
    if (own === undefined || rest.length === 0) return
    await run('taskset', ['--all-tasks', '--pid', '--cpu-list', rest.join(','), String(pid)])
    await run('taskset', ['--pid', '--cpu-list', String(own), String(pid)])
  } catch {
    // The kernel's own choice will do.
  }
}

/** The processors named in a `/proc/PID/status` (proc(5), Cpus_allowed_list: `0-3,8`), ascending; empty where it names none. */
export function cpuList(status: string): number[] {
  const named = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? ''
  return [...named.matchAll(/(\d+)(?:-(\d+))?/g)].flatMap(([, first, last = first]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i),
  )
}
