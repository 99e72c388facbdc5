import { options } from '../common/options.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { connecting, portOf } from './connecting.ts'
import { fetchOf } from './fetching.ts'
import { prompts } from './tftp.ts'
import { parseUrl } from './url.ts'
import { connectTimeoutMs, resolveTimeoutMs } from './verdict.ts'

/** BusyBox's `ftpget` and `ftpput`. */
export const ftpget = tool(['ftpget', 'ftpput'], async (t: Tool) => {
  const o = options(t, 'cvu:p:P:', 'continue=c verbose=v username:=u password:=p port:=P')
  const put = t.call.name === 'ftpput'
  const [host, first, second] = o.operands
  if (host === undefined || first === undefined) t.usage()
  const local = put ? (second ?? first) : first
  const remote = put ? first : (second ?? first)
  const port = portOf(o.value('P') ?? '21') ?? 21
  const user = o.value('u') ?? 'anonymous'
  if (o.value('p') !== undefined)
    t.call.happened({ type: 'secret', user, password: o.value('p')!, program: t.call.name })
  if (put) {
    let bytes: Uint8Array = new Uint8Array(0)
    try {
      bytes = t.files.read(t.call.path(local))
    } catch (error) {
      t.fail(`can't open '${local}': ${reasonOf(error)}`)
    }
    const how = await connecting(t.call, host, port, 'ftpput', connectTimeoutMs, bytes)
    if (how.type === 'name') t.fail(`bad address '${host}'`)
    t.fail(
      how.type === 'open'
        ? 'unexpected server response to USER: 530 Login incorrect.'
        : `can't connect to remote host (${how.address}): ${how.type === 'refused' ? 'Connection refused' : 'Connection timed out'}`,
    )
  }
  const url = parseUrl(`ftp://${host}${port === 21 ? '' : `:${port}`}/${remote.replace(/^\/+/, '')}`)
  if (url === undefined) t.fail(`bad address '${host}'`)
  const { how, bytes } = fetchOf(t.call, url, 'ftpget', local === '-' ? '' : t.call.path(local))
  if (how.type === 'name') {
    await t.call.sleep(resolveTimeoutMs)
    t.fail(`bad address '${host}'`)
  }
  if (o.has('v')) await t.call.stderr.write(`Connecting to ${host} (${how.address}:${port})\n`)
  if (how.type === 'timeout') {
    await t.call.sleep(connectTimeoutMs)
    t.fail(`can't connect to remote host (${how.address}): Connection timed out`)
  }
  await t.call.sleep(60)
  if (how.type === 'refused') t.fail(`can't connect to remote host (${how.address}): Connection refused`)
  if (bytes === undefined) t.fail('unexpected server response to USER: 530 Login incorrect.')
  try {
    if (local === '-') await t.write(bytes)
    else {
      const out = t.output(local)
      await out.write(bytes)
      out.close()
    }
  } catch (error) {
    t.fail(`can't open '${local}': ${reasonOf(error)}`)
  }
  return 0
})

/** The `ftp` client. */
export const ftp = tool('ftp', async (t: Tool) => {
  const hosts = t.args.filter((arg) => !arg.startsWith('-'))
  const open = async (host: string, portText: string | undefined): Promise<void> => {
    const port = portOf(portText ?? '21') ?? 21
    const how = await connecting(t.call, host, port, 'ftp', connectTimeoutMs)
    if (how.type === 'name')
      t.put(`ftp: Can't lookup \`${host}:${portText ?? 'ftp'}': Temporary failure in name resolution\n`)
    else
      t.put(
        `ftp: Can't connect to \`${how.address}:${port}': ${how.type === 'timeout' ? 'Connection timed out' : how.type === 'refused' ? 'Connection refused' : 'Connection reset by peer'}\n`,
      )
    if (how.type !== 'name') t.put(`ftp: Can't connect to \`${host}:${portText ?? 'ftp'}'\n`)
  }
  if (hosts[0] !== undefined) await open(hosts[0], hosts[1])
  return prompts(t, 'ftp> ', async (line) => {
    const [verb, ...words] = line.split(/\s+/)
    if (/^(bye|quit|exit)$/.test(verb!)) return false
    if (verb === 'open' && words[0] !== undefined) await open(words[0], words[1])
    else if (
      /^(get|mget|put|mput|send|recv|ls|dir|cd|pwd|delete|mkdir|user|bin|binary|ascii|passive)$/.test(verb!)
    )
      t.put('Not connected.\n')
    else if (verb !== 'lcd' && verb !== 'verbose' && verb !== 'prompt') t.put('?Invalid command.\n')
    return true
  })
})

/** `ssh`, `scp` and `sftp` as clients. */
export const ssh = tool(['ssh', 'sftp', 'slogin'], async (t: Tool) => {
  const scp = t.call.name === 'scp'
  const valued = scp ? 'cDFiJloPSX' : t.call.name === 'sftp' ? 'BbcDFiJloPRSsX' : 'BbcDEeFIiJLlmOopQRSWw'
  let port = 22
  const operands: string[] = []
  for (let i = 0; i < t.args.length; i++) {
    const arg = t.args[i]!
    if (operands.length > 0 && !scp) {
      operands.push(...t.args.slice(i))
      break
    }
    if (!arg.startsWith('-') || arg === '-') {
      operands.push(arg)
      continue
    }
    if (arg === '-V' && !scp) {
      await t.call.stderr.write('OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15 3 Sep 2024\n')
      return 0
    }
    for (let j = 1; j < arg.length; j++) {
      const c = arg[j]!
      if (!valued.includes(c)) continue
      const value = arg.slice(j + 1) || (t.args[++i] ?? '')
      if (c === 'p' || c === 'P') port = portOf(value) ?? 22
      break
    }
  }
  const target = scp ? operands.find((name) => /^[^/]*:/.test(name)) : operands[0]
  if (operands.length === 0 || (scp && operands.length < 2))
    throw new Exit(
      scp ? 1 : 255,
      scp
        ? 'usage: scp [-346ABCOpqRrsTv] [-c cipher] [-D sftp_server_path] [-F ssh_config]\n           [-i identity_file] [-J destination] [-l limit] [-o ssh_option]\n           [-P port] [-S program] [-X sftp_option] source ... target\n'
        : 'usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface] [-b bind_address]\n           [-c cipher_spec] [-D [bind_address:]port] [-E log_file]\n           [-e escape_char] [-F configfile] [-I pkcs11] [-i identity_file]\n           [-J destination] [-L address] [-l login_name] [-m mac_spec]\n           [-O ctl_cmd] [-o option] [-p port] [-Q query_option] [-R address]\n           [-S ctl_path] [-W host:port] [-w local_tun[:remote_tun]]\n           destination [command [argument ...]]\n',
    )
  if (target === undefined) {
    if (operands.length === 2) return t.call.run(['cp', ...operands])
    throw new Exit(1, `scp: ${operands.at(-1)}: Not a directory\n`)
  }
  const match = /^(?:ssh:\/\/)?(?:([^@]*)@)?([^:/]*)(?::(\d+)?.*)?$/.exec(target)
  const host = match?.[2] ?? target
  if (!scp && match?.[3] !== undefined) port = portOf(match[3]) ?? port
  let sent: Uint8Array = new Uint8Array(0)
  if (scp && target === operands.at(-1))
    try {
      sent = t.files.read(t.call.path(operands[0]!)).subarray(0, 1024 * 1024)
    } catch (error) {
      await t.call.stderr.write(`scp: stat local "${operands[0]}": ${reasonOf(error)}\n`)
      return 255
    }
  const how = await connecting(t.call, host, port, t.call.name, connectTimeoutMs, sent)
  const closed = scp
    ? 'scp: Connection closed\r\n'
    : t.call.name === 'sftp'
      ? 'Connection closed.  \r\nConnection closed\r\n'
      : ''
  if (how.type === 'name')
    await t.call.stderr.write(
      `ssh: Could not resolve hostname ${host}: Temporary failure in name resolution\r\n${closed}`,
    )
  else if (how.type === 'open')
    await t.call.stderr.write(
      `kex_exchange_identification: Connection closed by remote host\r\nConnection closed by ${how.address} port ${port}\r\n${closed}`,
    )
  else
    await t.call.stderr.write(
      `ssh: connect to host ${host} port ${port}: ${how.type === 'refused' ? 'Connection refused' : 'Connection timed out'}\r\n${closed}`,
    )
  return 255
})
