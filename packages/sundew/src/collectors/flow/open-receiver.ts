import { DgramReceiver } from './dgram-receiver.ts'
import { NativeReceiver } from './native-receiver.ts'
import type { Receiver } from './receiver.ts'

/** The compiled receiver where it can be used, else node:dgram; SUNDEW_RECEIVER=dgram asks for that. */
export function openReceiver(asked: string | undefined, warn: (message: string) => void): Receiver {
  if (asked === 'dgram' || !NativeReceiver.available) return new DgramReceiver()
  try {
    return new NativeReceiver()
  } catch (error) {
    warn(
      `the compiled receiver cannot be loaded (${(error as Error).message}): "npm run prepare" makes it anew; until then datagrams are received one by one`,
    )
    return new DgramReceiver()
  }
}
