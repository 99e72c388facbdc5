import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { framesOf, type Frame } from './frames.ts'
import type { Xvfb } from './xvfb.ts'

export interface FilmOptions {
  readonly screen: Xvfb
  /** A shell's command that prints lines for Logstalgia. */
  readonly feed: string
  /** The owner's own command line, from `logstalgia` on. */
  readonly command: string
  /** After so many frames it is cut, and after so long, milliseconds. */
  readonly frames: number
  readonly ms: number
}

/**
 * Pipes a feed into the real Logstalgia and looks at each frame, until `enough` or the end.
 *
 * @returns frames seen
 */
export async function film(
  { screen, feed, command, frames, ms }: FilmOptions,
  enough: (frame: Frame) => boolean,
): Promise<number> {
  // A group of its own, so that all of it is ended.
  const child = spawn('sh', ['-c', `${feed} | ${command} -o - -r 25`], {
    detached: true,
    env: { ...process.env, DISPLAY: screen.display },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()))
  const ended = once(child, 'close')
  const late = setTimeout(() => kill(child.pid!), ms)
  let seen = 0
  try {
    for await (const frame of framesOf(child.stdout)) {
      seen++
      if (enough(frame) || seen >= frames) break
    }
  } finally {
    clearTimeout(late)
    kill(child.pid!)
    await ended
  }
  if (seen === 0) throw new Error(`Logstalgia drew nothing: ${said}`)
  return seen
}

function kill(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // Ended by itself.
  }
}
