/** The names above a name, the nearest first: of `a.b.c` they are `b.c` and `c`. */
export function* above(name: string): Generator<string> {
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) yield name.slice(dot + 1)
}

/** Whether one of the names above it is among these. */
export function liesUnder(name: string, names: ReadonlySet<string>): boolean {
  for (const parent of above(name)) if (names.has(parent)) return true
  return false
}
