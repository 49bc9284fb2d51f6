import { checkKnownOptions } from '@headgate/core'
import { type HeaderNames, type ResolvedHeaderNames, resolveHeaderNames } from './header-names.ts'

/** What is said in headers, and by which names. */
export interface HeaderOptions {
  /** Other names than the default ones, by meaning; `false`: neither read nor sent. */
  readonly names?: HeaderNames | undefined
}

/** The same with every default. */
export interface ResolvedHeaderOptions {
  readonly names: ResolvedHeaderNames
}

const NAMES: readonly (keyof HeaderOptions)[] = ['names']

/** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
export function resolveHeaderOptions(options: HeaderOptions = {}): ResolvedHeaderOptions {
  checkKnownOptions('headers', options, NAMES)
  return { names: resolveHeaderNames(options.names) }
}
