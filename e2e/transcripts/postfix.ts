import { execFile } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A Postfix of one's own: its configuration, queue and ports in `folder`, beside whatever the machine runs. */
export interface PostfixOptions {
  readonly folder: string
  /** Where smtpd listens on 127.0.0.1; no smtpd where it is not given. */
  readonly port?: number
  /** Lines of main.cf beside the usual ones. */
  readonly main: readonly string[]
  /** Services of master.cf beside the usual ones. */
  readonly master?: readonly string[]
  /** Its own host name. */
  readonly hostname: string
}

export interface RunningPostfix {
  readonly config: string
  stop(): Promise<void>
}

const services = `
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`

/** Starts it. Needs root and Debian's package `postfix`. */
export async function startPostfix(options: PostfixOptions): Promise<RunningPostfix> {
  const { folder, port, hostname } = options
  const config = join(folder, 'config')
  for (const name of ['config', 'spool', 'data']) await mkdir(join(folder, name), { recursive: true })
  await chmod(folder, 0o755)
  await run('chown', ['postfix:postfix', join(folder, 'data')])
  await writeFile(
    join(config, 'main.cf'),
    [
      'compatibility_level = 3.6',
      `queue_directory = ${folder}/spool`,
      `data_directory = ${folder}/data`,
      `maillog_file = ${folder}/log`,
      `maillog_file_prefixes = ${folder}`,
      `myhostname = ${hostname}`,
      'inet_interfaces = 127.0.0.1',
      'inet_protocols = ipv4',
      'mynetworks = 127.0.0.0/8',
      'alias_maps =',
      'alias_database =',
      'disable_dns_lookups = yes',
      ...options.main,
      '',
    ].join('\n'),
  )
  const smtpd = port === undefined ? [] : [`127.0.0.1:${port} inet n - n - - smtpd`]
  await writeFile(join(config, 'master.cf'), [...smtpd, ...(options.master ?? []), services].join('\n'))
  await run('postfix', ['-c', config, 'start'])
  return {
    config,
    async stop() {
      await run('postfix', ['-c', config, 'stop'])
    },
  }
}
