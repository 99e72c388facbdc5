import type { E2eCheck } from './check.ts'

export interface CheckSuite {
  readonly checks: readonly E2eCheck[]
  /** Settings of its Sundew, over those that all suites have. */
  readonly config?:
    | Readonly<Record<string, unknown>>
    /** Makes what they name in the suite's folder first. */
    | ((temp: string) => Promise<Readonly<Record<string, unknown>>>)
}

/** A suite of checks that share one Sundew, or a whole program of its own that prints its figures. */
export type Suite =
  | { readonly kind: 'checks'; readonly load: () => Promise<CheckSuite> }
  | {
      readonly kind: 'program'
      /** False for those too long for `npm test`. */
      readonly inTest: boolean
      readonly load: () => Promise<{
        run(): Promise<{ ok: boolean; figures: Readonly<Record<string, unknown>> }>
      }>
    }

/** Every suite; `npm test` runs those of checks. */
export const suites: Readonly<Record<string, Suite>> = {
  smtp: { kind: 'checks', load: () => import('./smtp.ts') },
  ssh: { kind: 'checks', load: () => import('./ssh.ts') },
  http: { kind: 'checks', load: () => import('./http.ts') },
  console: { kind: 'checks', load: () => import('./console.ts') },
  report: { kind: 'checks', load: () => import('./report.ts') },
  tunnels: { kind: 'checks', load: () => import('./ssh-tunnels.ts') },
  telnet: { kind: 'checks', load: () => import('./telnet.ts') },
  shell: { kind: 'checks', load: () => import('./ssh-shell.ts') },
  import: { kind: 'checks', load: () => import('./import.ts') },
  alerts: { kind: 'checks', load: () => import('./alerts.ts') },
  flows: { kind: 'checks', load: () => import('./flows.ts') },
  intel: { kind: 'checks', load: () => import('./intel.ts') },
  scans: { kind: 'checks', load: () => import('./scans.ts') },
  pictures: { kind: 'checks', load: () => import('./pictures.ts') },
  syslog: { kind: 'checks', load: () => import('./syslog.ts') },
  'flows-asked': { kind: 'checks', load: () => import('./flows-asked.ts') },
  kill: { kind: 'program', inTest: false, load: () => import('./kill.ts') },
  'flows-kill': { kind: 'program', inTest: false, load: () => import('./flows-kill.ts') },
}
