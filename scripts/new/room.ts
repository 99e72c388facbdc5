/** A kind of plug-in: what files a new one has and where it is named. */
export interface Room {
  /** The file that names all of them. */
  readonly index: string
  /** The text of `index` with the new one in it; undefined where the place for it is not found. */
  register(index: string, name: string): string | undefined
  /** The files of a new one, by their path. */
  files(name: string): Readonly<Record<string, string>>
  /** The file of its test. */
  test(name: string): string
}
