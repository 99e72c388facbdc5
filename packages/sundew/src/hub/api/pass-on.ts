import type { Readable } from 'node:stream'

/** The store's answer as it comes; `done` is called once, however it ends. */
export function passOn(stream: Readable, signal: AbortSignal, done: () => void): ReadableStream<Uint8Array> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  let ended = false
  const end = () => {
    if (ended) return
    ended = true
    done()
    stream.destroy()
  }
  signal.addEventListener('abort', end, { once: true })
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { value, done: last } = await chunks.next()
          if (last === true) {
            controller.close()
            end()
          } else {
            controller.enqueue(value)
          }
        } catch (error) {
          // Half an answer must not look whole: the connection ends without its last chunk.
          controller.error(error)
          end()
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
}
