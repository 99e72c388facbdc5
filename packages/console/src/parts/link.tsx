import type { JSX } from 'solid-js'
import { navigate } from '../address-bar.ts'

/** A link within the page. */
export function Link(props: {
  to: string
  class?: string
  current?: boolean
  children: JSX.Element
}): JSX.Element {
  return (
    <a
      href={props.to}
      class={props.class ?? ''}
      aria-current={props.current ? 'page' : undefined}
      onClick={(event) => {
        if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
        event.preventDefault()
        navigate(props.to)
      }}
    >
      {props.children}
    </a>
  )
}
