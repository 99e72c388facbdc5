const quarterMs = 15 * 60_000
const dayMs = 86_400_000

/**
 * Offsets of a time zone from UTC, ms, by what its clocks show. An hour that its clocks show twice is the first.
 *
 * @param zone IANA's name; this machine's clock where not given
 * @throws RangeError where there is no such zone
 */
export function offsetsOf(zone?: string): (local: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const at = (moment: number) => {
    const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]))
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
    const shown = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    )
    return shown - Math.floor(moment / 1_000) * 1_000
  }
  let [quarter, offset] = [Number.NaN, 0]
  return (local) => {
    const asked = Math.floor(local / quarterMs)
    if (asked !== quarter && Number.isFinite(asked) && Math.abs(local) < 8.64e15) {
      quarter = asked
      // Of an hour that is shown twice, the one before the clocks are put back has the larger offset.
      const [before, after] = [at(local - dayMs), at(local + dayMs)]
      const larger = Math.max(before, after)
      offset = at(local - larger) === larger ? larger : Math.min(before, after)
    }
    return offset
  }
}
