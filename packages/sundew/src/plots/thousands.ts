/** A whole number as English texts have it: `1,234,567`. `toLocaleString` takes as long as a raster the first time: it loads ICU. */
export function thousands(number: number): string {
  return String(number).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}
