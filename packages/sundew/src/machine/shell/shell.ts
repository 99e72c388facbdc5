import { FileError, type Credentials, type FileSystem } from '../files/file-system.ts'
import type { Happening } from '../happening.ts'
import type { Machine, Process } from '../machine.ts'
import { Killed, type Input, type Output } from '../program.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { abortReason } from './abort.ts'
import type { Budget } from './budget.ts'
import { builtinsOf, type Builtin } from './builtins/index.ts'
import { commandsOnPath, whereIs } from './command-path.ts'
import { installDynamic } from './dynamic.ts'
import { execute } from './execute.ts'
import { arithmeticText } from './expand/arithmetic-scope.ts'
import { promptText } from './expand/prompt.ts'
import { expandText } from './expand/words.ts'
import { inherit } from './inherit.ts'
import type { Jobs } from './jobs.ts'
import { jobLine, JobList } from './jobs.ts'
import type { ProgramTable } from './program-table.ts'
import type { Session } from './session.ts'
import { inputStream, outputStream, terminalStream, type Stream } from './stream.ts'
import type { Assignment, FunctionDefinition, Node } from './syntax/ast.ts'
import { needsMore, Parser } from './syntax/parser.ts'
import { ShellSyntaxError, TooDeep } from './syntax/syntax-error.ts'
import { runTrap } from './traps.ts'
import { ForkFailure, ShellExit, ShellFailure, type Flow } from './unwinding.ts'
import { Variables } from './variables.ts'
import { sayings, type Sayings } from './words.ts'

/** What a shell is made of. Strings are byte strings. */
export interface ShellSettings {
  readonly machine: Machine
  readonly programs: ProgramTable
  /** As the shell's user sees it. */
  readonly files: FileSystem
  readonly credentials: Credentials
  readonly terminal?: Terminal | undefined
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly environment: ReadonlyMap<string, string>
  readonly directory: string
  readonly budget: Budget
  readonly interactive: boolean
  readonly login: boolean
  /** `-bash`, `bash`, `/bin/sh`, or the name of a script. */
  readonly argv0: string
  readonly args?: readonly string[]
  readonly umask?: number
  readonly happened: (happening: Happening) => void
  /** Its own process; one is made where it is left out. */
  readonly process?: Process
  /** Ends what runs in the session. */
  readonly hangup?: AbortSignal
  /** Where the text comes from: `-c` and scripts say so in what they complain of. */
  readonly source?: 'typed' | 'command' | 'file'
  /** Which words it has: the persona's, where it is left out. */
  readonly dialect?: 'bash' | 'ash'
  /** Runs a shell that was started at the prompt of another, until it exits: with editing, as the first one. */
  readonly interact?: ((shell: Shell) => Promise<void>) | undefined
  /** Called with the path of each file that runs and is none of the machine's programs: to record what they brought. */
  readonly beforeRun?: ((path: string) => void) | undefined
}

/** A shell that waits for commands. */
export function createShell(settings: ShellSettings): Shell {
  const process =
    settings.process ??
    settings.machine.processes.add({
      parent: 1,
      credentials: settings.credentials,
      tty: settings.terminal?.name,
      argv: [settings.argv0, ...(settings.args ?? [])],
      executable: '/bin/bash',
      directory: settings.directory,
      environment: settings.environment,
      leadsGroup: true,
      leadsSession: true,
      onKill: (signal) => shell.killed(signal),
    })
  const session: Session = {
    machine: settings.machine,
    programs: settings.programs,
    budget: settings.budget,
    terminal: settings.terminal,
    happened: settings.happened,
    hangup: settings.hangup ?? new AbortController().signal,
    interact: settings.interact,
  }
  const shell: Shell = new Shell(
    session,
    process,
    settings.files,
    settings.directory,
    settings.dialect ?? settings.machine.persona.shell,
  )
  shell.credentials = settings.credentials
  shell.argv0 = settings.argv0
  shell.positional = [...(settings.args ?? [])]
  shell.interactive = settings.interactive
  shell.login = settings.login
  shell.source = settings.source ?? 'typed'
  shell.umask = settings.umask ?? 0o022
  shell.beforeRun = settings.beforeRun
  const count = (bytes: number) => settings.budget.output(bytes)
  const { terminal } = settings
  const shared = terminal === undefined ? undefined : terminalStream(terminal, count)
  const stream = (given: Input | Output, make: () => Stream) =>
    given instanceof Object && shared !== undefined && given === (terminal as unknown)
      ? shared.hold()
      : make()
  shell.descriptors.set(
    0,
    stream(settings.stdin, () => inputStream(settings.stdin)),
  )
  shell.descriptors.set(
    1,
    stream(settings.stdout, () => outputStream(settings.stdout, count)),
  )
  shell.descriptors.set(
    2,
    stream(settings.stderr, () => outputStream(settings.stderr, count)),
  )
  inherit(shell, settings.environment)
  return shell
}

/** One shell process: its variables, functions, descriptors, and what it is doing. Subshells are copies. */
export class Shell {
  readonly session: Session
  readonly process: Process
  files: FileSystem
  credentials: Credentials = { uid: 0, gid: 0, groups: [0] }
  readonly dialect: 'bash' | 'ash'
  readonly words: Sayings
  readonly builtins: ReadonlyMap<string, Builtin>
  variables: Variables
  functions = new Map<string, FunctionDefinition>()
  aliases = new Map<string, string>()
  /** `set -o`: by long name. */
  options = new Set<string>(['braceexpand', 'hashall', 'interactive-comments'])
  shopt = new Set<string>(usualShopt)
  positional: string[] = []
  argv0 = 'bash'
  /** `$$`: the same in subshells. */
  mainPid: number
  status = 0
  /** Statuses of the last pipeline. */
  pipeStatus: number[] = [0]
  /** `$!` */
  lastBackground: number | undefined
  /** `$_` */
  lastArgument = ''
  directory: string
  umask = 0o022
  descriptors = new Map<number, Stream>()
  traps = new Map<string, string>()
  /** Signals that wait for their trap. */
  pendingSignals: number[] = []
  disabledBuiltins = new Set<string>()
  hashed = new Map<string, { path: string; hits: number }>()
  directoryStack: string[] = []
  jobs: Jobs = new JobList()
  history: string[] = []
  interactive = false
  login = false
  source: 'typed' | 'command' | 'file' = 'typed'
  line = 1
  flow: Flow | undefined
  loopDepth = 0
  /** More than 0 where a failure counts for nothing: conditions, `!`, the left of `&&`. */
  tolerant = 0
  /** Functions and sourced files under way, the innermost last. */
  calls: { name: string; line: number; source: string; sourced: boolean }[] = []
  /** `+` before those of PS4: in `$(…)`, `eval`. */
  traceLevel = 0
  /** The signal that ended it. */
  killedBy: number | undefined
  /** Nested functions, evals, subshells, compound commands. */
  depth = 0
  subshellLevel = 0
  startedMs = Date.now()
  secondsFrom = 0
  random = 12345
  /** Place in the options of the word that `getopts` is at. */
  optionPlace = 0
  /** The word that it belongs to: OPTIND as getopts left it. */
  optionIndex = 1
  /** What `ulimit` was told. */
  limits = new Map<string, string>()
  /** `$(…)` of the command that runs left this; undefined where there was none. */
  substitutionStatus: number | undefined
  /** `exit` was run, or the shell was ended. */
  exitRequested = false
  localOptions: Set<string>[] = []
  #controller = new AbortController()
  #inTrap = false
  /** A DEBUG, ERR or RETURN trap runs. */
  inPseudoTrap = false
  commandHappenings = 0
  /** What `trap` lists in a subshell before it sets its own. */
  inheritedTraps: ReadonlyMap<string, string> | undefined
  /** A copy of an interactive shell: no line numbers in its words. */
  quietName = false
  /** Shell programs within shell programs. */
  nesting = 0
  /** The last program could not be started. */
  launchFailed = false
  /** `declare x=( … )`: what is to be assigned, by the argument that stands for it. */
  readonly pendingArrays = new Map<string, Assignment>()
  /** Called with the path of each file that runs and is none of the machine's programs. */
  beforeRun: ((path: string) => void) | undefined
  /** Called once the process is gone. */
  readonly whenGone: (() => void)[] = []
  /** What `<(…)` of the command under way gives, by descriptor. */
  processSubstitutions: { fd: number; child: { done: Promise<number> } }[] = []

  constructor(
    session: Session,
    process: Process,
    files: FileSystem,
    directory: string,
    dialect: 'bash' | 'ash',
  ) {
    this.session = session
    this.process = process
    this.mainPid = process.pid
    this.files = files
    this.directory = directory
    this.dialect = dialect
    this.words = sayings(dialect)
    this.builtins = builtinsOf(dialect)
    this.variables = new Variables(session.budget)
    this.random = process.pid * 7919
    installDynamic(this)
  }

  get budget(): Budget {
    return this.session.budget
  }

  /** Aborts when what runs now is to end. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /**
   * Runs text: whole lines, each as it is read, until one is `exit`, the text ends, or it is no script. Never throws but for a fault of ours.
   */
  async run(text: string): Promise<number> {
    if (this.#controller.signal.aborted && this.interactive) this.#controller = new AbortController()
    const settled = this.interactive
      ? this.session.terminal?.inFront((signal) => this.killed(signal))
      : undefined
    try {
      await this.guard(() => this.runText(text, 1))
    } finally {
      settled?.()
    }
    return this.status
  }

  /** What `work` throws becomes a status and words. */
  async guard(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      await this.#ended(error)
    }
  }

  async #ended(error: unknown): Promise<void> {
    if (error instanceof ShellExit) {
      this.status = error.status
      this.exitRequested = true
    } else if (error instanceof Killed) {
      this.status = 128 + error.signal
      if (!this.interactive) this.killedBy = error.signal
      this.flow = undefined
      if (!this.interactive || this.session.hangup.aborted) this.exitRequested = true
      else if (error.signal === 2) await this.#say('\n')
      else if (error.signal === 9) await this.#say('Killed\n')
    } else if (
      error instanceof TooDeep ||
      (error instanceof RangeError && /call stack/.test(error.message))
    ) {
      this.budget.exceed('depth', this.depth)
      this.status = 139
      this.exitRequested = true
      this.depth = 0
      await this.#say('Segmentation fault\n')
    } else if (error instanceof ForkFailure) {
      this.status = 254
      if (!this.interactive) this.exitRequested = true
    } else throw error
  }

  async #say(text: string): Promise<void> {
    try {
      await this.descriptors.get(2)?.put(text)
    } catch (error) {
      if (!(error instanceof Killed)) throw error
    }
  }

  /** As `run`, within a command: `eval`, `source`, traps. Lets exits pass. */
  async runText(text: string, line: number, name?: string): Promise<void> {
    const parser = this.parser(text, line)
    for (;;) {
      const node = await this.next(parser, name)
      if (node === undefined) return
      await this.runLine(node)
      if (this.flow !== undefined || this.exitRequested) return
    }
  }

  /** One complete command. What fails in it is said; it ends only that. */
  async runLine(node: Node): Promise<void> {
    if (this.options.has('noexec') && !this.interactive) return
    try {
      await execute(this, node)
    } catch (error) {
      if (!(error instanceof ShellFailure)) throw error
      if (error.message !== '') await this.complain(error.message)
      this.status = error.status
      this.loopDepth = 0
      if (error.fatal && !this.interactive) throw new ShellExit(error.status)
    }
  }

  /** The next complete command; says what is wrong with the text where it is none. */
  async next(parser: Parser, name?: string): Promise<Node | undefined> {
    try {
      parser.extglob = this.shopt.has('extglob')
      const from = parser.at
      const node = parser.next()
      if (this.options.has('verbose') && parser.at > from)
        await this.#say(parser.text.slice(from, parser.at).replace(/\n?$/, '\n'))
      for (const warning of parser.warnings.splice(0)) await this.#say(`${this.shortName}: ${warning}\n`)
      return node
    } catch (error) {
      if (!(error instanceof ShellSyntaxError)) throw error
      await this.sayError(error, name)
      const inner = name !== undefined || this.calls.some((call) => call.sourced)
      if (!error.inCondition || this.interactive) this.status = error.inArray ? 1 : this.words.syntaxStatus
      if (!inner && !this.interactive && this.source !== 'typed') throw new ShellExit(this.status)
      return undefined
    }
  }

  async sayError(error: ShellSyntaxError, name: string | undefined): Promise<void> {
    await this.#say(this.words.syntaxError(this, error, name))
  }

  parser(text: string, line: number): Parser {
    return new Parser(text, {
      line,
      extglob: this.shopt.has('extglob'),
      ash: this.dialect === 'ash',
      alias: (alias) =>
        this.interactive || this.shopt.has('expand_aliases') || this.dialect === 'ash'
          ? this.aliases.get(alias)
          : undefined,
    })
  }

  /** Whether the prompt for more is due. */
  needsMore(text: string): boolean {
    try {
      return needsMore(text, { ash: this.dialect === 'ash', extglob: this.shopt.has('extglob') })
    } catch (error) {
      if (error instanceof TooDeep) return false
      throw error
    }
  }

  /** Whether the first word of a text leads to anything. True where it can't be told. */
  found(text: string): boolean {
    let node: Node | undefined
    try {
      node = this.parser(text, 1).next()
    } catch {
      return true
    }
    for (;;) {
      if (node === undefined) return true
      if (node.type === 'list') node = node.items[0]?.node
      else if (node.type === 'pipeline') node = node.commands[0]
      else if (node.type === 'and' || node.type === 'or') node = node.left
      else break
    }
    if (node.type !== 'simple') return true
    const name = node.words[0]?.plain
    return name === undefined || this.knows(name)
  }

  /** A function, a builtin, or a file on the way. */
  knows(name: string): boolean {
    return this.functions.has(name) || this.builtin(name) !== undefined || whereIs(this, name) !== undefined
  }

  /** For completion. */
  names(): { builtins: string[]; functions: string[]; aliases: string[]; commands: string[] } {
    return {
      builtins: [...this.builtins.keys()],
      functions: [...this.functions.keys()],
      aliases: [...this.aliases.keys()],
      commands: commandsOnPath(this),
    }
  }

  builtin(name: string): Builtin | undefined {
    return this.disabledBuiltins.has(name) ? undefined : this.builtins.get(name)
  }

  /** A prompt's text, escapes and expansions done: `prompt('PS1')`. */
  async prompt(variable: 'PS1' | 'PS2' | 'PS4'): Promise<string> {
    return (await this.markedPrompt(variable)).replace(/[\x01\x02]/g, '')
  }

  /** With \x01 and \x02 around what takes no place. */
  async markedPrompt(variable: 'PS1' | 'PS2' | 'PS4'): Promise<string> {
    const decoded = promptText(this, this.variables.text(variable) ?? '')
    if (!/[$`\\]/.test(decoded)) return decoded
    try {
      const parser = new Parser(decoded, { ash: this.dialect === 'ash' })
      return await expandText(this, parser.quotedText(undefined))
    } catch {
      return decoded
    }
  }

  /** Puts words on standard error, with the name and line that bash puts before. */
  complain(message: string): Promise<void> {
    return this.#say(`${this.prefix}${message}\n`)
  }

  /** Without what goes before. */
  complainBare(message: string): Promise<void> {
    return this.#say(`${message}\n`)
  }

  get prefix(): string {
    return this.words.prefix(this)
  }

  /** The shell's name in what it says of itself. */
  get shortName(): string {
    return this.argv0
  }

  /** To standard output. @throws Killed */
  async print(text: string): Promise<void> {
    const stream = this.descriptors.get(1)
    if (stream === undefined || !stream.writable) throw new FileError('EBADF', '')
    await stream.put(text)
  }

  /** Counts work. */
  async spend(units = 1): Promise<void> {
    if (this.signal.aborted) throw abortReason(this.signal)
    const pause = this.budget.spend(units)
    if (pause !== undefined) {
      await pause
      if (this.signal.aborted) throw abortReason(this.signal)
    }
  }

  /** A signal for this shell: a trap, or its end. */
  killed(signal: number): void {
    const name = signalTrap(signal)
    const trap = this.traps.get(name)
    if (trap !== undefined && signal !== 9) {
      if (trap !== '') {
        this.pendingSignals.push(signal)
        if (this.interactive) this.#controller.abort(new Killed(signal))
      }
      return
    }
    if (this.interactive && signal !== 2 && signal !== 9 && signal !== 1) return
    this.#controller.abort(new Killed(signal))
    if (this.interactive && (signal === 9 || signal === 1)) this.exitRequested = true
  }

  /** Ends all, interactive or not. */
  hangUp(why: unknown): void {
    this.exitRequested = true
    this.#controller.abort(why)
  }

  /** The EXIT trap, once, and all descriptors closed. */
  async end(): Promise<number> {
    const status = this.status
    const trap = this.traps.get('EXIT')
    if (trap !== undefined && trap !== '') {
      this.traps.delete('EXIT')
      this.exitRequested = false
      this.flow = undefined
      this.#controller = new AbortController()
      await this.guard(async () => {
        await runTrap(this, trap)
      })
      if (!this.exitRequested) this.status = status
    }
    this.closeAll()
    return this.status
  }

  closeAll(): void {
    for (const stream of this.descriptors.values()) stream.release()
    this.descriptors.clear()
  }

  /** Runs traps whose signals came. */
  async pendingTraps(): Promise<void> {
    if (this.#inTrap) return
    this.#inTrap = true
    try {
      for (
        let signal = this.pendingSignals.shift();
        signal !== undefined;
        signal = this.pendingSignals.shift()
      ) {
        const trap = this.traps.get(signalTrap(signal))
        if (trap !== undefined) await runTrap(this, trap)
      }
    } finally {
      this.#inTrap = false
    }
  }

  /** `[1]+  Done …` of jobs that ended since: before a prompt. */
  async tellJobs(): Promise<void> {
    for (const job of this.jobs.list()) {
      if (job.state === 'running') continue
      const line = jobLine(this.jobs, job)
      this.jobs.remove(job)
      if (!job.told && !job.disowned) await this.#say(line)
    }
  }

  /** For `let`, subscripts and `(( ))`. */
  arithmetic(text: string): number | bigint {
    return arithmeticText(this, text)
  }
}

function signalTrap(signal: number): string {
  return signalNames[signal] ?? String(signal)
}

export const signalNames: readonly string[] = [
  'EXIT',
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGKILL',
  'SIGUSR1',
  'SIGSEGV',
  'SIGUSR2',
  'SIGPIPE',
  'SIGALRM',
  'SIGTERM',
  'SIGSTKFLT',
  'SIGCHLD',
  'SIGCONT',
  'SIGSTOP',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
  'SIGURG',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGVTALRM',
  'SIGPROF',
  'SIGWINCH',
  'SIGIO',
  'SIGPWR',
  'SIGSYS',
]

const usualShopt = [
  'checkwinsize',
  'cmdhist',
  'complete_fullquote',
  'extquote',
  'force_fignore',
  'globasciiranges',
  'globskipdots',
  'hostcomplete',
  'interactive_comments',
  'patsub_replacement',
  'progcomp',
  'promptvars',
  'sourcepath',
]
