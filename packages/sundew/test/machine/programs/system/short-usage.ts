/**
 * What of a program's words is compared: messages, and of a usage the first form. The descriptions that follow belong to the program's
 * authors, so neither the recording nor the machine has them; of a version the first line counts.
 */
export function shortUsage(command: string, text: string): string {
  const lines = text.split('\n')
  if (command.endsWith(' --version')) return lines[0]!
  const usage = lines.findIndex((line) => /^usage:/i.test(line))
  if (usage < 0) return text
  // util-linux has `Usage:` on a line of its own.
  return lines.slice(0, lines[usage]!.length > 'usage:'.length ? usage + 1 : usage + 2).join('\n')
}
