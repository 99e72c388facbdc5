import { clockWithSeconds, days, isoDate } from './times.ts'

export function stamp(ms: number): string {
  return `${days[new Date(ms).getUTCDay()]!.slice(0, 3)} ${isoDate(ms)} ${clockWithSeconds(ms)} UTC`
}
