/** By number. */
export const signals: Readonly<Record<number, string>> = Object.fromEntries(
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH POLL PWR SYS'
    .split(' ')
    .map((name, at) => [at + 1, name] as const),
)

/** `9`, `KILL`, `SIGKILL`, `kill`, `RTMIN+5`; undefined for none. */
export function signalNumber(text: string): number | undefined {
  if (/^\d{1,2}$/.test(text)) return Number(text) <= 64 ? Number(text) : undefined
  const name = text.toUpperCase().replace(/^SIG/, '')
  const realTime = /^RT(MIN|MAX)([+-]\d{1,2})?$/.exec(name)
  if (realTime !== null) {
    const number = (realTime[1] === 'MIN' ? 34 : 64) + Number(realTime[2] ?? 0)
    return number >= 34 && number <= 64 ? number : undefined
  }
  if (name === 'EXIT') return 0
  const other = { CLD: 17, IO: 29, IOT: 6, UNUSED: 31 }[name]
  if (other !== undefined) return other
  const found = Object.entries(signals).find(([, one]) => one === name)
  return found === undefined ? undefined : Number(found[0])
}
