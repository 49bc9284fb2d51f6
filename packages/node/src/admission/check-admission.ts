import { InvalidOptionError } from '@headgate/core'
import type { Admission } from './admission.ts'

/**
 * By its methods: two copies of the package may be loaded.
 * @throws {InvalidOptionError} when it is none.
 */
export function checkAdmission(admission: Admission | undefined): void {
  if (typeof admission?.leave === 'function') return
  throw new InvalidOptionError('admission', 'made by createAdmission', admission)
}
