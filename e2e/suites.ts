import type { E2eCheck } from './check.ts'

/** A suite of checks that share one Sundew, or a whole program of its own that prints its figures. */
export type Suite =
  | { readonly kind: 'checks'; readonly load: () => Promise<{ readonly checks: readonly E2eCheck[] }> }
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
  http: { kind: 'checks', load: () => import('./http.ts') },
  console: { kind: 'checks', load: () => import('./console.ts') },
  report: { kind: 'checks', load: () => import('./report.ts') },
  shell: { kind: 'checks', load: () => import('./ssh-shell.ts') },
  import: { kind: 'checks', load: () => import('./import.ts') },
  kill: { kind: 'program', inTest: false, load: () => import('./kill.ts') },
}
