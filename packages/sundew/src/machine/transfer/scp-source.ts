import type { OpenFile, Stat } from '../files/file-system.ts'
import type { ScpWire } from './scp-wire.ts'

const blockBytes = 64 * 1024
/** A path that scp puts together. */
const pathBytes = 4096

/** `scp -f`: sends what the peer asked for. @throws ScpEnds */
export async function send(wire: ScpWire, names: readonly string[]): Promise<void> {
  await wire.isAccepted()
  for (const name of names) await source(wire, name)
}

async function source(wire: ScpWire, given: string): Promise<void> {
  const { call, flags } = wire
  const name = given.length > 1 ? given.replace(/(?<=.)\/+$/, '') : given
  await call.spend()
  let open: OpenFile
  let stat: Stat
  try {
    stat = call.files.stat(call.path(name))
    open = call.files.open(call.path(name), { read: true })
  } catch (error) {
    return wire.complain(`${name}: ${wire.because(error)}`)
  }
  try {
    if (stat.type === 'directory' && flags.isRecursive) return await directory(wire, name, stat)
    if (stat.type !== 'file') return await wire.complain(`${name}: not a regular file`)
    if (!(await times(wire, stat))) return
    await call.stdout.write(`C${modeText(stat)} ${stat.size} ${lastOf(name)}\n`)
    if (!(await wire.isAccepted())) return
    for (let left = stat.size; left > 0;) {
      await call.spend()
      const bytes = open.read(Math.min(blockBytes, left))
      // It shrank meanwhile: what was promised comes as zeros.
      const sent = bytes.length > 0 ? bytes : new Uint8Array(Math.min(blockBytes, left))
      await call.stdout.write(sent)
      left -= sent.length
    }
    await wire.ok()
    await wire.isAccepted()
  } finally {
    open.close()
  }
}

async function directory(wire: ScpWire, name: string, stat: Stat): Promise<void> {
  const { call } = wire
  let names: string[]
  try {
    names = call.files.list(call.path(name))
  } catch (error) {
    return wire.complain(`${name}: ${wire.because(error)}`)
  }
  if (!(await times(wire, stat))) return
  await call.stdout.write(`D${modeText(stat)} 0 ${lastOf(name)}\n`)
  if (!(await wire.isAccepted())) return
  for (const child of names) {
    const path = `${name}/${child}`
    if (path.length >= pathBytes - 1) await wire.complain(`${path}: name too long`)
    else await source(wire, path)
  }
  await call.stdout.write('E\n')
  await wire.isAccepted()
}

async function times(wire: ScpWire, stat: Stat): Promise<boolean> {
  if (!wire.flags.keepsTimes) return true
  const seconds = (ms: number) => Math.max(0, Math.floor(ms / 1000))
  await wire.call.stdout.write(`T${seconds(stat.mtimeMs)} 0 ${seconds(stat.atimeMs)} 0\n`)
  return wire.isAccepted()
}

function modeText(stat: Stat): string {
  return (stat.mode & 0o6777).toString(8).padStart(4, '0')
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replaceAll('\n', '\\^J')
}
