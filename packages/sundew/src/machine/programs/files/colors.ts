import type { Stat } from '../../files/file-system.ts'

/** What `dircolors` gives where LS_COLORS says nothing: the types, as `ls` has them built in. */
const builtIn =
  'rs=0:di=01;34:ln=01;36:mh=00:pi=33:so=01;35:do=01;35:bd=01;33:cd=01;33:or=:mi=:su=37;41:sg=30;43:ca=00:tw=30;42:ow=34;42:st=37;44:ex=01;32'

/** Codes by type (`di`) and ending (`*.tar`). */
export function defaultColors(text: string | undefined): ReadonlyMap<string, string> {
  const colors = new Map<string, string>()
  for (const item of `${builtIn}:${text ?? ''}`.split(':').slice(0, 1000)) {
    const equals = item.indexOf('=')
    if (equals > 0) colors.set(item.slice(0, equals), item.slice(equals + 1))
  }
  if (colors.get('or') === '') colors.delete('or')
  if (colors.get('mi') === '') colors.delete('mi')
  return colors
}

/** Of anything but a link. */
export function colorOf(colors: ReadonlyMap<string, string>, name: string, stat: Stat): string | undefined {
  const { mode } = stat
  if (stat.type === 'directory') {
    if ((mode & 0o1002) === 0o1002) return colors.get('tw')
    if ((mode & 0o002) !== 0) return colors.get('ow')
    return (mode & 0o1000) !== 0 ? colors.get('st') : colors.get('di')
  }
  if (stat.type === 'fifo') return colors.get('pi')
  if (stat.type === 'socket') return colors.get('so')
  if (stat.type === 'block') return colors.get('bd')
  if (stat.type === 'character') return colors.get('cd')
  if ((mode & 0o4000) !== 0) return colors.get('su')
  if ((mode & 0o2000) !== 0) return colors.get('sg')
  if ((mode & 0o111) !== 0) return colors.get('ex')
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const color = colors.get(`*${name.slice(dot)}`)
    if (color !== undefined) return color
  }
  return undefined
}
