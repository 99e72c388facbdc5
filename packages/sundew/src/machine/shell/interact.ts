import { readLine } from './read-line.ts'
import type { Shell } from './shell.ts'
import { tell } from './tell.ts'

/** A shell at a prompt, without editing: for a shell within a shell where the session has nothing better. */
export async function interact(shell: Shell): Promise<void> {
  if (shell.session.interact !== undefined) {
    await shell.session.interact(shell)
    return
  }
  let text = ''
  while (!shell.exitRequested) {
    await shell.descriptors.get(2)?.put(await shell.prompt(text === '' ? 'PS1' : 'PS2'))
    const stream = shell.descriptors.get(0)
    const line = stream === undefined ? undefined : await readLine(shell, stream)
    if (line === undefined) {
      await shell.descriptors.get(2)?.put('exit\n')
      return
    }
    text += line
    if (shell.needsMore(text)) continue
    if (text.trim() !== '') tell(shell, text.replace(/\n$/, ''))
    await shell.run(text)
    await shell.tellJobs()
    text = ''
  }
}
