/** What the owner decides about fetching. Nothing is ever fetched; at most something harmless is handed over instead. */
export interface FetchPolicy {
  /** The bytes that a program gets for a URL; undefined to let it fail. Whoever gives them answers for them: they are shown to intruders. */
  standIn: (url: string) => Uint8Array | undefined
}

/** Set once, where the machines are made. */
export const fetchPolicy: FetchPolicy = { standIn: () => undefined }
