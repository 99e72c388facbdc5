import { log2 } from './scale.ts'

/** One event is so bright, of 255; so many or more are as bright as can be. */
const least = 120
const brightest = 64
/** Half a power of two each: no eye tells more apart, and a picture of few colours is a small file, written quickly. */
const steps = 2 * log2(brightest)

/** How bright so many events on one pixel are: 0 to 255, by their logarithm. */
export const alphaTable: Uint8Array = new Uint8Array(65_536).fill(255)
alphaTable[0] = 0
for (let count = 1; count < brightest; count++)
  alphaTable[count] = Math.round(least + ((255 - least) * Math.round(2 * log2(count))) / steps)
