import { options } from '../common/options.ts'
import { latin1 } from '../common/lines.ts'
import { reasonOf, tool, type Tool } from '../common/tool.ts'
import { fetchOf } from './fetching.ts'
import { portOf } from './connecting.ts'
import { parseUrl } from './url.ts'
import { resolveTimeoutMs } from './verdict.ts'

/** The block is asked for again and again before it gives up. */
const giveUpMs = 25_000
const maxCommandLine = 1024

/** HPA's `tftp`, and BusyBox's. */
export const tftp = tool('tftp', async (t: Tool) => (t.busybox ? busyboxTftp(t) : hpaTftp(t)))

async function busyboxTftp(t: Tool): Promise<number> {
  const o = options(t, 'l:r:gpb:')
  const [host, port] = o.operands
  const put = o.has('p')
  if (host === undefined || (!put && !o.has('g')) || (put && o.has('g'))) t.usage()
  const remote = o.value('r') ?? o.value('l')
  let local = o.value('l') ?? o.value('r')
  if (remote === undefined || local === undefined) t.usage()
  if (o.value('l') === undefined && local.includes('/')) local = local.slice(local.lastIndexOf('/') + 1)
  return transfer(t, host, portOf(port ?? '69') ?? 69, remote, local, put ? 'put' : 'get', 'busybox tftp')
}

async function transfer(
  t: Tool,
  host: string,
  port: number,
  remote: string,
  local: string,
  way: 'get' | 'put',
  name: string,
): Promise<number> {
  const { call } = t
  if (way === 'put') {
    let bytes: Uint8Array
    try {
      bytes = t.files.read(call.path(local))
    } catch (error) {
      t.fail(t.busybox ? `can't open '${local}': ${reasonOf(error)}` : `${local}: ${reasonOf(error)}`)
    }
    call.happened({ type: 'connect', host, port, tool: name, bytes })
    await call.sleep(giveUpMs)
    t.fail(t.busybox ? 'timeout' : 'Transfer timed out.\n')
  }
  const url = parseUrl(`tftp://${host}${port === 69 ? '' : `:${port}`}/${remote.replace(/^\/+/, '')}`)
  if (url === undefined) t.fail(`bad address '${host}'`)
  const { how, bytes } = fetchOf(call, url, name, local === '-' ? '' : call.path(local))
  if (how.type === 'name') {
    await call.sleep(resolveTimeoutMs)
    t.fail(t.busybox ? `bad address '${host}'` : `${host}: unknown host`)
  }
  if (bytes === undefined) {
    if (how.type === 'refused') {
      await call.sleep(30)
      t.fail(t.busybox ? 'recv: Connection refused' : 'recvfrom: Connection refused')
    }
    if (how.type === 'open') {
      await call.sleep(90)
      if (t.busybox) t.fail('server error: (1) File not found')
      await call.stderr.write('Error code 1: File not found\n')
      return 71
    }
    await call.sleep(giveUpMs)
    if (t.busybox) t.fail('timeout')
    await call.stderr.write('Transfer timed out.\n\n')
    return 1
  }
  await call.sleep(bytes.length / 1000)
  try {
    if (local === '-') await t.write(bytes)
    else {
      const out = t.output(local)
      await out.write(bytes)
      out.close()
    }
  } catch (error) {
    t.fail(t.busybox ? `can't open '${local}': ${reasonOf(error)}` : `${local}: ${reasonOf(error)}`)
  }
  return 0
}

async function hpaTftp(t: Tool): Promise<number> {
  // tftp [-m mode] host [port] -c command…
  let host: string | undefined
  let port = 69
  let commands: readonly string[] | undefined
  for (let i = 0; i < t.args.length; i++) {
    const arg = t.args[i]!
    if (arg === '-c') {
      commands = t.args.slice(i + 1)
      break
    }
    if (arg === '-m' || arg === '-R') i++
    else if (arg === '-V') {
      t.put('tftp-hpa 5.2, with readline\n')
      return 0
    } else if (/^-[46lv]+$/.test(arg)) continue
    else if (arg.startsWith('-')) {
      await t.call.stderr.write(
        `tftp: invalid option -- '${arg[1]}'\nUsage: tftp [-4][-6][-v][-V][-l][-m mode] [-R port:port] [host [port]] [-c command]\n`,
      )
      return 64
    } else if (host === undefined) host = arg
    else port = portOf(arg) ?? 69
  }
  const run = async (words: readonly string[]): Promise<number> => {
    const [verb, remote, local] = words
    if (verb === 'get' || verb === 'put') {
      if (host === undefined || remote === undefined) {
        t.put('usage: get file file ... file, if connected\n')
        return 0
      }
      const from = verb === 'get' ? remote : (local ?? remote)
      const to = verb === 'get' ? (local ?? remote.slice(remote.lastIndexOf('/') + 1)) : remote
      return transfer(t, host, port, from, to, verb, 'tftp')
    }
    if (verb === 'connect') {
      host = remote
      if (local !== undefined) port = portOf(local) ?? 69
    } else if (
      verb !== undefined &&
      !/^(mode|binary|ascii|verbose|trace|status|timeout|rexmt|quit|\?)$/.test(verb)
    )
      t.put('?Invalid command\n')
    return 0
  }
  if (commands !== undefined) return run(commands)
  return prompts(t, 'tftp> ', async (line) => {
    if (line.startsWith('q')) return false
    await run(line.split(/\s+/))
    return true
  })
}

/** A program that asks for commands line by line, until one says to stop. */
export async function prompts(
  t: Tool,
  prompt: string,
  run: (line: string) => Promise<boolean>,
): Promise<number> {
  let rest = ''
  for (;;) {
    t.put(prompt)
    await t.flush()
    while (!rest.includes('\n')) {
      const bytes = await t.call.stdin.read()
      if (bytes === undefined || bytes.length === 0) return 0
      rest += latin1(bytes)
      if (rest.length > maxCommandLine * 64) return 1
    }
    const end = rest.indexOf('\n')
    const line = rest.slice(0, Math.min(end, maxCommandLine)).trim()
    rest = rest.slice(end + 1)
    await t.call.spend()
    if (line !== '' && !(await run(line))) return 0
  }
}
