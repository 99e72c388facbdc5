import { options } from '../common/options.ts'
import { Exit, tool, type Tool } from '../common/tool.ts'
import { connecting, portOf } from './connecting.ts'
import { connectTimeoutMs } from './verdict.ts'

/** The first bytes that go to whoever was to be reached. */
const maxTold = 4096
const maxPorts = 2000

/** Netcat: OpenBSD's, the traditional one, BusyBox's. */
export const nc = tool(['nc', 'netcat', 'nc.openbsd', 'nc.traditional'], async (t: Tool) => {
  const traditional = t.call.name === 'nc.traditional'
  const o = options(
    t,
    t.busybox
      ? 'lp:w:i:f:e:nuvzkN'
      : traditional
        ? 'abc:e:g:G:hi:klno:O:p:q:rs:tT:uvw:zC'
        : '46bCDdFhI:i:klM:m:NnO:P:p:q:rSs:T:tUuV:vW:w:X:x:Zz',
    '',
    {
      hint: (tool_): never => {
        if (t.busybox) return t.usage()
        throw new Exit(
          1,
          `nc: ${tool_.name === '' ? '' : ''}invalid option -- '${/-(\w)/.exec(t.args.join(' '))?.[1] ?? ''}'\n${usage}`,
        )
      },
    },
  )
  const [host, ...ports] = o.operands
  if (o.has('l')) return listen(t, Number(o.value('p') ?? ports[0] ?? host ?? 0))
  if (host === undefined || ports.length === 0) {
    if (t.busybox) t.usage()
    if (traditional) throw new Exit(1, host === undefined ? 'Cmd line: ' : `no port[s] to connect to\n`)
    throw new Exit(1, usage)
  }
  const seconds = Number(o.value('w') ?? 0)
  const limit = seconds > 0 ? Math.min(seconds * 1000, connectTimeoutMs) : connectTimeoutMs
  const wanted = portsOf(ports)
  if (wanted === undefined) {
    if (t.busybox) t.fail(`bad port '${ports[0]}'`)
    throw new Exit(1, traditional ? `invalid port ${ports[0]}\n` : `nc: port number invalid: ${ports[0]}\n`)
  }
  let sent: Uint8Array = new Uint8Array(0)
  if (t.call.stdin.terminal === undefined && !o.has('z'))
    sent = Uint8Array.from((await t.stdin().read(maxTold)) ?? sent).subarray(0, maxTold)
  let status = 1
  for (const port of wanted) {
    const how = await connecting(t.call, host, port, 'nc', limit, sent)
    if (how.type === 'name') {
      if (t.busybox) t.fail(`bad address '${host}'`)
      throw new Exit(
        1,
        traditional
          ? `${host}: forward host lookup failed: Host name lookup failure : Resource temporarily unavailable\n`
          : `nc: getaddrinfo for host "${host}" port ${port}: Temporary failure in name resolution\n`,
      )
    }
    const reason = how.type === 'refused' ? 'Connection refused' : 'Connection timed out'
    if (how.type === 'open') {
      // Something took the connection, said nothing, and went.
      if (o.has('v')) await t.call.stderr.write(`Connection to ${host} ${port} port [tcp/*] succeeded!\n`)
      if (!o.has('z')) await t.call.sleep(Math.min(limit, 15_000))
      status = 0
    } else if (t.busybox)
      await t.call.stderr.write(`nc: can't connect to remote host (${how.address}): ${reason}\n`)
    else if (traditional) {
      if (o.has('v')) await t.call.stderr.write(`(UNKNOWN) [${how.address}] ${port} (?) : ${reason}\n`)
    } else if (o.has('v'))
      await t.call.stderr.write(`nc: connect to ${how.address} port ${port} (tcp) failed: ${reason}\n`)
  }
  return status
})

const usage =
  'usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]\n\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]\n\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]\n\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]\n\t  [destination] [port]\n'

/** Nobody calls: it waits for ^C. */
async function listen(t: Tool, port: number): Promise<number> {
  if (!(port > 0 && port < 65536)) {
    if (t.busybox) t.usage()
    throw new Exit(1, 'nc: missing port with option -l\n')
  }
  if (t.args.some((arg) => /^-\w*v/.test(arg))) await t.call.stderr.write(`Listening on 0.0.0.0 ${port}\n`)
  for (;;) await t.call.sleep(60_000)
}

function portsOf(texts: readonly string[]): number[] | undefined {
  const ports: number[] = []
  for (const text of texts) {
    const range = /^(\d+)-(\d+)$/.exec(text)
    if (range !== null) {
      for (let p = Number(range[1]); p <= Math.min(Number(range[2]), 65535) && ports.length < maxPorts; p++)
        ports.push(p)
      continue
    }
    const port = portOf(text)
    if (port === undefined || port === 0) return undefined
    ports.push(port)
  }
  return ports
}

/** The telnet client. */
export const telnet = tool('telnet', async (t: Tool) => {
  const operands = t.args.filter((arg, i) => !arg.startsWith('-') && !/^-[leXbn]$/.test(t.args[i - 1] ?? ''))
  const [host, portText] = operands
  if (host === undefined) {
    if (t.busybox) t.usage()
    t.put('telnet> ')
    await t.flush()
    await t.call.stdin.read()
    return 0
  }
  const port = portOf(portText ?? '23')
  if (port === undefined)
    throw new Exit(
      1,
      `telnet: could not resolve ${host}/${portText}: Servname not supported for ai_socktype\n`,
    )
  if (t.busybox) {
    const how = await connecting(t.call, host, port, 'telnet', connectTimeoutMs)
    if (how.type === 'name') t.fail(`bad address '${host}'`)
    if (how.type === 'open') t.fail('Connection closed by foreign host')
    t.fail(
      `can't connect to remote host (${how.address}): ${how.type === 'refused' ? 'Connection refused' : 'Connection timed out'}`,
    )
  }
  const numeric = /^[\d.]+$/.test(host)
  if (numeric) {
    t.put(`Trying ${host}...\n`)
    await t.flush()
  }
  const how = await connecting(t.call, host, port, 'telnet', connectTimeoutMs)
  if (how.type === 'name')
    throw new Exit(
      1,
      `telnet: could not resolve ${host}/${portText ?? 'telnet'}: Temporary failure in name resolution\n`,
    )
  if (!numeric) t.put(`Trying ${how.address}...\n`)
  await t.flush()
  if (how.type === 'open') {
    t.put(`Connected to ${host}.\nEscape character is '^]'.\nConnection closed by foreign host.\n`)
    return 1
  }
  await t.call.stderr.write(
    `telnet: Unable to connect to remote host: ${how.type === 'refused' ? 'Connection refused' : 'Connection timed out'}\n`,
  )
  return 1
})
