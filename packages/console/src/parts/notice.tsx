import { Show, type JSX } from 'solid-js'

/** A failure, in words, where there is one. */
export function Notice(props: { text: string | undefined }): JSX.Element {
  return (
    <Show when={props.text}>
      <p class="notice" role="alert">
        {props.text}
      </p>
    </Show>
  )
}
