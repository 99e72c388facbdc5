import type { MachineHost, MachineListener, MachineSession } from '../../machine/host.ts'
import type { FromMachines, ToMachines } from './protocol.ts'

interface Served {
  session: MachineSession | undefined
  /** Room for input that the other side knows of. */
  room: number
  /** One for each happening that is to be kept first. */
  readonly keeping: (() => void)[]
}

/** A machine host's sessions for somebody who can only send messages. */
export class ServedSessions {
  readonly #host: MachineHost
  readonly #send: (message: FromMachines) => void
  readonly #served = new Map<number, Served>()

  constructor(host: MachineHost, send: (message: FromMachines) => void) {
    this.#host = host
    this.#send = send
  }

  heard(message: ToMachines): void {
    if (message.type === 'reset') return this.#reset()
    if (message.type === 'open') return this.#open(message)
    const served = this.#served.get(message.id)
    if (!served) return
    const { session } = served
    switch (message.type) {
      case 'input':
        served.room -= message.bytes.length
        session?.input(message.bytes)
        this.#giveRoom(message.id, served)
        break
      case 'inputEnded':
        session?.inputEnded()
        break
      case 'resize':
        session?.resize(message.columns, message.rows)
        break
      case 'signal':
        session?.signal(message.name)
        break
      case 'sent':
        session?.sent(message.bytes)
        break
      case 'kept':
        served.keeping.shift()?.()
        break
      case 'close':
        session?.close()
        // Files that it left are told, and then this.
        break
    }
  }

  #open({ id, request }: Extract<ToMachines, { readonly type: 'open' }>): void {
    const served: Served = { session: undefined, room: 0, keeping: [] }
    this.#served.set(id, served)
    const listener: MachineListener = {
      output: (stream, bytes) => this.#send({ type: 'output', id, stream, bytes }),
      happened: (happening) => {
        const waits = happening.type === 'file'
        this.#send({ type: 'happened', id, happening, waits })
        return waits ? new Promise<void>((resolve) => served.keeping.push(resolve)) : undefined
      },
      ended: (how) => {
        this.#served.delete(id)
        this.#send({ type: 'ended', id, how })
      },
      closed: () => {
        this.#served.delete(id)
        this.#send({ type: 'closed', id })
      },
    }
    const session = this.#host.open(request, listener)
    if (!session) {
      this.#served.delete(id)
      this.#send({ type: 'ended', id, how: { status: 254 } })
      return
    }
    served.session = session
    served.room = session.inputRoom
    session.onRoom(() => this.#giveRoom(id, served))
  }

  #giveRoom(id: number, served: Served): void {
    const bytes = (served.session?.inputRoom ?? 0) - served.room
    if (bytes <= 0) return
    served.room += bytes
    this.#send({ type: 'room', id, bytes })
  }

  #reset(): void {
    for (const { session, keeping } of this.#served.values()) {
      session?.close()
      for (const kept of keeping) kept()
    }
    this.#served.clear()
  }
}
