// How many pages a second, each request in the journal, beside nginx and InetSim with a file of the same size?
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Need } from '../e2e/check.ts'
import { Instance } from '../e2e/instance.ts'
import { median, ratio, round } from './lib/measure.ts'
import { freePort, listening, Peer, run as runProgram } from './lib/processes.ts'

export const needs: readonly Need[] = [
  { command: 'wrk', package: 'wrk' },
  { command: 'nginx', package: 'nginx-light' },
  { command: 'inetsim', package: 'inetsim' },
]

const runs = 5
const seconds = 3
const connections = 20
const pageBytes = 10_240

/** Requests a second, as wrk counts them; throws where an answer was not 2xx. */
async function rate(port: number): Promise<number> {
  const said = await runProgram('wrk', [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    `http://127.0.0.1:${port}/page.html`,
  ])
  if (said.includes('Non-2xx')) throw new Error(`wrk was refused: ${said}`)
  const [, found] = /Requests\/sec:\s+([\d.]+)/.exec(said) ?? []
  if (found === undefined) throw new Error(`wrk said nothing of its rate: ${said}`)
  return Number(found)
}

function nginxConfig(folder: string, port: number): string {
  return `daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  types { text/html html; }
  access_log ${folder}/access.log;
  client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c; uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
  server { listen 127.0.0.1:${port}; root ${folder}/www; }
}
`
}

function inetsimConfig(port: number): string {
  return `service_bind_address 127.0.0.1
start_service http
http_bind_port ${port}
http_fakemode yes
http_default_fakefile sample.html text/html
http_fakefile html sample.html text/html
`
}

export async function run(say: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-bench-http-'))
  await chmod(folder, 0o755) // InetSim gives up root
  const page = Buffer.alloc(pageBytes, '<p>harmless</p>\n')
  try {
    for (const name of [
      'www',
      'data/http/fakefiles',
      'data/http/wwwroot',
      'data/http/postdata',
      'log',
      'report',
      'ours',
    ]) {
      await mkdir(join(folder, name), { recursive: true })
      await chmod(join(folder, name), 0o777)
    }
    for (const file of ['www/page.html', 'data/http/fakefiles/sample.html', 'ours/page.html']) {
      await writeFile(join(folder, file), page)
    }
    const nginxPort = await freePort()
    await writeFile(join(folder, 'nginx.conf'), nginxConfig(folder, nginxPort))
    const inetsimPort = await freePort()
    await writeFile(join(folder, 'inetsim.conf'), inetsimConfig(inetsimPort))

    await using instance = await Instance.start({
      config: {
        decoys: {
          smtp: { enabled: false },
          http: {
            reads: [join(folder, 'ours')],
            documents: [{ path: '/page.html', file: join(folder, 'ours', 'page.html') }],
            limits: { connections_per_source: 4096, rate_per_source: 100_000_000 },
          },
        },
        keep: { quota_gb: 60, source_share: 1 },
      },
    })
    await using nginx = new Peer('nginx', ['-c', join(folder, 'nginx.conf')])
    await using inetsim = new Peer('inetsim', [
      '--config',
      join(folder, 'inetsim.conf'),
      '--data-dir',
      join(folder, 'data'),
      '--log-dir',
      join(folder, 'log'),
      '--report-dir',
      join(folder, 'report'),
    ])
    await Promise.all([listening(nginxPort), listening(inetsimPort, 20_000)])
    void nginx
    void inetsim
    const rates = { ours: [] as number[], nginx: [] as number[], inetsim: [] as number[] }
    for (let i = 0; i < runs; i++) {
      rates.ours.push(await rate(instance.ports.http))
      await instance.stored(120_000)
      rates.nginx.push(await rate(nginxPort))
      rates.inetsim.push(await rate(inetsimPort))
      say(
        `run ${i + 1}: ours ${round(rates.ours[i]!)}/s, nginx ${round(rates.nginx[i]!)}/s, InetSim ${round(rates.inetsim[i]!)}/s`,
      )
    }
    const [row] = await instance.query<{ n: string }>(
      "SELECT count() AS n FROM events WHERE kind = 'http.request'",
    )
    return {
      ratios: {
        nginx: ratio(median(rates.ours), median(rates.nginx)),
        inetsim: ratio(median(rates.ours), median(rates.inetsim)),
      },
      rates: {
        ours: round(median(rates.ours)),
        nginx: round(median(rates.nginx)),
        inetsim: round(median(rates.inetsim)),
      },
      requestsInStore: Number(row?.n),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
