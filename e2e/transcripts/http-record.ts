/**
 * Records what the real web servers answer to each scenario, into testdata/http/. Needs Debian 12's apache2 and nginx.
 *
 *     node e2e/transcripts/http-record.ts apache
 *     node e2e/transcripts/http-record.ts nginx
 *
 * Each runs on a loopback port of its own with Debian's configuration, from a temporary folder, and serves the same
 * front page as the decoy.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { httpScenarios } from './http-requests.ts'
import { playHttp, validatorsOf } from './http-transcript.ts'

const root = join(import.meta.dirname, '../..')
const pages = join(root, 'packages/sundew/assets/pages')
const modified = new Date('2026-03-14T09:26:53Z')
const server = process.argv[2]
if (server !== 'apache' && server !== 'nginx') throw new Error('usage: http-record.ts apache | nginx')

const folder = await mkdtemp(join(tmpdir(), 'sundew-record-'))
await chmod(folder, 0o755)
const html = join(folder, 'html')
await mkdir(html)
const index = join(html, 'index.html')
await copyFile(join(pages, server === 'apache' ? 'apache-debian.html' : 'nginx.html'), index)
await utimes(index, modified, modified)
const port = await freePort()
const child = server === 'apache' ? await startApache() : await startNginx()
try {
  await reachable(port)
  const validators = await validatorsOf(port)
  const transcripts = []
  for (const scenario of httpScenarios) transcripts.push(await playHttp(port, scenario, validators))
  const file = join(root, 'testdata/http', `${server}.json`)
  await writeFile(file, `${JSON.stringify(transcripts, null, 1)}\n`)
  console.log(`${transcripts.length} transcripts in ${file}`)
} finally {
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
  await rm(folder, { recursive: true, force: true })
}

async function startApache() {
  const modules =
    'access_compat alias auth_basic authn_core authn_file authz_core authz_host authz_user autoindex deflate dir env filter mime mpm_event negotiation reqtimeout setenvif status'
  const lines = modules.split(' ').map((name) => `IncludeOptional /etc/apache2/mods-available/${name}.load`)
  const settings = modules
    .split(' ')
    .map((name) => `IncludeOptional /etc/apache2/mods-available/${name}.conf`)
  await writeFile(
    join(folder, 'apache2.conf'),
    [
      'ServerRoot /etc/apache2',
      `DefaultRuntimeDir ${folder}`,
      `PidFile ${folder}/pid`,
      `ErrorLog ${folder}/error.log`,
      'Timeout 300',
      'KeepAlive On',
      'MaxKeepAliveRequests 100',
      'KeepAliveTimeout 5',
      'User www-data',
      'Group www-data',
      'ServerName www.example.net',
      ...lines,
      ...settings,
      `Listen 127.0.0.1:${port}`,
      '<Directory />',
      'Options FollowSymLinks',
      'AllowOverride None',
      'Require all denied',
      '</Directory>',
      `<Directory ${html}>`,
      'Options Indexes FollowSymLinks',
      'AllowOverride None',
      'Require all granted',
      '</Directory>',
      '<FilesMatch "^\\.ht">',
      'Require all denied',
      '</FilesMatch>',
      'ServerTokens OS',
      'ServerSignature On',
      'TraceEnable Off',
      'ScriptAlias /cgi-bin/ /usr/lib/cgi-bin/',
      '<Directory "/usr/lib/cgi-bin">',
      'Require all granted',
      '</Directory>',
      `DocumentRoot ${html}`,
    ].join('\n'),
  )
  return spawn('apache2', ['-X', '-f', join(folder, 'apache2.conf')], {
    stdio: 'inherit',
    env: {
      ...process.env,
      APACHE_RUN_DIR: folder,
      APACHE_LOG_DIR: folder,
      APACHE_RUN_USER: 'www-data',
      APACHE_RUN_GROUP: 'www-data',
      APACHE_PID_FILE: join(folder, 'pid'),
    },
  })
}

async function startNginx() {
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off; user www-data; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 768; }
http {
  sendfile on; tcp_nopush on; types_hash_max_size 2048;
  include /etc/nginx/mime.types; default_type application/octet-stream;
  access_log off; gzip on;
  server {
    listen 127.0.0.1:${port} default_server;
    root ${html};
    index index.html index.htm index.nginx-debian.html;
    server_name _;
    location / { try_files $uri $uri/ =404; }
  }
}
`,
  )
  return spawn('nginx', ['-c', join(folder, 'nginx.conf')], { stdio: 'inherit' })
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port: free } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return free
}

async function reachable(at: number): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const up = await new Promise<boolean>((resolve) => {
      const socket = connect(at, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (up) return
    await wait(50)
  }
  throw new Error(`nothing listens on 127.0.0.1:${at} after five seconds`)
}
