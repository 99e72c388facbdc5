/**
 * What is wrong with sources, told once each until it is mended or changes. What comes together is one message: an alert of
 * the same code is raised once a minute.
 */
export class Troubles {
  readonly #tell: (message: string) => void
  readonly #known = new Map<string, string>()
  #new: string[] = []

  constructor(tell: (message: string) => void) {
    this.#tell = tell
  }

  /**
   * @param about whose trouble it is, and which of several
   * @param text undefined where all is well
   * @param again tell it though it is the same
   */
  set(about: string, text: string | undefined, again = false): void {
    if (text === undefined) {
      this.#known.delete(about)
      return
    }
    if (this.#known.get(about) === text && !again) return
    this.#known.set(about, text)
    this.#new.push(text)
  }

  /** Tells what is new. */
  flush(): void {
    if (this.#new.length === 0) return
    this.#tell(`not every list was taken: ${this.#new.splice(0).join('. ')}`)
  }
}
