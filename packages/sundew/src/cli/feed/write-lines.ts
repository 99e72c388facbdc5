/** A pipe takes so much whole (POSIX `PIPE_BUF`, as Linux has it): a reader that does not wait never sees half a line. */
const wholeBytes = 4096

/** Writes lines of ASCII to standard output and waits until they are there; rejects with EPIPE where nobody reads any more. */
export async function writeLines(lines: string): Promise<void> {
  for (let from = 0; from < lines.length;) {
    const rest = lines.length - from
    const to = rest <= wholeBytes ? lines.length : lines.lastIndexOf('\n', from + wholeBytes - 1) + 1
    const piece = lines.slice(from, to)
    await new Promise<void>((resolve, reject) => {
      process.stdout.write(piece, 'latin1', (error) => (error ? reject(gone(error)) : resolve()))
    })
    from = to
  }
}

/** Once it is known that nobody reads, Node says of each further write that the stream is no more. */
function gone(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  if (error.code === 'ERR_STREAM_DESTROYED') error.code = 'EPIPE'
  return error
}
