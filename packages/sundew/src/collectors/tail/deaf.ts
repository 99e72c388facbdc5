import type { Seen } from './parser.ts'

const nothing = () => {}

/** Hears nothing: to see only whether a line is understood. */
export const deaf: Seen = {
  name: nothing,
  address: nothing,
  url: nothing,
  hash: nothing,
  ja3: nothing,
  ja4: nothing,
  email: nothing,
  fileName: nothing,
  client: nothing,
  server: nothing,
  port: nothing,
  time: nothing,
  blocked: nothing,
  answered: nothing,
}
