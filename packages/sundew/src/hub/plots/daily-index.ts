import { markup } from '../../plots/pen/markup.ts'
import { dailyName, type DailyFormat } from './daily-files.ts'

/** Days that the page shows at most: twenty years. */
const mostDays = 7320

const style = `body{font:15px/1.5 system-ui,sans-serif;margin:1.5em;color:#d0d4d8;background:#101418}a{color:#8ac7f0}
ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:1em}li{width:320px}img{display:block;width:320px;height:164px;background:#000}
h2{font-size:1.1em;margin:1.5em 0 .5em}`

/** The page that a web server shows: a small picture of each day, by month, the newest first. Nothing in it runs. */
export function dailyIndex(sensor: string, days: ReadonlyMap<string, ReadonlySet<DailyFormat>>): string {
  const names = [...days.keys()].toSorted().reverse().slice(0, mostDays)
  const months = Map.groupBy(names, (day) => day.slice(0, 7))
  const parts = [...months].map(
    ([month, of]) =>
      `<h2>${markup(month)}</h2>\n<ul>\n${of.map((day) => item(day, days.get(day)!)).join('')}</ul>\n`,
  )
  const title = markup(`Fireplots of ${sensor}`)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style></head><body>
<h1>${title}</h1>
<p>Every packet that the firewalls told of is a dot, time by destination port: slow scans are lines, fast ones columns.</p>
${parts.join('')}</body></html>
`
}

function item(day: string, formats: ReadonlySet<DailyFormat>): string {
  const main = formats.has('html') ? 'html' : 'png'
  const picture = `<a href="${dailyName(day, main)}"><img src="${dailyName(day, 'small.png')}" alt="" loading="lazy" width="320" height="164">${markup(day)}</a>`
  const other =
    formats.size > 1 ? ` <a href="${dailyName(day, 'png')}" aria-label="${markup(day)} as PNG">PNG</a>` : ''
  return `<li>${picture}${other}</li>\n`
}
