type Trouble = (code: string, message: string, cause?: unknown) => void

/**
 * Tells troubles of one code together, so much apart that none is left out: an alert of the same code is raised once a
 * minute. The first is told at once, what comes in the pause when that ends.
 */
export function gathered(code: string, tell: Trouble, pauseMs: number): Trouble {
  let waiting: string[] | undefined
  const pause = () => {
    const timer = setTimeout(() => {
      const told = waiting ?? []
      waiting = undefined
      if (told.length === 0) return
      tell(code, told.join('. '))
      waiting = []
      pause()
    }, pauseMs)
    timer.unref()
  }
  return (of, message, cause) => {
    if (of !== code) return tell(of, message, cause)
    if (waiting) {
      waiting.push(message)
      return
    }
    tell(of, message, cause)
    waiting = []
    pause()
  }
}
