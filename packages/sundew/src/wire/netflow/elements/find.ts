import { barracuda } from './barracuda.ts'
import { cert } from './cert.ts'
import { cisco } from './cisco.ts'
import { citrix } from './citrix.ts'
import type { Element, ElementTable } from './element.ts'
import { iana } from './iana.ts'
import { ixia } from './ixia.ts'
import { juniper } from './juniper.ts'
import { nokia } from './nokia.ts'
import { ntop } from './ntop.ts'
import { scopePen } from '../template.ts'
import { procera } from './procera.ts'
import { v9Vendors } from './v9-vendors.ts'
import { viptela } from './viptela.ts'
import { vmware } from './vmware.ts'

/** "Reverse PEN" of RFC 5103: IANA's elements, of the way back. */
const reversePen = 29_305
/** CERT marks its own elements of the way back by this bit of the id. */
const certPen = 6871
const certReverse = 0x4000

/** RFC 3954, section 6.1: scope field types 1 to 5. */
const scopes: readonly Element[] = ['System', 'Interface', 'LineCard', 'Cache', 'Template'].map((name) => ({
  name: `scope${name}`,
  type: 'unsigned32',
}))
const own = mapOf(iana)
const inV9 = mapOf(v9Vendors)
const byPen: ReadonlyMap<number, ReadonlyMap<number, Element>> = new Map(
  (
    [
      [9, cisco],
      [637, nokia],
      [2636, juniper],
      [3054, ixia],
      [5951, citrix],
      [certPen, cert],
      [6876, vmware],
      [10_704, barracuda],
      [15_397, procera],
      [35_632, ntop],
      [41_916, viptela],
    ] as const
  ).map(([pen, table]) => [pen, mapOf(table)]),
)

/** The element of an id, of IANA's where `pen` is 0; undefined where it is not known. */
export function findElement(version: number, pen: number, id: number): Element | undefined {
  if (pen === 0) return own.get(id) ?? (version === 9 ? inV9.get(id) : undefined)
  if (pen === reversePen) return reversed(own.get(id))
  if (pen === scopePen) return scopes[id - 1]
  const found = byPen.get(pen)?.get(id)
  if (found || pen !== certPen || (id & certReverse) === 0) return found
  return reversed(byPen.get(pen)?.get(id & ~certReverse))
}

function reversed(element: Element | undefined): Element | undefined {
  if (!element) return undefined
  return {
    name: `reverse${element.name.charAt(0).toUpperCase()}${element.name.slice(1)}`,
    type: element.type,
  }
}

function mapOf(table: ElementTable): ReadonlyMap<number, Element> {
  return new Map(table.map(([id, name, type]) => [id, { name, type }]))
}
