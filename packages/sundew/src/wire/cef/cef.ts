/** ArcSight's Common Event Format, version 0. Values are text without control characters. */
export interface CefEvent {
  readonly vendor: string
  readonly product: string
  readonly version: string
  /** What kind of event it is, for machines. */
  readonly signature: string
  /** And for people. */
  readonly name: string
  /** 0 to 10. */
  readonly severity: number
  /** Keys of the extension dictionary and their values, in order. */
  readonly extension: readonly (readonly [key: string, value: string | number])[]
}

/** `CEF:0|vendor|product|version|signature|name|severity|key=value …` */
export function cef(event: CefEvent): string {
  const { vendor, product, version, signature, name, severity, extension } = event
  const header = [vendor, product, version, signature, name].map(headerValue).join('|')
  const pairs = extension.map(([key, value]) => `${key}=${extensionValue(String(value))}`)
  return `CEF:0|${header}|${severity}|${pairs.join(' ')}`
}

/** In the header a pipe and a backslash are escaped, and no more. */
function headerValue(text: string): string {
  return text.replace(/[\\|]/g, '\\$&')
}

/** In the extension an equals sign and a backslash are escaped, and no more. */
function extensionValue(text: string): string {
  return text.replace(/[\\=]/g, '\\$&')
}
