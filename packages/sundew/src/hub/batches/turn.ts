/**
 * One insert at a time, in the order they are asked for: the engine gives one of them all its threads and memory, and a table
 * that always has more to insert lets the others in between.
 */
export class InsertTurn {
  #last: Promise<unknown> = Promise.resolve()

  /** Does the work when all that was asked for before is done, or has failed. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work)
    this.#last = mine.catch(() => {})
    return mine
  }
}
