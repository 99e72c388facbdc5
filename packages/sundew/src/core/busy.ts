import { performance } from 'node:perf_hooks'

/** Share of its time that a loop works (not waits) from which it is busy. */
const busyFrom = 0.5
/** Looks that must find it calm before it counts as calm. */
const calmLooks = 4
const lookEveryMs = 25

/** Tells when this process's event loop becomes busy, and when it is calm again, until the signal aborts. */
export function watchBusy(tell: (busy: boolean) => void, signal: AbortSignal): void {
  let calm = calmLooks
  let before = performance.eventLoopUtilization()
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    if (utilization >= busyFrom) {
      if (calm >= calmLooks) tell(true)
      calm = 0
    } else if (calm < calmLooks && ++calm === calmLooks) tell(false)
  }, lookEveryMs)
  timer.unref()
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}
