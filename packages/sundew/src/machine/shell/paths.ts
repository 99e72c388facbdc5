/** A path made absolute by a directory, `.` and `..` left as they are. */
export function absolute(name: string, directory: string): string {
  if (name.startsWith('/')) return name
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`
}

/** Without `.`, `..` and repeated slashes, by the letter: what `cd -L` makes of $PWD. */
export function normalized(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  // Two slashes at the beginning are kept, as POSIX lets them.
  return `${/^\/\/(?!\/)/.test(path) ? '//' : '/'}${parts.join('/')}`
}
