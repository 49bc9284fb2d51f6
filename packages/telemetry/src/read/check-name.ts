import { InvalidOptionError } from '@headgate/core'

/** @throws {InvalidOptionError} unless it can tell one of several apart. */
export function checkName(name: unknown): void {
  if (typeof name === 'string' && name.length >= 1 && name.length <= 64) return
  throw new InvalidOptionError('name', 'a string of 1 to 64 characters', name)
}
