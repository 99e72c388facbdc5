import { createSignal, Show, type JSX } from 'solid-js'
import { cut } from '../format.ts'

/**
 * What a peer wrote: text and nothing else, its writing direction kept to itself, cut where it is long, whole on demand.
 */
export function Peer(props: { text: string; length?: number; empty?: string }): JSX.Element {
  const [whole, setWhole] = createSignal(false)
  const part = () => cut(props.text, whole() ? Infinity : (props.length ?? 80))
  return (
    <Show when={props.text !== ''} fallback={<span class="faint">{props.empty ?? '—'}</span>}>
      <bdi class="peer">{part().shown}</bdi>
      <Show when={part().more || whole()}>
        <button
          type="button"
          class="more"
          aria-label={whole() ? 'Show less' : 'Show all of it'}
          onClick={() => setWhole(!whole())}
        >
          {whole() ? 'less' : '…'}
        </button>
      </Show>
    </Show>
  )
}

/** The same without the button, for lines that open as a whole. */
export function PeerLine(props: { text: string; length?: number }): JSX.Element {
  const part = () => cut(props.text, props.length ?? 80)
  return (
    <bdi class="peer">
      {part().shown}
      {part().more ? '…' : ''}
    </bdi>
  )
}
