import type { Admission } from '@headgate/node'
import { InvalidOptionError } from '@headgate/node'

const kAdmission = Symbol.for('headgate.guard')

interface Guarded {
  [kAdmission]?: Admission
}

/** Notes which admission the guard of a server asks. */
export function markGuarded(server: object, admission: Admission): void {
  ;(server as Guarded)[kAdmission] = admission
}

/**
 * A guard and a plugin that ask different admissions would each let in as much as all of the service can
 * carry, and settings of one would be nothing to the other.
 *
 * @throws {InvalidOptionError} when the server has a guard that asks another one.
 */
export function checkGuard(server: object, admission: Admission): void {
  const guard = (server as Guarded)[kAdmission]
  if (guard === undefined || guard === admission) return
  throw new InvalidOptionError(
    'admission',
    'the one that createServerFactory was given: make one by createAdmission and pass it to both',
    'another',
  )
}
