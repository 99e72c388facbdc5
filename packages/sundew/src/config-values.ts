import { z } from 'zod'

export const address = z.union([z.ipv4(), z.ipv6()])
/** A host name, without a dot at its end. */
export const hostName = z
  .string()
  .regex(/^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/)
