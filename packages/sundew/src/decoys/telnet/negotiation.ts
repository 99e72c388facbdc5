import { command, option } from '../../wire/telnet/commands.ts'
import { parseEnvironment, type TelnetVariable } from '../../wire/telnet/environment.ts'
import type { TelnetPart } from '../../wire/telnet/reader.ts'
import type { Manners } from './manners.ts'

/** Options told of more often are no longer answered: two sides may contradict each other for ever. */
const maxAnswers = 64
/** Variables that are kept in all. */
const maxVariables = 128
/** Options whose answer is a value that has to be asked for; in the order that inetutils asks. */
const values = [
  option.terminalSpeed,
  option.xDisplay,
  option.newEnvironment,
  option.oldEnvironment,
  option.terminalType,
] as const
const is = 0
const send = 1
const info = 2

/** What is agreed on with the client (RFC 854, RFC 1143), as one server goes about it. */
export class Negotiation {
  readonly #manners: Manners
  readonly #write: (bytes: Uint8Array) => void
  readonly #ready: () => void
  /** The client's last word on each option: a verb. */
  readonly #said = new Map<number, number>()
  /** Options that we have spoken of ourselves. */
  readonly #ours = new Set<number>()
  /** Options of this step that are not settled yet. */
  #missing = new Set<number>()
  readonly #asked = new Set<number>()
  #step = -1
  #answers = 0
  /** The options a client told of, in its order: `WILL 31`, which tells clients apart. */
  readonly order: string[] = []
  readonly variables: TelnetVariable[] = []
  terminalType: string | undefined
  columns = 80
  rows = 24

  constructor(manners: Manners, write: (bytes: Uint8Array) => void, ready: () => void) {
    this.#manners = manners
    this.#write = write
    this.#ready = ready
  }

  start(): void {
    this.#next()
  }

  /** Whether the client lets us echo. */
  get echoes(): boolean {
    return this.#said.get(option.echo) !== command.dont
  }

  /** The client wants to send by lines. */
  get refusesCharacters(): boolean {
    return this.#said.get(option.suppressGoAhead) === command.dont
  }

  /** The client sends 8-bit data untouched. */
  get binary(): boolean {
    return this.#said.get(option.binary) === command.will
  }

  /** True where the window's size came. */
  take(part: Exclude<TelnetPart, { type: 'data' }>): boolean {
    if (part.type === 'option') this.#option(part.verb, part.option)
    else if (part.type === 'subnegotiation') return this.#value(part.option, part.bytes)
    return false
  }

  #option(verb: number, which: number): void {
    if (this.order.length < maxAnswers) this.order.push(`${verbNames[verb - command.will]} ${which}`)
    this.#said.set(which, verb)
    if (this.#manners.answers && !this.#ours.has(which) && ++this.#answers <= maxAnswers) {
      this.#ours.add(which)
      if (verb === command.will) this.#write(Uint8Array.of(command.iac, command.dont, which))
      else if (verb === command.do) this.#write(Uint8Array.of(command.iac, command.wont, which))
    }
    const asks = verb === command.will && this.#step === 0 && isValue(which)
    if (!asks) this.#missing.delete(which)
    this.#goOn()
  }

  #value(which: number, bytes: Uint8Array): boolean {
    if (which === option.windowSize && bytes.length >= 4) {
      this.columns = (bytes[0]! << 8) | bytes[1]!
      this.rows = (bytes[2]! << 8) | bytes[3]!
      return true
    }
    if (which === option.terminalType && bytes[0] === is)
      this.terminalType ??= Buffer.from(bytes.subarray(1, 65)).toString('latin1').toLowerCase()
    if (
      (which === option.newEnvironment || which === option.oldEnvironment) &&
      (bytes[0] === is || bytes[0] === info)
    )
      this.variables.push(...(parseEnvironment(bytes) ?? []).slice(0, maxVariables - this.variables.length))
    this.#missing.delete(which)
    this.#goOn()
    return false
  }

  /** Once all were answered, those that have a value are asked for it; once all values are there, the next step. */
  #goOn(): void {
    if (this.#step < 0 || this.#step >= this.#manners.steps.length) return
    const open = [...this.#missing]
    if (open.length === 0) return this.#next()
    if (!open.every((which) => this.#said.get(which) === command.will)) return
    const wanted = values.filter((which) => this.#missing.has(which) && !this.#asked.has(which))
    if (wanted.length === 0) return
    for (const which of wanted) this.#asked.add(which)
    this.#write(
      Uint8Array.from(
        wanted.flatMap((which) => [
          command.iac,
          command.subnegotiation,
          which,
          send,
          command.iac,
          command.subnegotiationEnd,
        ]),
      ),
    )
  }

  #next(): void {
    for (;;) {
      const step = this.#manners.steps[++this.#step]
      if (!step) return this.#ready()
      for (const [, which] of step.send) this.#ours.add(which)
      this.#write(Uint8Array.from(step.send.flatMap(([verb, which]) => [command.iac, verb, which])))
      this.#missing = new Set(step.awaits)
      if (step.awaits.length > 0) return
    }
  }
}

const verbNames = ['WILL', 'WONT', 'DO', 'DONT'] as const

function isValue(which: number): boolean {
  return (values as readonly number[]).includes(which)
}
