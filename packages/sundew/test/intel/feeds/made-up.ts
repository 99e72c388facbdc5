import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const samples = join(import.meta.dirname, '..', '..', '..', '..', '..', 'testdata', 'intel')

/** A publisher's own bytes. */
export function sampled(name: string): string {
  return readFileSync(join(samples, name), 'utf8')
}

/** So many different texts, each of its number. */
export function each(count: number, one: (number: number) => string): string[] {
  return Array.from({ length: count }, (_, number) => one(number))
}

export function address(number: number): string {
  return `45.33.${number >> 8}.${number & 255}`
}

/** As long as a SHA-256 sum, or so many hexadecimal digits. */
export function hash(number: number, digits = 64): string {
  return number.toString(16).padStart(digits, 'a')
}

export function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('')
}
