import { createHash } from 'node:crypto'
import type { Session } from '../core/session.ts'
import type { ByteString } from '../event/bytes.ts'
import type { Happening } from '../machine/happening.ts'

/** Bytes of text that are kept of one happening. */
const keptBytes = 64 * 1024

/** What an intruder does on a machine, as events of the decoy that let them in. */
export class Happenings {
  readonly #session: Session
  /** SHA-256 of files kept already in this session, with their paths. */
  readonly #files = new Set<string>()

  constructor(session: Session) {
    this.#session = session
  }

  /** Settles once it is durable, where anybody may rely on that; what cannot be kept is told as a limit. */
  happened(happening: Happening): Promise<void> | void {
    const session = this.#session
    switch (happening.type) {
      case 'command':
        session.note('command.run', { command: kept(happening.command), via: 'shell' })
        return
      case 'download':
        session.note('file.download_requested', {
          url: kept(happening.url),
          command: kept(happening.tool),
          ...(happening.path === '' ? {} : { file_name: kept(happening.path) }),
          outcome: happening.outcome,
        })
        return
      case 'file':
        return this.#file(happening)
      case 'secret':
        session.note('secret.typed', {
          user_name: kept(happening.user),
          password: kept(happening.password),
          program: happening.program.slice(0, 64),
        })
        return
      case 'connect':
        session.note('connection.wanted', {
          wanted_host: kept(happening.host),
          wanted_port: happening.port,
          program: happening.tool.slice(0, 64),
          ...(happening.bytes.length === 0
            ? {}
            : {
                data: Buffer.from(happening.bytes.subarray(0, keptBytes)).toString('latin1') as ByteString,
              }),
        })
        return
      case 'limit':
        session.note('limit.reached', { limit: `machine_${happening.limit}`, value: happening.value })
        return
    }
  }

  async #file(file: Extract<Happening, { readonly type: 'file' }>): Promise<void> {
    const session = this.#session
    const sha256 = createHash('sha256').update(file.bytes).digest('hex')
    const key = `${sha256} ${file.path}`
    if (this.#files.has(key)) return
    this.#files.add(key)
    if (session.room() !== 'room') {
      session.note('limit.reached', { limit: 'file_room', value: file.bytes.length })
      return
    }
    const capture = session.capture()
    await capture.append(file.bytes)
    await capture.finish()
    await session.record(
      'file.captured',
      {
        file_sha256: sha256,
        file_name: kept(file.path),
        mime_type: 'application/octet-stream',
        size_bytes: file.bytes.length,
        via: file.via,
        ...(file.partial ? { partial: true } : {}),
      },
      capture,
    )
  }
}

function kept(text: string): ByteString {
  return text.slice(0, keptBytes) as ByteString
}
