import type { FlowColumns } from '../flow/columns.ts'
import type { CompiledRun } from './compile.ts'
import type { ElementType } from './elements/element.ts'
import type { TimeKind } from './roles.ts'
import type { Layout } from './template.ts'

/** One cell written from one field, or from two. Fields are by their place in the template. */
export type Op =
  /** A whole number of 1 to 8 bytes into `u8`, `u16`, `u32` or `u64`; of what is too long the low bytes. */
  | {
      readonly op: 'number'
      readonly column: number
      readonly cell: 'u8' | 'u16' | 'u32' | 'u64'
      readonly field: number
      readonly how: 'set' | 'nonzero' | 'or'
    }
  /** DSCP, which is the high six bits of the type of service. */
  | { readonly op: 'dscp'; readonly column: number; readonly field: number }
  /** `prefilled`: only the last word is missing; else nothing is written where it is 0.0.0.0. */
  | { readonly op: 'ipv4'; readonly column: number; readonly field: number; readonly prefilled: boolean }
  /** Written where it is not ::, if a field of IPv4 was written before. */
  | { readonly op: 'ipv6'; readonly column: number; readonly field: number; readonly over: boolean }
  | { readonly op: 'mac'; readonly column: number; readonly field: number }
  /** The label's 20 bits of a label stack entry of 3 bytes or 4 (RFC 3032). */
  | { readonly op: 'mpls'; readonly column: number; readonly field: number }
  /** Type and code, in one field of two bytes or in two, as the destination port, where the protocol is that. */
  | {
      readonly op: 'icmp'
      readonly type: number
      readonly code: number | undefined
      readonly protocol: 1 | 58
      readonly protocolField: number | undefined
    }
  /** A sampling rate of the record itself. */
  | { readonly op: 'rate'; readonly field: number }
  /** 305 and 306: so many packets of each (305 + 306); 309 and 310: so many of a population. */
  | {
      readonly op: 'ratio'
      readonly of: 'space' | 'population'
      readonly taken: number
      readonly other: number
    }

export interface TimeField {
  readonly field: number
  readonly kind: TimeKind
}

export interface Times {
  readonly start: TimeField | undefined
  readonly end: TimeField | undefined
  readonly duration: { readonly field: number; readonly unit: 'ms' | 'us' } | undefined
  /** systemInitTimeMilliseconds of the record itself. */
  readonly boot: number | undefined
}

/** What takes more than a store: text, and what only some want. */
export type Detail =
  | { readonly detail: 'text'; readonly column: 'application' | 'user_name'; readonly field: number }
  /** applicationId (RFC 6759): named by options, else as engine and selector. */
  | { readonly detail: 'application'; readonly field: number }
  | { readonly detail: 'application-number'; readonly field: number }
  /** A frame's or packet's first bytes. */
  | {
      readonly detail: 'frame'
      readonly field: number
      readonly layer: 'ethernet' | 'ip'
      /** Where its whole length is. */
      readonly sizeField: number | undefined
      readonly counted: boolean
    }
  | { readonly detail: 'extra'; readonly elements: readonly ExtraElement[] }

export interface ExtraElement {
  readonly field: number
  readonly name: string
  readonly type: ElementType | undefined
}

/** How records of a template become rows; made once, when the first come. */
export interface Plan extends Layout {
  readonly ops: readonly Op[]
  readonly times: Times
  readonly details: readonly Detail[]
  /** A sampler's id, and an ifIndex, whose rate options may have told. */
  readonly samplerField: number | undefined
  readonly interfaceField: number | undefined
  /** Columns that rows may have, beside those that every row has. */
  readonly columns: readonly number[]
  /** IPv6 ends. */
  readonly wide: boolean
  /** Names of elements that are not known. */
  readonly unknown: readonly string[]
  /** Fields whose length their type cannot have. */
  readonly misfits: number
  records: number
  /** Code made for it, by the batch whose arrays it writes. */
  readonly bindings: { readonly columns: FlowColumns; readonly run: CompiledRun }[]
}
