import { type OptionStyle, optionLines } from '../common/option-lines.ts'
import type { Page } from './manual.ts'
import { knownOptions } from '../common/option-table.ts'

/** What `--help` says, and many a wrong usage: the forms of a call, and the options. */
export function help(page: Page, argv0: string, name: string): string {
  const lines = optionLines(
    // util-linux has one for each digit, as `-5` is `-n 5`.
    knownOptions(page.options).filter((one) => one.long !== undefined || !/\d/.test(one.short ?? '')),
    styles[page.family],
  )
  if (page.family === 'util-linux' || page.family === 'procps') {
    const forms = page.usage.split('\n').map((form) => ` ${form}\n`)
    const options = lines === '' ? '' : `\nOptions:\n${lines}`
    return `\nUsage:\n${forms.join('')}${options}\nFor more details see ${name}(${page.section ?? 1}).\n`
  }
  if (page.family === 'shadow') return `${page.usage}\n\nOptions:\n${lines}\n`
  if (page.family === 'coreutils') {
    return `${page.usage.replaceAll(`Usage: ${name}`, `Usage: ${argv0}`)}\n\n${lines}`
  }
  return `${page.usage}\n`
}

const styles: Readonly<Record<Page['family'], OptionStyle>> = {
  coreutils: { indent: '  ', value: 'ARG', joined: '=' },
  shadow: { indent: '  ', value: 'ARG', joined: ' ' },
  'util-linux': { indent: ' ', value: '<arg>', joined: ' ' },
  procps: { indent: ' ', value: '<arg>', joined: ' ' },
  other: { indent: '  ', value: 'ARG', joined: ' ' },
}
