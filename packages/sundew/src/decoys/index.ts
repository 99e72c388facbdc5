import type { Decoy } from '../core/decoy.ts'

/** Every decoy there is. A new one is a folder here, a line below, and a test that calls the conformance suite. */
export const decoys: readonly Decoy<never>[] = []
