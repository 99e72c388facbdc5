import type { FileSystem } from '../files/file-system.ts'
import { Killed } from '../program.ts'
import type { Shell } from '../shell/shell.ts'
import { tell } from '../shell/tell.ts'
import { expandHistory } from '../terminal/editor/history-expansion.ts'
import { LineEditor, type Edited } from '../terminal/editor/line-editor.ts'
import { completionFor } from '../terminal/editor/shell-completion.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { History } from './history.ts'

/** A command may go over so many bytes. */
const maxCommandBytes = 256 * 1024
/** Bytes that are edited before others get their turn. */
const turnBytes = 8

/** A shell at a prompt, with editing and history, until it exits. `own` is the tree as the machine itself writes to it. */
export async function interactive(shell: Shell, terminal: Terminal, own: FileSystem): Promise<void> {
  const history = new History(shell, own)
  history.load()
  const kills: string[] = []
  let text = ''
  while (!shell.exitRequested) {
    if (text === '') await beforePrompt(shell, terminal)
    if (shell.exitRequested) break
    const prompt = await shell.markedPrompt(text === '' ? 'PS1' : 'PS2')
    const edited = await readLine(shell, terminal, prompt, kills)
    if (edited === undefined) break
    if (edited.type === 'interrupt') {
      if (text !== '') history.add(text.split('\n')[0]!)
      text = ''
      shell.status = 130
      continue
    }
    if (edited.type === 'end') {
      if (text !== '') {
        await terminal.write(
          `\n${shell.argv0.replace(/^-/, '')}: unexpected EOF while looking for matching \`"'\n`,
        )
        text = ''
        continue
      }
      if (shell.dialect === 'bash') await terminal.write(`\n${shell.login ? 'logout' : 'exit'}\n`)
      break
    }
    const line = await expanded(shell, terminal, history, edited.line)
    if (line === undefined) continue
    text = text === '' ? line : `${text}\n${line}`
    // Reading it anew for each line is work too.
    const pause = shell.budget.spend(1 + text.length / 1024)
    if (pause !== undefined) await pause
    if (text.length < maxCommandBytes && shell.needsMore(`${text}\n`)) continue
    const command = text
    text = ''
    if (command.trim() === '') continue
    history.add(command)
    tell(shell, command)
    await shell.run(`${command}\n`)
  }
  history.save()
}

async function beforePrompt(shell: Shell, terminal: Terminal): Promise<void> {
  if (terminal.columns > 0) {
    shell.variables.put('COLUMNS', String(terminal.columns))
    shell.variables.put('LINES', String(terminal.rows))
  }
  await shell.guard(() => shell.tellJobs())
  const before = shell.variables.text('PROMPT_COMMAND')
  if (before === undefined || before === '') return
  const { status } = shell
  await shell.run(`${before}\n`)
  shell.status = status
}

async function expanded(
  shell: Shell,
  terminal: Terminal,
  history: History,
  line: string,
): Promise<string | undefined> {
  if (!shell.options.has('histexpand')) return line
  const result = expandHistory(line, shell.history)
  if (result.type === 'same') return line
  if (result.type === 'error') {
    await terminal.write(`${shell.argv0}: ${result.message}\n`)
    return undefined
  }
  await terminal.write(`${result.line}\n`)
  if (!result.print) return result.line
  history.add(result.line)
  return undefined
}

/** Undefined once the peer is gone, or the shell is ended. */
async function readLine(
  shell: Shell,
  terminal: Terminal,
  prompt: string,
  kills: string[],
): Promise<Edited | undefined> {
  const { settings } = terminal
  terminal.settings = {
    echo: false,
    lines: false,
    signals: true,
    returnIsNewline: false,
    newlineIsReturnNewline: true,
  }
  const start = prompt.lastIndexOf('\n') + 1
  const isAsh = shell.dialect === 'ash'
  const editor = new LineEditor({
    columns: terminal.columns,
    prompt: prompt.slice(start),
    history: shell.history,
    kills,
    debianKeys: true,
    plain: isAsh,
    complete: (line, point) =>
      completionFor(
        {
          files: shell.files,
          directory: shell.directory,
          home: shell.variables.text('HOME') ?? '/',
          commands: () => Object.values(shell.names()).flat(),
          variables: () => shell.variables.names(),
          variable: (name) => shell.variables.text(name),
        },
        line,
        point,
      ),
  })
  const interrupted = Promise.withResolvers<Edited>()
  let said: Promise<void> | undefined
  const leave = terminal.inFront((signal) => {
    if (signal !== 2) return
    said = terminal.write(editor.interrupt())
    interrupted.resolve({ type: 'interrupt' })
  })
  const unwatch = terminal.onResize(() => editor.resize(terminal.columns))
  const hungUp = Promise.withResolvers<undefined>()
  const hangUp = () => hungUp.resolve(undefined)
  shell.session.hangup.addEventListener('abort', hangUp, { once: true })
  try {
    if (shell.session.hangup.aborted) return undefined
    await terminal.write(
      (isAsh ? '' : '\x1b[?2004h') + prompt.slice(0, start).replace(/[\x01\x02]/g, '') + editor.start(),
    )
    // Of two that read at once the next line would lose what the first got.
    const typed = type(shell, terminal, editor, interrupted.promise)
    return await Promise.race([typed, interrupted.promise, hungUp.promise])
  } catch (error) {
    if (!(error instanceof Killed)) throw error
    return undefined
  } finally {
    shell.session.hangup.removeEventListener('abort', hangUp)
    unwatch()
    leave()
    await said
    terminal.settings = settings
  }
}

async function type(
  shell: Shell,
  terminal: Terminal,
  editor: LineEditor,
  interrupted: Promise<Edited>,
): Promise<Edited | undefined> {
  let isOver = false
  interrupted.then(
    () => (isOver = true),
    () => {},
  )
  for (;;) {
    let bytes: Uint8Array | undefined
    try {
      bytes = await terminal.read(4096)
    } catch (error) {
      // ^C gives the line up; ^\ means nothing here.
      if (!(error instanceof Killed)) throw error
      if (error.signal === 2) return interrupted
      continue
    }
    if (bytes === undefined) return undefined
    if (isOver) {
      terminal.unread?.(bytes)
      return undefined
    }
    const text = Buffer.from(bytes).toString('latin1')
    for (let at = 0; at < text.length;) {
      const { out, used, result } = editor.feed(text.slice(at, at + turnBytes))
      at += used
      if (out !== '') await terminal.write(out)
      if (result) {
        terminal.unread?.(bytes.subarray(at))
        return result
      }
      const pause = shell.budget.spend(32)
      if (pause !== undefined) await pause
      if (isOver) {
        terminal.unread?.(bytes.subarray(at))
        return undefined
      }
    }
  }
}
