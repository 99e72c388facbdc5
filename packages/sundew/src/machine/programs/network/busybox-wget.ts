import { options } from '../common/options.ts'
import { reasonOf, type Tool } from '../common/tool.ts'
import { fetchOf } from './fetching.ts'
import { parseUrl } from './url.ts'
import { connectTimeoutMs, resolveTimeoutMs } from './verdict.ts'

/** BusyBox's `wget`. */
export async function busyboxWget(t: Tool): Promise<number> {
  const o = options(
    t,
    'cqSO:o:U:P:Y:T:t:',
    'spider header: post-data: post-file: no-check-certificate continue=c quiet=q server-response=S output-document:=O output-file:=o user-agent:=U directory-prefix:=P proxy:=Y timeout:=T tries:=t passive-ftp no-clobber no-host-directories no-parent',
  )
  if (o.operands.length === 0) t.usage()
  const say = async (text: string): Promise<void> => {
    if (!o.has('q')) await t.call.stderr.write(text)
  }
  for (const text of o.operands) {
    const url = parseUrl(text)
    if (url === undefined) t.fail(`bad address '${text}'`)
    if (!/^(https?|ftps?)$/.test(url.scheme)) t.fail(`not an http or ftp url: ${text}`)
    if (url.host === '') t.fail("bad address ''")
    const last = url.path.split('?')[0]!
    const base = last.slice(last.lastIndexOf('/') + 1) || 'index.html'
    const folder = o.value('P')
    const document = o.value('O')
    const name = document ?? (folder === undefined ? base : `${folder}/${base}`)
    const { how, bytes } = fetchOf(t.call, url, 'busybox wget', document === '-' ? '' : t.call.path(name))
    if (how.type === 'name') {
      await t.call.sleep(resolveTimeoutMs)
      t.fail(`bad address '${url.host}${url.givenPort ? `:${url.port}` : ''}'`)
    }
    await say(
      `Connecting to ${url.host}${url.givenPort ? `:${url.port}` : ''} (${how.address}:${url.port})\n`,
    )
    if (how.type === 'timeout') {
      const seconds = Number(o.value('T') ?? 900) || 900
      await t.call.sleep(Math.min(seconds * 1000, connectTimeoutMs))
      t.fail(
        seconds * 1000 < connectTimeoutMs
          ? 'download timed out'
          : `can't connect to remote host (${how.address}): Connection timed out`,
      )
    }
    await t.call.sleep(40)
    if (how.type === 'refused') t.fail(`can't connect to remote host (${how.address}): Connection refused`)
    await t.call.sleep(80)
    if (bytes === undefined) {
      if (url.scheme === 'ftp') t.fail("bad response to 'USER': 530 Login incorrect.")
      t.fail(
        url.scheme === 'https'
          ? 'error getting response: Connection reset by peer'
          : 'server returned error: HTTP/1.1 404 Not Found',
      )
    }
    if (o.has('spider')) {
      await say('remote file exists\n')
      continue
    }
    try {
      if (document === undefined && !o.has('c') && t.files.exists(t.call.path(name)))
        t.fail(`can't open '${name}': File exists`)
      if (document === '-') await t.write(bytes)
      else {
        await say(`saving to '${name}'\n`)
        const out = t.output(name)
        await out.write(bytes)
        out.close()
      }
    } catch (error) {
      t.fail(`can't open '${name}': ${reasonOf(error)}`)
    }
    if (document !== '-') {
      const size = bytes.length < 1024 ? String(bytes.length) : `${Math.floor(bytes.length / 1024)}k`
      await say(
        `${base.slice(0, 20).padEnd(20)} 100% |${'*'.repeat(32)}| ${size.padStart(5)}  0:00:00 ETA\n'${name}' saved\n`,
      )
    }
  }
  return 0
}
