import type { JSX } from 'solid-js'

/** A bar from 0 to 1. Drawn, not styled: the page allows no inline style. */
export function Meter(props: { share: number; label: string; warnFrom?: number }): JSX.Element {
  const share = () => Math.max(0, Math.min(1, props.share || 0))
  return (
    <svg
      class="meter"
      classList={{ warn: share() >= (props.warnFrom ?? 0.85) }}
      viewBox="0 0 100 4"
      preserveAspectRatio="none"
      role="img"
      aria-label={`${props.label}: ${Math.round(share() * 100)} %`}
    >
      <rect class="room" width="100" height="4" rx="2" />
      <rect class="used" width={share() * 100} height="4" rx="2" />
    </svg>
  )
}
