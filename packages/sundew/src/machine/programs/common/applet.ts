import type { Call } from './contracts.ts'

/** Calls made by BusyBox, whose words are other ones: its own, by a link's name, or `busybox NAME`. On a persona with ash nearly all are. */
const madeByBusybox = new WeakSet<Call>()

/** Marks a call as an applet's. */
export function asApplet(call: Call): Call {
  madeByBusybox.add(call)
  return call
}

/** Whether a program is to use BusyBox's words. */
export function isApplet(call: Call): boolean {
  return madeByBusybox.has(call)
}

let usageOf = (call: Call): string => `Usage: ${call.name}\n`

/** BusyBox tells here what its applets say when they are called wrongly. */
export function setAppletUsage(usage: (call: Call) => string): void {
  usageOf = usage
}

/** What an applet says when it is called wrongly: the build's name and how to call it. */
export function appletUsage(call: Call): string {
  return usageOf(call)
}
