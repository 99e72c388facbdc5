import { performance } from 'node:perf_hooks'

/** Shares of its time that a loop works (not waits) from which it is busy, and below which it is no more. */
const busyFrom = 0.5
const calmBelow = 0.3
const lookEveryMs = 100

/** Tells when this process's event loop becomes busy, and when it is calm again, until the signal aborts. */
export function watchBusy(tell: (busy: boolean) => void, signal: AbortSignal): void {
  let busy = false
  let before = performance.eventLoopUtilization()
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    if (busy ? utilization >= calmBelow : utilization < busyFrom) return
    busy = !busy
    tell(busy)
  }, lookEveryMs)
  timer.unref()
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}
