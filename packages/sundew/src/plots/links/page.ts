import { darkStyle, usualStyle } from './draw.ts'
import { markup } from '../pen/markup.ts'
import type { LinkGraph, LinkNode } from './graph.ts'

export interface LinkPage {
  readonly title: string
  readonly caption: string
  /** What the three columns are called. */
  readonly columns: readonly [string, string, string]
  readonly graph: LinkGraph
  /** The pictures as SVG. */
  readonly map: string
  readonly treemap: string
}

const style = `body{font:14px/1.4 'DejaVu Sans Mono',monospace;margin:1.5em;color:#1c1c1c;background:#fff}
svg{max-width:100%;height:auto}table{border-collapse:collapse;margin:.5em 2em .5em 0;display:inline-table;vertical-align:top}
th,td{text-align:left;padding:.1em .8em .1em 0;border-bottom:1px solid #ddd}td:last-child,th:last-child{text-align:right}
summary{cursor:pointer}.map{overflow-x:auto}.map svg{max-width:none}.name{unicode-bidi:isolate;direction:ltr;overflow-wrap:anywhere}
${darkRules()}`

/** One page that stands alone: the map, the treemap and the tables of the same data. Groups open. Nothing in it runs. */
export function linkPage({ title, caption, columns, graph, map, treemap }: LinkPage): string {
  const tables = columns.map((name, column) => {
    const rows = graph.nodes.filter((node) => node.column === column).map(row)
    return `<table><thead><tr><th>${markup(name)}</th><th>times</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
  })
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width"><title>${markup(title)}</title><style>${style}</style></head><body>
<h1>${markup(title)}</h1><p>${markup(caption)}</p>
<div class="map" tabindex="0" role="region" aria-label="${markup(title)}">
${map}</div>
<h2>By size</h2>
${treemap}
<h2>Tables</h2>
${tables.join('\n')}
</body></html>
`
}

/** The map is drawn for light pages; on dark ones its ground and ink are others. The treemap has colours that go with both. */
function darkRules(): string {
  const { ground, ink } = darkStyle
  const recoloured = [
    [usualStyle.ground, ground],
    [usualStyle.ink, ink],
  ].map(([from, to]) => `.map svg [fill="${from}"]{fill:${to}}.map svg [stroke="${from}"]{stroke:${to}}`)
  return `@media (prefers-color-scheme:dark){body{color:${ink};background:${ground}}th,td{border-color:#444}${recoloured.join('')}}`
}

function row({ name, count, members }: LinkNode): string {
  const shown = `<span class="name">${markup(name)}</span>`
  if (!members) return `<tr><td>${shown}</td><td>${count}</td></tr>`
  const inside = members.map((member) => `<li>${markup(member.name)}: ${member.count}</li>`).join('')
  return `<tr><td><details><summary>${shown}</summary><ul>${inside}</ul></details></td><td>${count}</td></tr>`
}
