/** Versions of Cowrie in which its events changed; what it writes since then. */
export const dialects = ['3.0.3', '3.0.4', '3.0.6'] as const

export type Dialect = (typeof dialects)[number]
