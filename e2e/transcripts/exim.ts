import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** An Exim unpacked from Debian's packages (dpkg -x), because its package and Postfix's cannot both be installed. */
export interface EximOptions {
  /** The folder it was unpacked to. */
  readonly root: string
  readonly folder: string
  readonly port: number
  readonly hostname: string
}

/**
 * What Debian's own configuration (exim4-config 4.96-15) makes of an internet site, shortened to what a client sees:
 * the two checks of local parts, no VRFY, no EXPN, and its PLAIN and LOGIN examples offered before TLS as well.
 * Relaying is allowed and nothing is delivered: accepted mail stays in the queue of a daemon that runs no queue.
 */
function configuration({ folder, hostname }: EximOptions): string {
  return `
keep_environment =
primary_hostname = ${hostname}
spool_directory = ${folder}/spool
log_file_path = ${folder}/%slog
pid_file_path = ${folder}/pid
exim_user = Debian-exim
exim_group = Debian-exim
tls_advertise_hosts = *
tls_certificate = ${folder}/cert.pem
tls_privatekey = ${folder}/key.pem
host_lookup =
dns_dnssec_ok = 0
rfc1413_query_timeout = 0s
queue_only
acl_smtp_mail = acl_check_mail
acl_smtp_rcpt = acl_check_rcpt
acl_smtp_data = acl_check_data
acl_smtp_predata = acl_check_predata
chunking_advertise_hosts = *

begin acl
acl_check_mail:
  accept
acl_check_rcpt:
  deny
    domains = +local_domains
    local_parts = ^[.] : ^.*[@%!/|\`#&?]
    message = restricted characters in address
  deny
    domains = !+local_domains
    local_parts = ^[./|] : ^.*[@%!\`#&?] : ^.*/\\\\.\\\\./
    message = restricted characters in address
  accept
acl_check_predata:
  accept
acl_check_data:
  accept

begin authenticators
plain_server:
  driver = plaintext
  public_name = PLAIN
  server_condition = \${if eq{$auth3}{secret}}
  server_set_id = $auth2
  server_prompts = :
login_server:
  driver = plaintext
  public_name = LOGIN
  server_prompts = "Username:: : Password::"
  server_condition = \${if eq{$auth2}{secret}}
  server_set_id = $auth1
cram_md5_server:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = secret
  server_set_id = $auth1
`.replace('begin acl', 'domainlist local_domains = @\n\nbegin acl')
}

/** Starts it in the foreground; ends when stopped. Needs root and a user Debian-exim. */
export async function startExim(options: EximOptions): Promise<{ stop(): Promise<void> }> {
  const { root, folder, port } = options
  await mkdir(join(folder, 'spool'), { recursive: true })
  execFileSync('chown', ['Debian-exim:Debian-exim', folder, join(folder, 'spool')])
  const config = join(folder, 'exim.conf')
  await writeFile(config, configuration(options))
  const child = spawn(
    join(root, 'usr/sbin/exim4'),
    ['-C', config, '-bdf', '-oX', `<; [127.0.0.1]:${port}`, '-oP', join(folder, 'pid')],
    {
      env: { ...process.env, LD_LIBRARY_PATH: join(root, 'usr/lib/x86_64-linux-gnu') },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  const gone = once(child, 'exit')
  await new Promise((resolve) => setTimeout(resolve, 500))
  if (child.exitCode !== null)
    throw new Error(`exim4 ended at once with ${child.exitCode}: read its words above`)
  return {
    async stop() {
      child.kill('SIGTERM')
      await gone
    },
  }
}
