/**
 * Values that wander with time and are the same whenever one asks for the same moment. All of them come of a seed; none keeps a state,
 * so that a machine may be asked as often as wanted, in any order.
 */

/** From -1 to 1, without jumps: about one up and down in two `period`s. */
export function wander(seed: number, time: number, period: number): number {
  const at = time / period
  const step = Math.floor(at)
  const part = at - step
  const smooth = part * part * (3 - 2 * part)
  return mixed(seed, step) * (1 - smooth) + mixed(seed, step + 1) * smooth
}

/** A counter that grew at `rate` a second since time 0, now faster, now slower, never backwards. */
export function counter(seed: number, seconds: number, rate: number): number {
  let total = seconds
  for (const [period, share] of swings) {
    const width = (period / (2 * Math.PI)) * share
    const phase = mixed(seed, period) * Math.PI
    total += width * (Math.sin((2 * Math.PI * seconds) / period + phase) - Math.sin(phase))
  }
  return Math.max(0, total * rate)
}

/** Seconds, and how much of the rate swings with it: in all below 1, so that the sum grows. */
const swings = [
  [86_400, 0.3],
  [3_600, 0.2],
  [307, 0.2],
  [41, 0.15],
  [7.3, 0.1],
] as const

/** A number of its own for a name. */
export function seedOf(chance: number, name: string): number {
  let hash = Math.floor(chance * 2 ** 32) | 0
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** From -1 to 1 for a whole number. */
function mixed(seed: number, step: number): number {
  let hash = (seed ^ Math.imul(step | 0, 0x9e3779b1)) | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 31 - 1
}
