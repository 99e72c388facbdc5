import type { Report } from '../sighting.ts'
import type { Said } from './about.ts'

/** A report that an intake speaks of. */
export interface OpenReport {
  /** Within the intake, from 0. */
  readonly number: number
  readonly name: string
  /** Its row in the book; undefined where it is new. */
  readonly row: number | undefined
  /** As the source tells it now; undefined where only what was known is loaded. */
  report: Report | undefined
  /** What is not told of it is gone. */
  replaced: boolean
}

/** Sightings that are new, as columns: millions of them wait for a commit. */
export class Staged {
  readonly keys: number[] = []
  readonly types: number[] = []
  readonly values: string[] = []
  readonly reports: number[] = []
  readonly contents: number[] = []
  readonly said: Said[] = []

  get size(): number {
    return this.keys.length
  }

  push(key: number, type: number, value: string, report: number, content: number, said: Said): void {
    this.keys.push(key)
    this.types.push(type)
    this.values.push(value)
    this.reports.push(report)
    this.contents.push(content)
    this.said.push(said)
  }
}

/** A sighting of which something else is said than before. */
export interface Altered {
  readonly row: number
  readonly type: number
  readonly value: string
  readonly content: number
  readonly said: Said
}
