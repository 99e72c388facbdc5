import type { JSX } from 'solid-js'
import { moment } from '../format.ts'

/** A time, local and short; the exact one in UTC on demand. */
export function Time(props: { at: string }): JSX.Element {
  return (
    <time datetime={props.at} title={props.at}>
      {moment(props.at)}
    </time>
  )
}
