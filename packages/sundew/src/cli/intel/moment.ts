import { timeText } from '../text.ts'

/** A time of an answer as people read it; empty where there is none. */
export function moment(time: string | null): string {
  return time === null ? '' : timeText(time)
}
