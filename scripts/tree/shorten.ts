/**
 * What is left of a configuration file: its settings. What its authors wrote about them is theirs, and stays where it is. Of a text or a script
 * that is the first line, and of an init script the facts between `BEGIN` and `END INIT INFO`: then the rest is filled up.
 */
export function shortened(path: string, text: string): { kept: string; all: boolean } {
  if (text.startsWith('#!') || /README|\/staff-group-for|\/info\.dir$/.test(path)) {
    const facts = /^### BEGIN INIT INFO\n[^]*?^### END INIT INFO\n/m.exec(text)?.[0] ?? ''
    const first = text.slice(0, text.indexOf('\n') + 1).slice(0, 80)
    return { kept: `${first}${facts.replace(/^# *Description:.*\n(?:#(?:\t|  ).*\n)*/m, '')}`, all: false }
  }
  return { kept: withoutProse(text), all: true }
}

/** Of each run of comment lines the first sentence, where it is one line; settings that are commented out (`#Port 22`) stay. */
function withoutProse(text: string): string {
  const lines: string[] = []
  let run: string[] = []
  const end = () => {
    const first = run.find((line) => /\w/.test(line))
    const sentence = first === undefined ? undefined : (/^.*?[.:](?=\s|$)/.exec(first)?.[0] ?? first)
    const whole =
      sentence !== first || /[.:]$/.test(first ?? '') || run.filter((line) => /\w/.test(line)).length === 1
    if (sentence !== undefined && whole && sentence.length <= 80) lines.push(sentence)
    run = []
  }
  for (const line of text.split('\n')) {
    const isProse =
      run.length > 0
        ? /^\s*(?:#+|\/\/|;+(?=\s+\w)|\.\\"|")(?:\s|$)/
        : /^\s*(?:#+|\/\/|;+(?=\s+\w)|\.\\"|")(?:\s(?!\s)|$)/
    if (isProse.test(line)) {
      run.push(line)
      continue
    }
    end()
    lines.push(line)
  }
  end()
  return lines.join('\n').replace(/\n{3,}/g, '\n\n')
}
