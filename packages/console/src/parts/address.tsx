import type { JSX } from 'solid-js'
import { withQuery } from '../route.ts'
import { Link } from './link.tsx'

/** A peer's address; leads to what it does now. */
export function Address(props: { of: string }): JSX.Element {
  return (
    <Link to={withQuery('/live', { address: props.of })} class="source">
      {props.of}
    </Link>
  )
}
