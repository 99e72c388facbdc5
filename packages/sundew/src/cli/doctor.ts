import { styleText } from 'node:util'
import type { Command } from 'commander'
import { ConfigError, loadConfig } from '../config-file.ts'
import type { Status } from '../hub/api/contract.ts'
import { Hub } from './client.ts'
import { fail, ok, warn, type Check, type Finding, type Patient, type Verdict } from './doctor/check.ts'
import { data } from './doctor/data.ts'
import { flows } from './doctor/flows.ts'
import { lists } from './doctor/lists.ts'
import { logs } from './doctor/logs.ts'
import { machine } from './doctor/machine.ts'
import { ports } from './doctor/ports.ts'
import { running } from './doctor/running.ts'
import { syslog } from './doctor/syslog.ts'
import { exitCode, Failure } from './failure.ts'
import { globals } from './globals.ts'
import { print, printJson } from './output.ts'
import { plain } from './plain.ts'
import { Finding as Found } from './run.ts'
import { pad } from './text.ts'

const checks: readonly Check[] = [
  ...machine,
  ...data,
  ...ports,
  ...flows,
  ...syslog,
  ...lists,
  ...logs,
  ...running,
]

/** Adds `sundew doctor`. */
export function doctor(program: Command): void {
  program
    .command('doctor')
    .description('what is wrong on this machine, and what to do; with or without a running Sundew')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew doctor\n  sundew doctor --json | jq ".[] | select(.verdict != \\"ok\\")"\n\nIt ends with 1 where a line says FAIL.\n',
    )
    .action(async (options: { json?: boolean }, command: Command) => {
      const findings = await examine(command)
      await (options.json ? printJson(findings) : print(findings.map(lines).join('')))
      if (findings.some((finding) => finding.verdict === 'FAIL')) throw new Found()
    })
}

async function examine(command: Command): Promise<Finding[]> {
  const { paths, data: directory, config: configFile } = globals(command)
  const findings: Finding[] = []
  let config: Patient['config']
  try {
    const loaded = await loadConfig({ configFile, dataDirectory: directory })
    config = loaded.config
    findings.push(ok('settings', loaded.file ?? 'no file: every key has its default'))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const line of error.findings)
      findings.push(fail('settings', line, 'Correct it, then: sundew config check'))
  }
  let status: Status | undefined
  try {
    status = await (await Hub.find(paths)).json<Status>('/status')
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    if (error.code !== 'SUNDEW_NOT_RUNNING') {
      const report = error.exit === exitCode.unavailable ? warn : fail
      findings.push(report('hub', error.code, error.message))
    }
  }
  for (const check of checks) findings.push(...(await examined(check, { paths, config, status })))
  return findings
}

/** A check that fails itself is a finding too: the others still tell what they see. */
async function examined(check: Check, patient: Patient): Promise<readonly Finding[]> {
  try {
    return await check(patient)
  } catch (error) {
    return [
      fail(
        check.name,
        `could not be looked at: ${(error as Error).message}`,
        'Run doctor as the user that runs Sundew.',
      ),
    ]
  }
}

const colours = { ok: 'green', warn: 'yellow', FAIL: 'red' } as const satisfies Record<Verdict, string>

function lines({ verdict, what, found, todo }: Finding): string {
  const head = `${styleText(colours[verdict], pad(verdict, 4), { stream: process.stdout })}  ${pad(plain(what), 14)}  ${plain(found)}\n`
  return todo === undefined ? head : `${head}${' '.repeat(22)}${plain(todo)}\n`
}
