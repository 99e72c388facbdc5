/** An error as ClickHouse words it: a number, a name and a sentence. Sent to HTTP clients as it is. */
export class ClickHouseException extends Error {
  readonly code: number
  readonly type: string

  constructor(code: number, type: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ClickHouseException'
    this.code = code
    this.type = type
  }

  /** The body that clients parse: `Code: 60. DB::Exception: … (UNKNOWN_TABLE)`. */
  get text(): string {
    return `Code: ${this.code}. DB::Exception: ${this.message} (${this.type})`
  }

  get status(): number {
    return statusOf.get(this.code) ?? 500
  }
}

const shape =
  /^\s*Code:\s*(\d+)\.\s+DB::(?:\w*)Exception:\s*([\s\S]*?)\s*\(([A-Z][A-Z0-9_]+)\)(?:\s*\(version[^)]*\))?\.?\s*$/

/** The engine's own message as an exception; what does not look like one becomes code 1001. */
export function exceptionOf(error: unknown): ClickHouseException {
  if (error instanceof ClickHouseException) return error
  const message = error instanceof Error ? error.message : String(error)
  const parts = shape.exec(message)
  if (!parts) return new ClickHouseException(1001, 'STD_EXCEPTION', message, { cause: error })
  return new ClickHouseException(Number(parts[1]), parts[3]!, unwrap(parts[2]!), { cause: error })
}

/** A message wrapped once more by the engine carries its own `Code: …`; one is enough. */
function unwrap(message: string): string {
  const inner = shape.exec(message)
  return inner ? inner[2]! : message
}

/** Statuses as ClickHouse's HTTP handler gives them, by exception code; 500 for the rest. */
const statusOf = new Map<number, number>([
  ...[6, 25, 26, 27, 33, 38, 41, 42, 43, 44, 50, 53, 62, 69, 70, 72, 73, 36, 117, 130, 131, 456, 457].map(
    (code): [number, number] => [code, 400],
  ),
  ...[46, 47, 16, 60, 81, 115, 63].map((code): [number, number] => [code, 404]),
  ...[192, 193, 194, 516, 164, 497, 291].map((code): [number, number] => [code, 403]),
  [159, 408],
  [307, 413],
  [48, 501],
  [202, 503],
])
