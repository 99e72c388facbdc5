/** Diagnostics for the owner, on standard error; what intruders do are events, not log lines. */
export interface Log {
  info(message: string): void
  warn(message: string): void
  error(message: string, cause?: unknown): void
}

export function logFor(part: string): Log {
  const line = (level: string, message: string) =>
    process.stderr.write(`${new Date().toISOString()} ${part} ${level} ${message}\n`)
  return {
    info: (message) => line('info', message),
    warn: (message) => line('warn', message),
    error: (message, cause) => line('error', cause === undefined ? message : `${message}: ${explain(cause)}`),
  }
}

/** An error, its code and its causes in one line; the stack only where somebody debugs. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as { code?: unknown }
  const told = typeof code === 'string' && code.startsWith('SUNDEW_') && !error.message.includes(code)
  const words = process.env['SUNDEW_DEBUG'] && error.stack ? error.stack : error.message
  const text = told ? `${code}: ${words}` : words
  return error.cause === undefined ? text : `${text} (${explain(error.cause)})`
}
