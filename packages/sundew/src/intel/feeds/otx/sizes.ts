/**
 * Page sizes from the usual one down to 1, each a divisor of the one before: wherever a page of one begins, one of the next
 * does too.
 */
export function pageSizes(usual: number): number[] {
  const sizes = [usual]
  for (let size = usual; size > 1;) {
    let divisor = 2
    while (size % divisor !== 0) divisor++
    size /= divisor
    sizes.push(size)
  }
  return sizes
}
