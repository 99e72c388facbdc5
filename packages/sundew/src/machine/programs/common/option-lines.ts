/** An option as getopt knows it. */
export interface KnownOption {
  readonly short?: string | undefined
  readonly long?: string | undefined
  readonly takes: 'none' | 'needs' | 'may'
}

/** How a family of programs indents options, and names what they take. */
export interface OptionStyle {
  readonly indent: string
  readonly value: string
  /** Between a long name and its value. */
  readonly joined: '=' | ' '
}

/** One line for each option: `  -a, --all`. */
export function optionLines(options: readonly KnownOption[], style: OptionStyle): string {
  let text = ''
  for (const { short, long, takes } of options) {
    const name =
      short === undefined ? `    --${long}` : long === undefined ? `-${short}` : `-${short}, --${long}`
    const value =
      takes === 'none'
        ? ''
        : takes === 'needs'
          ? `${long === undefined ? ' ' : style.joined}${style.value}`
          : `[${long === undefined ? '' : '='}${style.value}]`
    text += `${style.indent}${name}${value}\n`
  }
  return text
}
