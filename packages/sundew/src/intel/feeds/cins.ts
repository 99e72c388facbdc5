import { addressList } from './address-list.ts'

/**
 * CINS Army's ci-badguys (cinsscore.com), free for use with the credit kept. Not blocked by its word alone: another list must
 * name the same host.
 */
export const cins = addressList({
  type: 'cins',
  summary: 'CINS Army: hosts of bad reputation',
  url: 'https://cinsscore.com/list/ci-badguys.txt',
  habits: { everyMinutes: 120, leastMinutes: 30, weight: 45, ceiling: 'block' },
})
