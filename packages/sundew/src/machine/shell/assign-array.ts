import { assignElement, readOnly } from './assign.ts'
import { expandText, expandWords } from './expand/words.ts'
import type { Shell } from './shell.ts'
import type { Assignment } from './syntax/ast.ts'
import { subscript } from './expand/parameter.ts'
import { AssociativeArray, IndexedArray, Variable } from './variables.ts'

/** Elements that one assignment may make. */
const maxElements = 200_000

/** `name=( … )`, `name+=( … )`. */
export async function assignArray(shell: Shell, assignment: Assignment): Promise<void> {
  const name = shell.variables.resolve(assignment.name)
  const before = shell.variables.find(name)
  if (before?.readonly === true) throw readOnly(shell, name)
  const associative = before?.kind === 'associative'
  // All is expanded before anything changes: `a=("${a[@]}" x)`.
  const items: { index: string | undefined; append: boolean; value: string }[] = []
  for (const element of assignment.elements ?? []) {
    if (element.index === undefined) {
      for (const value of await expandWords(shell, [element.value]))
        items.push({ index: undefined, append: false, value })
    } else {
      const index = await subscript(shell, name, element.index)
      items.push({ index, append: element.append, value: await expandText(shell, element.value, true) })
    }
    if (items.length > maxElements) break
  }
  const variable = before ?? new Variable()
  if (before === undefined) shell.variables.declare(name, variable)
  if (associative) {
    if (!assignment.append || !(variable.value instanceof AssociativeArray))
      variable.value = new AssociativeArray()
    if (items.every((item) => item.index === undefined)) {
      for (let i = 0; i < items.length; i += 2)
        assignElement(shell, name, items[i]!.value, items[i + 1]?.value ?? '')
      return
    }
    for (const item of items) {
      if (item.index === undefined)
        await shell.complain(`${name}: ${item.value}: must use subscript when assigning associative array`)
      else assignElement(shell, name, item.index, item.value, item.append)
    }
    return
  }
  if (assignment.append && typeof variable.value === 'string')
    variable.value = IndexedArray.of([variable.value])
  if (!assignment.append || !(variable.value instanceof IndexedArray)) variable.value = new IndexedArray()
  variable.kind = 'indexed'
  let next = (variable.value as IndexedArray).last + 1
  for (const item of items) {
    if (item.index === undefined) assignElement(shell, name, String(next), item.value)
    else {
      const key = Number(shell.arithmetic(item.index))
      assignElement(shell, name, String(key), item.value, item.append)
      next = key
    }
    next++
  }
}
