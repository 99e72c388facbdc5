/** A mistake in sundew.yaml or in how it was named. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code: 'SUNDEW_CONFIG_MISSING' | 'SUNDEW_CONFIG_INVALID'
  /** One line a mistake: `sundew.yaml:12:3 decoys.smtp.prots: unknown key; did you mean ports?` */
  readonly findings: readonly string[]

  constructor(code: ConfigError['code'], findings: readonly string[]) {
    super(findings.join('\n'))
    this.code = code
    this.findings = findings
  }
}
