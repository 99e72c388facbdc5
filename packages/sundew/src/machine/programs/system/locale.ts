import type { Program } from '../../program.ts'
import { localeOf } from '../common/locale-of.ts'

export const locale: Program = {
  names: ['locale'],
  async run(call) {
    const [first] = call.args
    if (first === '-a' || first === '--all-locales') {
      await call.stdout.write('C\nC.utf8\nen_US.utf8\nPOSIX\n')
      return 0
    }
    if (first === '-m' || first === '--charmaps') {
      await call.stdout.write('ANSI_X3.4-1968\nISO-8859-1\nUTF-8\n')
      return 0
    }
    if (first === 'charmap') {
      await call.stdout.write(/utf-?8$/i.test(localeOf(call, 'LC_CTYPE')) ? 'UTF-8\n' : 'ANSI_X3.4-1968\n')
      return 0
    }
    const { environment } = call
    let text = `LANG=${environment.get('LANG') ?? ''}\nLANGUAGE=${environment.get('LANGUAGE') ?? ''}\n`
    for (const name of [
      'CTYPE',
      'NUMERIC',
      'TIME',
      'COLLATE',
      'MONETARY',
      'MESSAGES',
      'PAPER',
      'NAME',
      'ADDRESS',
      'TELEPHONE',
      'MEASUREMENT',
      'IDENTIFICATION',
    ]) {
      const own = environment.get(`LC_${name}`)
      text +=
        own !== undefined && !environment.has('LC_ALL')
          ? `LC_${name}=${own}\n`
          : `LC_${name}="${localeOf(call, `LC_${name}`).replace(/^C$/, 'POSIX')}"\n`
    }
    await call.stdout.write(`${text}LC_ALL=${environment.get('LC_ALL') ?? ''}\n`)
    return 0
  },
}
