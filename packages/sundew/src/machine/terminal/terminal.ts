/** The settings that programs change (`stty`, `passwd`): those of termios that show. */
export interface TerminalSettings {
  /** ECHO: what is typed is shown. */
  readonly echo: boolean
  /** ICANON: input comes by lines, with ^H, ^U, ^W, ^D. */
  readonly lines: boolean
  /** ISIG: ^C, ^\ and ^Z are signals. */
  readonly signals: boolean
  /** ICRNL. */
  readonly returnIsNewline: boolean
  /** OPOST and ONLCR: a newline goes out as CR LF. */
  readonly newlineIsReturnNewline: boolean
}

/** A session's terminal: the line discipline between the intruder's and a program. */
export interface Terminal {
  /** `pts/0` */
  readonly name: string
  /** TERM as asked for: `xterm-256color`. */
  readonly type: string
  readonly columns: number
  readonly rows: number
  settings: TerminalSettings
  /** What was typed, by the settings; undefined once the peer is gone; nothing typed on a line (^D) is an empty array. */
  read(max?: number): Promise<Uint8Array | undefined>
  /** Gives back what was read too much: it is read next. */
  unread?(bytes: Uint8Array): void
  write(bytes: Uint8Array | string): Promise<void>
  /** Whoever is in front gets the signals of the keys: 2, 3, 20. The innermost caller's is called; the returned function takes it back. */
  inFront(interrupted: (signal: number) => void): () => void
  /** Calls back when the size changes; the returned function ends that. */
  onResize(resized: () => void): () => void
}
