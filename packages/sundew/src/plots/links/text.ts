import type { LinkGraph, Triple } from './graph.ts'

/** One line for each time, the three in AfterGlow's order: source, event, target; so that what reads its input reads this. */
export function* csvLines(triples: Iterable<Triple>): Generator<string> {
  for (const { parts, count } of triples) {
    const line = `${parts.map(csvCell).join(',')}\n`
    for (let time = 0; time < count; time++) yield line
  }
}

/** The graph in Graphviz's language, as AfterGlow writes it. */
export function* dotLines({ nodes, edges }: LinkGraph): Generator<string> {
  yield 'digraph structs {\n  graph [overlap=prism, ranksep=2];\n  node [style=filled, fontsize=10];\n'
  const looks = [
    'ellipse, fillcolor="#e03c31"',
    'ellipse, fillcolor="#9fd3f0"',
    'triangle, fillcolor="#f2c230"',
  ]
  for (const [at, { name, column, count }] of nodes.entries())
    yield `  n${at} [label=${dotString(name)}, shape=${looks[column]}, tooltip="${count}"];\n`
  for (const { from, to, count } of edges) yield `  n${from} -> n${to} [weight=${count}];\n`
  yield '}\n'
}

function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** In Graphviz a quote ends a string, a backslash begins an escape, an ampersand an entity. */
function dotString(text: string): string {
  return `"${text
    .replace(/[\p{Cc}\p{Cf}\p{Cn}\p{Cs}]/gu, '\ufffd')
    .replace(/[\\"]/g, '\\$&')
    .replaceAll('&', '&amp;')}"`
}
