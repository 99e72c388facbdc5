import type { Call } from '../../program.ts'
import { choose, type Wish } from './ps-choice.ts'
import { columnOf } from './ps-columns.ts'
import { format, preset } from './ps-format.ts'

/** Reads the words; what was wrong, as ps says it. */
export function read(call: Call, wish: Wish): string | undefined {
  const args = call.args
  let full = false
  let long = false
  let jobs = false
  let at = 0
  const next = (rest: string): string | undefined => (rest !== '' ? rest : args[++at])
  for (; at < args.length; at++) {
    const arg = args[at]!
    if (arg.startsWith('--')) {
      const [name = '', value] = arg.slice(2).split(/=(.*)/s)
      const needed = (): string | undefined => value ?? args[++at]
      switch (name) {
        case 'help':
          return 'help'
        case 'version':
          return 'version'
        case 'forest':
          wish.forest = true
          break
        case 'no-headers':
        case 'no-heading':
        case 'noheaders':
        case 'noheading':
          wish.noHead = true
          break
        case 'headers':
          break
        case 'cols':
        case 'columns':
        case 'width':
          needed()
          break
        case 'rows':
        case 'lines':
          needed()
          break
        case 'deselect':
          wish.negate = true
          break
        case 'sort': {
          const keys = needed()
          if (keys === undefined) return 'long sort specification must follow --sort'
          wish.sort.push(...keys.split(',').slice(0, 16))
          for (const key of wish.sort)
            if (columnOf(key.replace(/^[+-]/, '')) === undefined) return `unknown sort specifier`
          break
        }
        case 'format': {
          const wrong = format(needed(), wish)
          if (wrong !== undefined) return wrong
          break
        }
        case 'pid':
        case 'ppid':
        case 'user':
        case 'User':
        case 'group':
        case 'Group':
        case 'tty':
        case 'sid': {
          const wrong = choose(
            call,
            wish,
            { pid: 'p', ppid: 'q', user: 'u', User: 'u', group: 'G', Group: 'G', tty: 't', sid: 's' }[name],
            needed(),
          )
          if (wrong !== undefined) return wrong
          break
        }
        default:
          return 'unknown gnu long option'
      }
      continue
    }
    const dashed = arg.startsWith('-')
    if (!dashed && /^\d/.test(arg)) {
      const wrong = choose(call, wish, 'p', arg)
      if (wrong !== undefined) return wrong
      wish.bsd = true
      continue
    }
    const letters = dashed ? arg.slice(1) : arg
    if (!dashed) wish.bsd = true
    for (let i = 0; i < letters.length; i++) {
      const letter = letters[i]!
      const rest = letters.slice(i + 1)
      let ended = false
      const take = (): string | undefined => {
        ended = true
        return next(rest)
      }
      let wrong: string | undefined
      if (dashed) {
        // `ps -aux` is read as `ps aux` where there is no user x.
        if (letters === 'aux' || letters === 'auxw' || letters === 'auxww' || letters === 'auxf') {
          wish.bsd = wish.withTty = wish.withoutTty = true
          wish.columns = preset('user')
          wish.forest = letters.endsWith('f')
          wish.wide += letters.split('w').length - 1
          break
        }
        switch (letter) {
          case 'e':
          case 'A':
            wish.every = true
            break
          case 'a':
            wish.everyTty = true
            break
          case 'd':
            wish.pick.push((one) => one.session !== one.pid)
            break
          case 'N':
            wish.negate = true
            break
          case 'f':
            full = true
            break
          case 'F':
            full = true
            break
          case 'l':
            long = true
            break
          case 'j':
            jobs = true
            break
          case 'y':
          case 'c':
          case 'P':
          case 'M':
          case 'Z':
            break
          case 'H':
            wish.hierarchy = true
            break
          case 'w':
            wish.wide++
            break
          case 'L':
          case 'T':
          case 'm':
            wish.threads = true
            break
          case 'V':
            return 'version'
          case 'o':
          case 'O':
            wrong = format(take(), wish)
            break
          case 'p':
          case 'q':
          case 'C':
          case 'u':
          case 'U':
          case 't':
          case 's':
          case 'g':
          case 'G':
            wrong = choose(call, wish, letter === 'q' ? 'p' : letter, take())
            break
          default:
            return letter === 'x'
              ? 'must set personality to get -x option'
              : /[A-Za-z]/.test(letter)
                ? 'unsupported SysV option'
                : 'garbage option'
        }
      } else {
        switch (letter) {
          case 'a':
            wish.withTty = true
            break
          case 'x':
            wish.withoutTty = true
            break
          case 'u':
            wish.columns = preset('user')
            break
          case 'j':
            wish.columns = preset('bsdJobs')
            break
          case 'l':
            wish.columns = preset('bsdLong')
            break
          case 'v':
            wish.columns = preset('verbose')
            break
          case 'f':
            wish.forest = true
            break
          case 'w':
            wish.wide++
            break
          case 'h':
            wish.noHead = true
            break
          case 'r':
            wish.pick.push((one) => one.state === 'R' || one.state === 'D')
            break
          case 'e':
          case 'c':
          case 'n':
          case 'S':
            break
          case 'H':
          case 'm':
            wish.threads = true
            break
          case 'g':
            break
          case 'T':
            wish.pick.push((one) => one.tty === call.process.tty)
            break
          case 'V':
            return 'version'
          case 'o':
          case 'O':
            wrong = format(take(), wish)
            break
          case 'k':
            wish.sort.push(...(take() ?? '').split(',').slice(0, 16))
            break
          case 'p':
          case 'U':
          case 't':
            wrong = choose(call, wish, letter, take())
            break
          default:
            return letter === '@' || !/[A-Za-z]/.test(letter)
              ? 'garbage option'
              : 'unsupported option (BSD syntax)'
        }
      }
      if (wrong !== undefined) return wrong
      if (ended) break
    }
  }
  if (full && long) wish.columns = preset('longFull')
  else if (full) wish.columns ??= preset(wish.threads ? 'fullThreads' : 'full')
  else if (long) wish.columns ??= preset('long')
  else if (jobs) wish.columns ??= preset('jobs')
  return undefined
}
