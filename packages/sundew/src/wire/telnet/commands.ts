/** Commands after IAC (RFC 854). */
export const command = {
  endOfRecord: 239,
  subnegotiationEnd: 240,
  noOperation: 241,
  dataMark: 242,
  break: 243,
  interrupt: 244,
  abortOutput: 245,
  areYouThere: 246,
  eraseCharacter: 247,
  eraseLine: 248,
  goAhead: 249,
  subnegotiation: 250,
  will: 251,
  wont: 252,
  do: 253,
  dont: 254,
  iac: 255,
} as const

/** Options that the personas speak of (IANA's registry of telnet options). */
export const option = {
  binary: 0,
  echo: 1,
  suppressGoAhead: 3,
  status: 5,
  timingMark: 6,
  terminalType: 24,
  windowSize: 31,
  terminalSpeed: 32,
  flowControl: 33,
  lineMode: 34,
  xDisplay: 35,
  oldEnvironment: 36,
  authentication: 37,
  encryption: 38,
  newEnvironment: 39,
} as const
