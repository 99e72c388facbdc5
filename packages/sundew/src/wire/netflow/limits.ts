/** What an exporter, or all of them together, can make a decoder hold. */
export interface NetflowLimits {
  /** Exporter addresses and ports, each with its domains, known at once. */
  readonly exporters: number
  /** Domains of one exporter. */
  readonly domains: number
  /** Templates of one exporter, over all its domains. */
  readonly templates: number
  /** Fields of one template. */
  readonly fields: number
  /** Fields of all templates of all exporters: 12 bytes each, more once data came. */
  readonly allFields: number
  /** Bytes of data sets that wait for their template, of one exporter. */
  readonly heldBytes: number
  /** Of all exporters. */
  readonly allHeldBytes: number
  /** How long a data set waits. */
  readonly heldMs: number
  /** How long a template holds that is neither told again nor used. */
  readonly templateMs: number
  /** How long an exporter that sends nothing is remembered. */
  readonly exporterMs: number
  /** Names (applications, interfaces, VRFs) and rates (samplers, interfaces) that a domain's options tell, of each kind. */
  readonly names: number
  /** Unknown elements counted by name, of one domain. */
  readonly unknown: number
  /** Records of a template that are decoded field by field, before code is made for it. */
  readonly compileAfter: number
}

export const defaultLimits: NetflowLimits = {
  exporters: 4096,
  domains: 256,
  templates: 2048,
  fields: 512,
  allFields: 500_000,
  heldBytes: 128 * 1024,
  allHeldBytes: 16 * 1024 * 1024,
  heldMs: 60_000,
  templateMs: 24 * 3_600_000,
  exporterMs: 24 * 3_600_000,
  names: 8192,
  unknown: 256,
  compileAfter: 32,
}

/** Bytes of a text that are kept, in a column or in `extra`. */
export const maxTextBytes = 2048
/** Bytes of an element without a better type that are kept, in hexadecimal. */
export const maxHexBytes = 64
/** A record that starts later than this after its packet came cannot be. */
export const maxAheadMs = 86_400_000
