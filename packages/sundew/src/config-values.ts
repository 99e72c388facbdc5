import { z } from 'zod'

export const address = z.union([z.ipv4(), z.ipv6()])
/** A host name, without a dot at its end. */
export const hostName = z
  .string()
  .regex(/^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/)
/** An address, or a network as 192.0.2.0/24. */
export const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])
export const port = z.int().min(0).max(65535)
