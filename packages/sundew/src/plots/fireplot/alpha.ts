import { log2 } from './scale.ts'

/** One event is so bright, of 255; so many or more are as bright as can be. */
const least = 120
const brightest = 64

/** How bright so many events on one pixel are: 0 to 255, by their logarithm. */
export const alphaTable: Uint8Array = Uint8Array.from({ length: 65_536 }, (_, count) =>
  count === 0 ? 0 : Math.round(least + (255 - least) * Math.min(1, log2(count) / log2(brightest))),
)
