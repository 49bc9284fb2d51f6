import { InvalidOptionError } from '@headgate/core'
import { visitOf } from './visit-mark.ts'

/** What a route's `admit()` says to a request that no gate has left to it. */
export function missingGuard(request: object): InvalidOptionError {
  const gate = visitOf(request) === undefined ? 'no gate' : "one without admit: 'route'"
  return new InvalidOptionError('admit', "behind headgate({ admit: 'route' })", gate)
}
